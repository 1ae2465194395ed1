// Evidence from an event with a hash of its own: from its line in a journal, and as it is shipped.
import { hash } from 'node:crypto';
import type { AuditEvent } from '../event/event.ts';
import { bodyOf, type LineHead, lineEndBytes, readLine } from '../event/line.ts';
import { statementsType } from '../event/statements-line.ts';
import { hashOf } from '../event/subject.ts';
import { isRedacted } from '../retention/redaction.ts';
import { redactionOf } from './event-form.ts';
import type { Evidence, KnownSubjects, Sealed } from './evidence.ts';
import { altered, shippedSubjectFlaw, subjectFlaw } from './flaws.ts';
import { sealedEvidence } from './sealed-evidence.ts';
import { type KnownContexts, statementsEvidence } from './statements-evidence.ts';

/** From a line of a journal, which may hold several events; nothing when it is none. */
export function evidenceInLine(
  bytes: Buffer,
  known: KnownSubjects & KnownContexts,
): readonly Evidence[] | undefined {
  const text = bytes.toString('utf8');
  const head = readLine(text);
  if (head === undefined) return undefined;
  const isWhole = () =>
    hash('sha256', bytes.subarray(0, bytes.length - lineEndBytes), 'base64url') === head.hash;
  if (head.type === statementsType) return statementsEvidence(text, head, isWhole, known);
  return [aloneInLine(text, head, isWhole, known)];
}

function aloneInLine(
  text: string,
  head: LineHead,
  isWhole: () => boolean,
  subjects: KnownSubjects,
): Evidence {
  const shapes = () => (head.shapes === undefined ? {} : JSON.parse(head.shapes));
  const redacted = isRedacted(text) ? redactionOf(parsed(text)) : undefined;
  if (redacted !== undefined)
    return { ...head, own: undefined, flaw: subjectFlaw(shapes(), subjects, redacted), isRedacted: true };
  if (!isWhole()) return { ...head, own: undefined, flaw: altered(), isRedacted: false };
  const own = isOfInterest.test(head.type) ? (JSON.parse(text) as AuditEvent) : undefined;
  return { ...head, own, flaw: subjectFlaw(shapes(), subjects), isRedacted: false };
}

/** What says something of the chain itself, and of recordings, which stand beside it. */
const isOfInterest = /^(audit\.|recording\.|session\.ended$)/;

/** From an event as it is shipped, with its subjects in it or apart. */
export function evidenceOf(event: AuditEvent, apart?: KnownSubjects): Evidence | Sealed {
  if (event.sealed !== undefined) return sealedEvidence(event, apart);
  const { chain, seq, previous, time, type } = event;
  const isMisnamed = event.id !== undefined && event.id !== `${chain}/${seq}`;
  const redacted = redactionOf(event);
  const isAltered = isMisnamed || (redacted === undefined && hashOf(bodyOf(event)) !== event.hash);
  const flaw = isAltered ? altered() : shippedSubjectFlaw(event, apart, redacted);
  const place = { chain, seq, previous, hash: event.hash, time, type };
  return { ...place, flaw, own: event, isRedacted: redacted !== undefined };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
