// What becomes of the server's answer to a message that was sent to it.
import type { ErrorText } from '../wire/index.ts';
import type { ColumnOrigin } from './column-origins.ts';

/**
 * What becomes of the answer: the client's own message is answered to the client, as it is or transformed; an injected
 * one's answer goes to whoever asked; a substituted one's must be an error, which reaches the client as the denial.
 */
export type Answer =
  | Readonly<{
      to: 'client';
      origins?: readonly ColumnOrigin[] | undefined;
      /** The time that the server has for it. */
      milliseconds?: number | undefined;
    }>
  | Readonly<{ to: 'transform'; transform: AnswerTransform }>
  | Readonly<{ to: 'listener'; listener: AnswerListener }>
  | Readonly<{ to: 'denial'; denial: ErrorText }>;

/** Receives the answers to messages that the gateway injected. */
export interface AnswerListener {
  /** The injected messages end with a Sync of their own, so their failure is nobody else's. */
  readonly standalone: boolean;
  /** One answer, whole; the body is only valid during the call. */
  message(type: number, body: Buffer): void;
  /** The server skipped the message, since an earlier one had failed. */
  skipped(): void;
}

export const toClient: Answer = { to: 'client' };

/** Rewrites what the server answers when a statement runs; decided at Bind, it stays with the portal. */
export interface AnswerTransform {
  /** The whole message to send instead, or undefined for this one as it came. The body is only valid during the call. */
  message(type: number, body: Buffer): Buffer | undefined;
}
