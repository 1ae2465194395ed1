// What a client's session lends the resolver: questions to the server on the session's own connection.
import type { Step, StepRows } from './step-sequence.ts';

/** Where the session's connection is when the questions begin. */
export type QuestionsBegin =
  /** In no transaction: since the last Sync there were at most Parse, Describe and Close, and all are acknowledged. */
  | 'idle'
  /** In a transaction block that the client began, and everything that the client has sent is answered. */
  | 'open'
  | 'failed'
  /** In the implicit transaction of an unfinished segment: a Sync would commit it, and it can have no savepoint. */
  | 'implicit';

/**
 * The session lends itself from the call of `Resolver.resolveInSession` until its promise settles. For that time
 * nothing else goes to the server: no message of the client, not even when the client cancels or leaves, since the
 * resolver must be able to roll back what it began. (A cancel may be passed on: it only makes the answer come sooner.)
 *
 * Each call is one segment that ends with a Sync of its own, so that the server stops at the first message that fails
 * and takes up the next call. Statement and portal have a name of the gateway's own, never the unnamed one, which is
 * the client's; both are closed behind each question. The server skips that when a question fails, so that a segment
 * with nothing but the two Closes follows it: the names would be taken, the portal's even in the failed transaction.
 * Values and rows are text. The client sees nothing: no answer, no notice, no ReadyForQuery; the state that a
 * ReadyForQuery tells counts all the same.
 *
 * A call rejects with a {@link QuestionRefused} when the server answers with an error, and with anything else when
 * there won't be an answer: then the session is over.
 */
export interface SessionQuestions {
  readonly transaction: QuestionsBegin;
  /** For each step Parse, Bind and Execute; answers the rows of each. */
  run(steps: readonly Step[]): Promise<readonly StepRows[]>;
  /** Parse and Describe of a statement; answers the types of its parameters. Nothing is planned or executed. */
  describe(text: string, parameterTypes: readonly number[]): Promise<readonly number[]>;
}

/** The server's ErrorResponse to a question. */
export class QuestionRefused extends Error {
  override readonly name = 'QuestionRefused';
  readonly severity: string;
  readonly code: string;
  readonly position: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly where: string | undefined;

  /** The fields by their letters, as the protocol has them. */
  constructor(fields: ReadonlyMap<string, string>) {
    super(fields.get('M') ?? '');
    this.severity = fields.get('V') ?? fields.get('S') ?? '';
    this.code = fields.get('C') ?? '';
    this.position = fields.get('P');
    this.detail = fields.get('D');
    this.hint = fields.get('H');
    this.where = fields.get('W');
  }
}
