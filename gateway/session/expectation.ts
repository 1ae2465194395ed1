// What the server is expected to answer: one entry for each message sent to it that it answers, in order.
import type { Fault } from '../lib/index.ts';
import { type Answer, toClient } from './answer.ts';
import type { NameClaim } from './named.ts';
import type { Run } from './run.ts';

/** The message that waits for its answer. */
export const Kind = {
  parse: 0,
  bind: 1,
  describe: 2,
  execute: 3,
  close: 4,
  sync: 5,
  query: 6,
  functionCall: 7,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** One message sent to the server that it will answer. */
export class Expectation {
  readonly kind: Kind;
  readonly answer: Answer;
  /** What the server's acknowledgement makes true. */
  readonly claim: NameClaim | undefined;
  /** The text may have started a COPY FROM STDIN. */
  readonly mayCopyIn: boolean;
  /** What it may change of the session; undefined when it changes nothing. */
  readonly run: Run | undefined;
  /** An ErrorResponse has come; for a query and its like, ReadyForQuery is still to follow. */
  failed = false;
  /** It has taken longer than it may, and is being cancelled. */
  overdue = false;
  /** Why the client can't be given its answer: the server is stopped, and its error comes as this one. */
  refused: Fault | undefined = undefined;

  constructor(
    kind: Kind,
    answer: Answer = toClient,
    claim: NameClaim | undefined = undefined,
    mayCopyIn = false,
    run: Run | undefined = undefined,
  ) {
    this.kind = kind;
    this.answer = answer;
    this.claim = claim;
    this.mayCopyIn = mayCopyIn;
    this.run = run;
  }

  /** True for the messages behind which the server does not skip until Sync when they fail. */
  get endsWithReady(): boolean {
    return this.kind >= Kind.sync;
  }
}

/** The frequent entries that carry nothing of their own. */
export const plain = {
  describe: new Expectation(Kind.describe),
  execute: new Expectation(Kind.execute),
  sync: new Expectation(Kind.sync),
  query: new Expectation(Kind.query),
} as const;

/** A first-in, first-out queue. */
export class ExpectationQueue {
  #entries: (Expectation | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get head(): Expectation | undefined {
    return this.#entries[this.#first];
  }

  find(which: (expectation: Expectation) => boolean): Expectation | undefined {
    for (let index = this.#first; index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry !== undefined && which(entry)) return entry;
    }
    return undefined;
  }

  push(expectation: Expectation): void {
    this.#entries.push(expectation);
  }

  shift(): Expectation | undefined {
    const head = this.#entries[this.#first];
    if (head === undefined) return undefined;
    this.#entries[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#entries.length) {
      this.#entries.length = 0;
      this.#first = 0;
    } else if (this.#first >= 1024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return head;
  }
}
