// What may be wrong with an event in itself, and with the subjects that it names.
import { canonicalJson } from '../event/canonical-json.ts';
import type { AuditEvent } from '../event/event.ts';
import { hashOf } from '../event/subject.ts';
import { type Because, redactedSubject } from '../retention/redaction.ts';
import type { Flaw, KnownSubjects } from './evidence.ts';

export const altered = (
  message = 'its content is not what was written: the hash is of something else',
): Flaw => ({ what: 'altered', message });

const changed = (message: string): Flaw => ({ what: 'subject_changed', message });

export function subjectFlaw(
  shapes: Readonly<Record<string, string>>,
  subjects: KnownSubjects,
  redacted?: Because,
): Flaw | undefined {
  for (const [name, hash] of Object.entries(shapes)) {
    const standing = subjects.standing(hash);
    // A label takes away what was done, and not who did it.
    if (standing === 'missing' && (redacted === 'age' || (redacted === 'label' && name === 'statement')))
      continue;
    if (standing === 'changed') return changed(`its subject "${name}" is not what was written`);
    if (standing === 'missing')
      return { what: 'subject_missing', message: `its subject "${name}" is missing` };
  }
  return undefined;
}

/** Of an event as it is shipped, with its subjects in it or apart. */
export function shippedSubjectFlaw(
  event: AuditEvent,
  apart: KnownSubjects | undefined,
  redacted: Because | undefined,
): Flaw | undefined {
  const { shapes = {}, subjects = {} } = event;
  const foreign = Object.keys(subjects).find((name) => !Object.hasOwn(shapes, name));
  return foreign === undefined
    ? subjectFlaw(shapes, apart ?? subjectsWithin(event), redacted)
    : changed(`it has a subject "${foreign}" that does not belong to it`);
}

/** The context is what events of one line share, and stands apart as subjects do. */
export const contextFlaw = (standing: 'changed' | 'missing'): Flaw =>
  standing === 'changed'
    ? changed('its context, which it shares with other events, is not what was written')
    : { what: 'subject_missing', message: 'its context, which it shares with other events, is missing' };

function subjectsWithin({ shapes = {}, subjects = {} }: AuditEvent): KnownSubjects {
  const names = new Map(Object.entries(shapes).map(([name, hash]) => [hash, name]));
  return {
    standing: (hash) => {
      const name = names.get(hash);
      const subject = name === undefined ? undefined : subjects[name];
      const json = subject === undefined ? redactedSubject : canonicalJson(subject);
      if (json === redactedSubject) return 'missing';
      return hashOf(json) === hash ? 'whole' : 'changed';
    },
  };
}
