// A way to tell somebody of a request, and what can become of the attempt.
import type { ApprovalEvent } from './event.ts';

export type Attempt = Readonly<{
  /** Of the delivery: the same for every attempt. */
  id: string;
  /** What an earlier attempt left, or the message of the same channel that told of the request. */
  receipt: object | undefined;
  opening: Opening | undefined;
}>;

/** What became of telling that the request waits. */
export type Opening = Readonly<{ status: 'waiting' | 'delivered' | 'skipped' | 'failed'; receipt?: object }>;

export type Outcome =
  /** `problem`: though not to everybody. */
  | Readonly<{ kind: 'delivered'; receipt?: object; problem?: string | undefined }>
  /** There is nothing to tell any more. */
  | Readonly<{ kind: 'skipped'; problem: string }>
  /** It may go well later; `receipt`: as far as it went. */
  | Readonly<{ kind: 'retry'; problem: string; afterSeconds?: number | undefined; receipt?: object }>
  /** It never will. */
  | Readonly<{ kind: 'failed'; problem: string }>
  /** And nothing else will either. */
  | Readonly<{ kind: 'stop'; problem: string }>;

export interface Channel {
  readonly name: string;
  readonly kind: 'webhook' | 'email' | 'slack' | 'slack_webhook';
  /** Ends by itself within `attemptMilliseconds`. What it throws is tried again. */
  deliver(event: ApprovalEvent, attempt: Attempt): Promise<Outcome>;
  /** Connects and logs in where there is something to log in to, and sends nothing. Resolves to what it found. */
  check(): Promise<string>;
}

/** One attempt takes no longer, and the lease of a delivery is longer. */
export const attemptMilliseconds = 15_000;

/** Of what was thrown, as much as may stand in a log and in /health. */
export function problemOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'it failed';
  const { code, name, message } = thrown as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError') return 'it took too long';
  return code ?? message;
}
