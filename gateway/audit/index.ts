// What was done and by whom: events in a chained journal, checked by anybody who has the key.
export { canonicalJson, canonicalMembers, quoted } from './event/canonical-json.ts';
export { type AuditEvent, type Draft, eventVersion, idOf, seqOf } from './event/event.ts';
export { type Subject, subjectOf } from './event/subject.ts';
export { openJournal } from './journal/open-journal.ts';
export { readEvents } from './journal/read-events.ts';
export {
  beginning,
  type Journal,
  type JournalHealth,
  type JournalOptions,
  type JournalSinks,
  type Position,
  type ReadOptions,
  type SegmentInfo,
  type SinkHealth,
  type StoredEvent,
} from './journal/types.ts';
