// The client's own session as the resolver borrows it: segments of its own, of which the client sees nothing.
import { serialize } from 'pg-protocol';
import {
  QuestionRefused,
  type QuestionRows,
  type QuestionStep,
  type QuestionsBegin,
  type SessionQuestions,
} from '../catalog/index.ts';
import { backend, readErrorFields } from '../wire/index.ts';
import type { AnswerListener } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { Expectation, Kind } from './expectation.ts';
import { QUESTION_NAME as NAME } from './injection.ts';
import { type Row, readTextRow } from './row.ts';

export class LentSession implements SessionQuestions {
  readonly transaction: QuestionsBegin;
  readonly #exchange: Exchange;
  readonly #send: (bytes: Buffer) => void;
  #returned = false;

  constructor(exchange: Exchange, send: (bytes: Buffer) => void) {
    this.#exchange = exchange;
    this.#send = send;
    this.transaction = placeOf(exchange);
  }

  async run(steps: readonly QuestionStep[]): Promise<readonly QuestionRows[]> {
    const segment = this.#segment();
    for (const { text, values = [] } of steps) {
      // A segment that failed may have left both behind.
      segment.add(Kind.close, serialize.close({ type: 'S', name: NAME }));
      segment.add(Kind.parse, serialize.parse({ name: NAME, text }));
      segment.add(Kind.close, serialize.close({ type: 'P', name: NAME }));
      segment.add(Kind.bind, serialize.bind({ portal: NAME, statement: NAME, values: [...values] }));
      segment.add(Kind.execute, serialize.execute({ portal: NAME }));
    }
    segment.add(Kind.close, serialize.close({ type: 'P', name: NAME }));
    return (await segment.sent(this.#send)).rows;
  }

  async describe(text: string, parameterTypes: readonly number[]): Promise<readonly number[]> {
    const segment = this.#segment();
    segment.add(Kind.close, serialize.close({ type: 'S', name: NAME }));
    segment.add(Kind.parse, serialize.parse({ name: NAME, text, types: [...parameterTypes] }));
    segment.add(Kind.describe, serialize.describe({ type: 'S', name: NAME }));
    return (await segment.sent(this.#send)).parameterTypes;
  }

  /** It is the client's again. */
  giveBack(): void {
    this.#returned = true;
  }

  #segment(): Segment {
    if (this.#returned) throw new Error('the session is lent no longer');
    return new Segment(this.#exchange);
  }
}

/** Where the session stands, once everything that was sent is answered. */
function placeOf({ transaction, segmentOpen, segmentRuns, state }: Exchange): QuestionsBegin {
  if (transaction === 'failed') return 'failed';
  // What the server last said of the transaction holds no longer.
  if (state.transactionMoved) return 'implicit';
  if (transaction === 'open') return 'open';
  return segmentOpen && segmentRuns ? 'implicit' : 'idle';
}

/** One segment: its messages, and the answers to them up to its ReadyForQuery. */
class Segment implements AnswerListener {
  /** It has a Sync of its own. */
  readonly standalone = true;
  readonly rows: Row[][] = [];
  parameterTypes: readonly number[] = [];
  readonly #exchange: Exchange;
  readonly #parts: Buffer[] = [];
  readonly #kinds: Kind[] = [];
  #current: Row[] = [];
  #refused: QuestionRefused | undefined;
  #settle: (lost?: Error) => void = () => undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  add(kind: Kind, bytes: Buffer): void {
    this.#kinds.push(kind);
    this.#parts.push(bytes);
  }

  sent(send: (bytes: Buffer) => void): Promise<this> {
    this.add(Kind.close, serialize.close({ type: 'S', name: NAME }));
    this.add(Kind.sync, serialize.sync());
    const answer = { to: 'listener', listener: this } as const;
    const answered = new Promise<this>((resolve, reject) => {
      this.#settle = (lost) => {
        const error = lost ?? this.#refused;
        if (error === undefined) resolve(this);
        else reject(error);
      };
    });
    for (const kind of this.#kinds) this.#exchange.sent(new Expectation(kind, answer));
    send(Buffer.concat(this.#parts));
    return answered;
  }

  message(type: number, body: Buffer): void {
    switch (type) {
      case backend.dataRow:
        this.#current.push(readTextRow(body));
        return;
      case backend.commandComplete:
      case backend.emptyQueryResponse:
        this.rows.push(this.#current);
        this.#current = [];
        return;
      case backend.parameterDescription:
        this.parameterTypes = readTypes(body);
        return;
      case backend.errorResponse:
        this.#refused = new QuestionRefused(readErrorFields(body, 0, body.length));
        return;
      case backend.readyForQuery:
        this.#settle();
    }
  }

  skipped(): void {
    this.#settle(new Error('the session has ended'));
  }
}

function readTypes(body: Buffer): readonly number[] {
  return Array.from({ length: body.readInt16BE(0) & 0xffff }, (_, index) => body.readUInt32BE(2 + 4 * index));
}
