// What was done and by whom: events in a chained journal, checked by anybody who has the key.
export { canonicalJson, canonicalMembers, quoted } from './event/canonical-json.ts';
export { type AuditEvent, type Draft, eventVersion, idOf, seqOf } from './event/event.ts';
export { mapToEcs, mapToOcsf } from './event/mapped-event.ts';
export { mapping } from './event/mapping.ts';
export { type Subject, subjectOf } from './event/subject.ts';
export type { Cell, Column } from './export/column.ts';
export { eventColumns, jsonLine, wholeEvent } from './export/event-columns.ts';
export { csvHeading, csvLine } from './export/write-csv.ts';
export { writeParquet } from './export/write-parquet.ts';
export { type Lines, sign } from './journal/lines.ts';
export { openJournal, openUnfinished } from './journal/open-journal.ts';
export { readEvents } from './journal/read-events.ts';
export {
  defaultKeyFile,
  openSigningKey,
  type PublicSigningKey,
  readPublicKey,
} from './journal/signing-key.ts';
export {
  type CompleteAnswer,
  type JournaledStatement,
  type LineContext,
  outcomesOf,
  StatementContext,
} from './journal/statement-context.ts';
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
export { JournalLocked } from './journal/writer-lock.ts';
export { Answers } from './query/answers.ts';
export { findRefusal } from './query/files/find-refusal.ts';
export type { Found } from './query/found.ts';
export { partsOfPostgres } from './query/postgres/read-postgres.ts';
export { type Count, type CountedBy, countedBy, type Question } from './query/question.ts';
export type { Entry } from './query/source/entry.ts';
export { MarkedLines } from './query/source/marked-lines.ts';
export { filesOf, type Part, partsOfFile, readPart, type TimeRange } from './query/source/parts.ts';
export { SeenEvents } from './query/source/seen-events.ts';
export { isMembers, textOf, told } from './query/source/told.ts';
export { KnownRecording } from './recording/known-recording.ts';
export { type RecordingFlaw, readRecording } from './recording/read-recording.ts';
export type { RecordedAnswer } from './recording/recorded-answer.ts';
export {
  freshRecordingKeys,
  RecordingKeyRefused,
  readPrivateKeys,
  readRecipients,
} from './recording/recording-keys.ts';
export { Recordings, type RecordingsConfig } from './recording/recordings.ts';
export type { CutReason, RecordedItem } from './recording/records.ts';
export type { RecordingEvent } from './recording/session-recording.ts';
export { type ComparedRecordings, RecordingCheck } from './recording/verify-recordings.ts';
export { applyToPostgres, type DayReport } from './retention/apply-to-postgres.ts';
export type { Hold, HoldScope } from './retention/hold.ts';
export { holdsInForce, liftHold, placeHold } from './retention/kept-holds.ts';
export { type NotTaken, removeChain, withLeftChain } from './retention/left-chain.ts';
export type { RetentionReport, RetentionRequest } from './retention/retention-job.ts';
export { Expiry } from './retention/rules.ts';
export { type Shipping, type ShippingOptions, startShipping } from './shipping/shipping.ts';
export type { SinkReportDocument } from './shipping/sink-report.ts';
export { createSink, type SinkConfig } from './sinks/create-sink.ts';
export { setUpSql } from './sinks/postgres/set-up-sql.ts';
export { problemOf } from './sinks/problem.ts';
export type { Sink } from './sinks/sink.ts';
export type { ChainReport, KnownHead, Problem } from './verify/chain-check.ts';
export { evidenceIn, readEventLines } from './verify/read-files.ts';
export { readPostgresEvidence } from './verify/read-postgres.ts';
export { knownHead, Verification } from './verify/verification.ts';
export { mayBeDecided } from './what-if/decided-line.ts';
export { Judge } from './what-if/judge.ts';
export { hasDecision } from './what-if/recorded-decision.ts';
export { type Change, type Example, Tally, type TallyDocument, type Unjudged } from './what-if/tally.ts';
export { becoming, directions } from './what-if/verdict.ts';
