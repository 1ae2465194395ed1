// Where the audit is off nothing is recorded: what has to be doesn't run.
import { Fault } from '../../lib/index.ts';
import { deny, type Effect, type Guard } from '../../session/index.ts';
import { Basis } from '../audit/basis.ts';
import { strictestLevel } from './level.ts';

export function recordingNothing(guard: Guard): Guard {
  return {
    ...guard,
    decide: (statement) => {
      const effect = guard.decide(statement);
      return effect instanceof Promise ? effect.then(unlessRecorded) : unlessRecorded(effect);
    },
  };
}

function unlessRecorded(effect: Effect): Effect {
  if (effect.kind === 'deny' || !(effect.basis instanceof Basis)) return effect;
  const level = strictestLevel(effect.basis.all.map(({ decision }) => decision?.record));
  return level === 'full' ? deny(auditIsOff()) : effect;
}

export function auditIsOff(): Fault {
  const fault = new Fault('recording_not_configured');
  fault.hint =
    'Whoever runs the gateway has to take audit.mode: off away, and set audit.recordings.public_key_file.';
  return fault;
}
