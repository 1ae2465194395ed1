export type { AnswerTransform } from './answer.ts';
export { isLoopback } from './authenticate.ts';
export {
  allow,
  type Decide,
  deny,
  type Effect,
  type Guard,
  type Statement,
  type StatementPath,
  type TransactionState,
} from './decide.ts';
export { type CancelKey, Session, type SessionHost } from './session.ts';
export type { TlsOffer } from './tls-upgrade.ts';
