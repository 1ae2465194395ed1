// What a parsed line has to look like to be an event, and what retention leaves of one.
import type { AuditEvent } from '../event/event.ts';
import { envelope } from '../event/line.ts';
import type { Because } from '../retention/redaction.ts';

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

/**
 * Retention leaves the place in the chain and why the rest is gone: an event with anything beside these was not redacted.
 */
export function redactionOf(event: unknown): Because | undefined {
  if (!isEvent(event) || isOwn(event.type)) return undefined;
  const { redacted } = event;
  if (redacted !== 'age' && redacted !== 'label') return undefined;
  return Object.keys(event).every((key) => key === 'redacted' || envelope.has(key)) ? redacted : undefined;
}

/** The chain's own events attest the others, and are never redacted. */
const isOwn = (type: string): boolean => type.startsWith('audit.');
