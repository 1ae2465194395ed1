// Evidence from an event that was sealed together with others, as it is shipped: with what its line is made of again.
import { canonicalJson } from '../event/canonical-json.ts';
import { contextMembersOf, ownMembers } from '../event/context.ts';
import { type AuditEvent, idOf, seqOf } from '../event/event.ts';
import { type LinePart, ownText, type Sealed as SealedMember } from '../event/statements-line.ts';
import { hashOf } from '../event/subject.ts';
import { redactionOf } from './event-form.ts';
import type { Evidence, KnownSubjects, Sealed } from './evidence.ts';
import { altered, shippedSubjectFlaw } from './flaws.ts';

export function sealedEvidence(event: AuditEvent, apart: KnownSubjects | undefined): Evidence | Sealed {
  const { chain, seq, previous, hash, time, type } = event;
  const place = { chain, seq, previous, hash, time, type, own: undefined };
  const redacted = redactionOf(event);
  const isRedacted = redacted !== undefined;
  const member = sealedMember(event);
  if (member === undefined || (redacted ?? 'age') !== 'age' || !isFormed(event, isRedacted))
    return { ...place, flaw: altered('it is not what an event that was sealed with others has'), isRedacted };
  const { check, count, first } = member;
  const part = isRedacted
    ? { context: '', own: '', check: 0 }
    : { context: contextHashOf(event), own: ownText(event), check };
  const line = lineText({ hash, previous, time }, first, count);
  return {
    ...place,
    flaw: shippedSubjectFlaw(event, apart, redacted),
    isRedacted,
    together: { first, last: first + count - 1, content: isRedacted ? '' : contentOf(line, part) },
    sealed: { ...part, line },
  };
}

/** All that each event of a line says of it. */
export const lineText = (
  { hash, previous, time }: Readonly<{ hash: string; previous: string; time: string }>,
  first: number,
  count: number,
): string => `${hash} ${previous} ${first} ${count} ${time}`;

export const contentOf = (line: string, { context, own, check }: LinePart): string =>
  hashOf(`${context} ${check} ${own} ${line}`);

/** Undefined: it has not the form, or doesn't hold the event. */
function sealedMember({ seq, sealed }: AuditEvent): SealedMember | undefined {
  if (typeof sealed !== 'object' || sealed === null || Object.keys(sealed).length !== 3) return undefined;
  const { check, count, first } = sealed as SealedMember;
  if (![check, count, first].every((one) => Number.isSafeInteger(one) && one >= 0)) return undefined;
  return first > 0 && seq >= first && seq < first + count ? { check, count, first } : undefined;
}

/** Whether everything that it says is in its line, so that nothing can stand beside what the hash is of. */
function isFormed(event: AuditEvent, isRedacted: boolean): boolean {
  const { id, chain, seq, type, session, statement = '', parameters, text } = event;
  const own = idOf(chain, seq);
  if ((id !== undefined && id !== own) || typeof session !== 'string' || !(type in ownMembers)) return false;
  if (type === 'statement.intent') {
    const isText = text === undefined || typeof text === 'string';
    // A line has 0 where there are none.
    return statement === own && parameters !== 0 && isText;
  }
  return statement === idOf(chain, seqOf(statement)) && (isRedacted || isOutcome(event.outcome));
}

function isOutcome(outcome: unknown): boolean {
  if (typeof outcome !== 'object' || outcome === null || Object.keys(outcome).length !== 6) return false;
  const { affected, bytes, milliseconds, rows, state, tag } = outcome as Record<string, unknown>;
  return (
    [affected, bytes, rows].every(Number.isSafeInteger) &&
    typeof milliseconds === 'number' &&
    Math.round(milliseconds * 1000) / 1000 === milliseconds &&
    state === 'complete' &&
    typeof tag === 'string'
  );
}

const contexts = new Map<string, string>();
const mostContexts = 10_000;

/** Few contexts are those of many events: what each of them would cost is a text that is looked up. */
function contextHashOf(event: AuditEvent): string {
  const json = canonicalJson(contextMembersOf(event));
  const known = contexts.get(json);
  if (known !== undefined) return known;
  if (contexts.size >= mostContexts) contexts.clear();
  const hash = hashOf(json);
  contexts.set(json, hash);
  return hash;
}
