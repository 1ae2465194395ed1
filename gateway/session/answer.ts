// What becomes of the server's answer to a message that was sent to it.
import type { ErrorText } from '../wire/index.ts';
import type { ColumnOrigin } from './column-origins.ts';
import type { AnswerLimits } from './limits/answer-limits.ts';
import type { MaskedAnswer } from './masking/masked-answer.ts';
import type { Notices } from './notices.ts';
import type { WatchedAnswer } from './watch/watched-answer.ts';

/**
 * What becomes of the answer: the client's own message is answered to the client, as it is or masked; an injected
 * one's answer goes to whoever asked; a substituted one's must be an error, which reaches the client as the denial.
 */
export type Answer =
  | Readonly<{
      to: 'client';
      origins?: readonly ColumnOrigin[] | undefined;
      /** The time that the server has for it. */
      milliseconds?: number | undefined;
      /** Its rows are masked, or there are none. */
      masked?: MaskedAnswer | undefined;
      /** Of errors and notices the client learns the kind alone. */
      withholds?: boolean | undefined;
      /** The gateway has asked for it: unless it is an error, the client doesn't see it. */
      hidden?: boolean | undefined;
      notices?: Notices | undefined;
      /** The last parameter that it describes is the gateway's own. */
      hidesParameter?: boolean | undefined;
      /** It is counted, and nothing of it passes uncounted. */
      limits?: AnswerLimits | undefined;
      watched?: WatchedAnswer | undefined;
    }>
  | Readonly<{ to: 'listener'; listener: AnswerListener }>
  | Readonly<{ to: 'denial'; denial: ErrorText; notices?: Notices | undefined }>;

/** Receives the answers to messages that the gateway injected. */
export interface AnswerListener {
  /** The injected messages end with a Sync of their own, so their failure is nobody else's. */
  readonly standalone: boolean;
  /** One answer, whole; the body is only valid during the call. */
  message(type: number, body: Buffer): void;
  /** The server skipped the message, since an earlier one had failed. */
  skipped(): void;
}

export const toClient: Extract<Answer, { to: 'client' }> = { to: 'client' };
