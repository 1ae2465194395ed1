// A FunctionCall of the client's, which is decided by the function's object id.
import { Fault } from '../../lib/index.ts';
import { Verdict } from '../../wire/index.ts';
import { answerTo, watchedOf } from '../answer-to.ts';
import { Kind, plain } from '../expectation.ts';
import { substituteFunctionCall } from '../substitution.ts';
import { unknownChanges } from '../text-changes.ts';
import type { ClientSide } from './client-side.ts';
import { malformed, refuse } from './refuse.ts';

export function visitFunctionCall(
  side: ClientSide,
  bytes: Buffer,
  start: number,
  available: number,
): Verdict {
  if (available < 4) return refuse(side, Kind.functionCall, malformed(), substituteFunctionCall, {});
  const held = side.decisions.held;
  const oid = bytes.readUInt32BE(start);
  const statement = held ?? side.statement('function_call', undefined, undefined, undefined, oid);
  const effect = side.decide(held, statement);
  if (effect === undefined) return Verdict.wait;
  if (effect.kind === 'deny')
    return refuse(side, Kind.functionCall, effect.fault, substituteFunctionCall, effect);
  // Its result is no row, and has no column.
  if (effect.kind === 'mask' || effect.limits !== undefined) {
    const of = { watched: watchedOf(answerTo(effect)) };
    return refuse(side, Kind.functionCall, new Fault('decision_failed'), substituteFunctionCall, of);
  }
  side.run(Kind.functionCall, plain.query, false, unknownChanges, 0, answerTo(effect));
  return Verdict.forward;
}
