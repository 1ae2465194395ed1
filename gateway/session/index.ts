export { isLoopback } from './authenticate.ts';
export type { ColumnOrigin } from './column-origins.ts';
export type { CommitNote, Ran } from './commit/uncommitted.ts';
export {
  allow,
  type BoundValues,
  type Decide,
  deny,
  type Effect,
  type Guard,
  type MayChange,
  type Refusal,
  type Refused,
  ServerWords,
  type Statement,
  type StatementPath,
  type TransactionState,
} from './decide.ts';
export type { Entry, Login } from './entry.ts';
export type { AnswerLimits, AnswerMeter } from './limits/answer-limits.ts';
export type { ColumnMask, ColumnType, MaskPlan, Pieces, ValueMask } from './masking/mask-plan.ts';
export type { Portal, PreparedStatement } from './named.ts';
export type { Parsed } from './parsed-text.ts';
export type { AwaitsRecord, RecordedFirst } from './recorded-first.ts';
export { type CancelKey, Session, type SessionHost, type Told } from './session.ts';
export type { StatementSession } from './statement-session.ts';
export type { TlsOffer } from './tls-upgrade.ts';
export {
  type AnswerResult,
  type AnswerState,
  type AnswerWatch,
  notSent,
} from './watch/answer-watch.ts';
