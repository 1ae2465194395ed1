// Lines of several events made again from their events as they are shipped, as docs/audit.md tells whoever checks one.
import { contextMembersOf, contextOf } from '../../gateway/audit/event/context.ts';
import { bodyOfParts, checkOfOwn, ownText, placeIn } from '../../gateway/audit/event/statements-line.ts';
import type { Subject } from '../../gateway/audit/event/subject.ts';
import type { AuditEvent } from '../../gateway/audit/index.ts';

export const contextOfEvent = (event: AuditEvent): Subject => contextOf(contextMembersOf(event));

/** Of the events of one line, in their order: what its hash is of. */
export function statementsBody(events: readonly AuditEvent[]): string {
  const [first] = events;
  if (first === undefined) throw new TypeError('no events');
  const of: string[] = [];
  const parts = events.map((event) => {
    const context = contextOfEvent(event).hash;
    return { context, own: ownText(event), check: checkOfEvent(event, placeIn(of, context)) };
  });
  return bodyOfParts(first, parts);
}

/** What an event's check has to be, where its context stands at this place of its line. */
export const checkOfEvent = (event: AuditEvent, at: number): number =>
  checkOfOwn(ownText(event), at, event.seq);
