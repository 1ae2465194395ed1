// One event as a verification sees it: what it claims to be, and what its bytes say.
import { hash } from 'node:crypto';
import { canonicalJson } from '../event/canonical-json.ts';
import type { AuditEvent } from '../event/event.ts';
import { bodyOf, envelope, lineEndBytes, readLine } from '../event/line.ts';
import { hashOf } from '../event/subject.ts';
import { isRedacted, redactedSubject } from '../retention/redaction.ts';

export type Evidence = Readonly<{
  chain: string;
  seq: number;
  previous: string;
  /** As it claims. */
  hash: string;
  time: string;
  type: string;
  /** What is wrong with the event in itself; its place in the chain is another matter. */
  flaw: Flaw | undefined;
  /** Retention has taken what was in it: its place in the chain is all that can be checked. */
  isRedacted: boolean;
  /** Parsed, where what it says matters to a verification. */
  own: AuditEvent | undefined;
}>;

export type Flaw = Readonly<{ what: 'altered' | 'subject_changed' | 'subject_missing'; message: string }>;

/** What is known of subjects that stand apart from events. */
export interface KnownSubjects {
  standing(hash: string): 'whole' | 'changed' | 'missing';
}

/** From a line of a journal; nothing when it is no event. */
export function evidenceInLine(bytes: Buffer, subjects: KnownSubjects): Evidence | undefined {
  const text = bytes.toString('utf8');
  const head = readLine(text);
  if (head === undefined) return undefined;
  const shapes = () => (head.shapes === undefined ? {} : JSON.parse(head.shapes));
  const redacted = isRedacted(text) ? redactionOf(parsed(text)) : undefined;
  if (redacted !== undefined)
    return { ...head, own: undefined, flaw: flawOf(shapes(), subjects, redacted), isRedacted: true };
  const body = bytes.subarray(0, bytes.length - lineEndBytes);
  const isAltered = hash('sha256', body, 'base64url') !== head.hash;
  const own = !isAltered && isOfInterest.test(head.type) ? (JSON.parse(text) as AuditEvent) : undefined;
  return { ...head, own, flaw: isAltered ? altered : flawOf(shapes(), subjects), isRedacted: false };
}

/** What says something of the chain itself, and of recordings, which stand beside it. */
const isOfInterest = /^(audit\.|recording\.|session\.ended$)/;

/** From an event as it is shipped, with its subjects in it or apart. */
export function evidenceOf(event: AuditEvent, apart?: KnownSubjects): Evidence {
  const { chain, seq, previous, time, type, shapes = {}, subjects = {} } = event;
  const isMisnamed = event.id !== undefined && event.id !== `${chain}/${seq}`;
  const redacted = redactionOf(event);
  const isAltered = isMisnamed || (redacted === undefined && hashOf(bodyOf(event)) !== event.hash);
  const foreign = Object.keys(subjects).find((name) => !Object.hasOwn(shapes, name));
  const flaw = isAltered
    ? altered
    : foreign === undefined
      ? flawOf(shapes, apart ?? subjectsWithin(event), redacted)
      : changed(`it has a subject "${foreign}" that does not belong to it`);
  const place = { chain, seq, previous, hash: event.hash, time, type };
  return { ...place, flaw, own: event, isRedacted: redacted !== undefined };
}

type Redaction = 'age' | 'label';

/**
 * Retention leaves the place in the chain and why the rest is gone: an event with anything beside these was not redacted.
 */
function redactionOf(event: unknown): Redaction | undefined {
  if (!isEvent(event) || isOwn(event.type)) return undefined;
  const { redacted } = event;
  if (redacted !== 'age' && redacted !== 'label') return undefined;
  return Object.keys(event).every((key) => key === 'redacted' || envelope.has(key)) ? redacted : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The chain's own events attest the others, and are never redacted. */
const isOwn = (type: string): boolean => type.startsWith('audit.');

const altered: Flaw = {
  what: 'altered',
  message: 'its content is not what was written: the hash is of something else',
};

const changed = (message: string): Flaw => ({ what: 'subject_changed', message });

function flawOf(
  shapes: Readonly<Record<string, string>>,
  subjects: KnownSubjects,
  redacted?: Redaction,
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

/** Whether a parsed line has what every event has. */
export function isEvent(value: unknown): value is AuditEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { version, chain, seq, previous, hash, time, type, shapes, subjects } = value as Record<
    string,
    unknown
  >;
  return (
    version === 1 &&
    Number.isSafeInteger(seq) &&
    [chain, previous, hash, time, type].every((one) => typeof one === 'string') &&
    [shapes, subjects].every((one) => one === undefined || (typeof one === 'object' && one !== null))
  );
}
