// A plain statement that was let through, until its outcome is on the record.
import {
  type CompleteAnswer,
  idOf,
  type Journal,
  type JournaledStatement,
  type Lines,
  type StatementContext,
} from '../../audit/index.ts';
import { type Fault, toFault } from '../../lib/index.ts';
import type { AnswerResult, AnswerWatch } from '../../session/index.ts';
import { membersOfOutcome } from './outcome.ts';
import { kept, writeParameters } from './said-parameters.ts';
import type { Bound, HashKey } from './said-values.ts';
import type { SaidBeside } from './statement-subject.ts';

/** The trail that it is followed for. */
export interface PlainTrail {
  readonly journal: Journal;
  readonly hashKey: HashKey;
  /** Throws why it can't be put on the record once more. */
  beginPlain(context: StatementContext, statement: Bound, said: SaidBeside): PlainStatement;
  /** Nothing decides on it: what is sent waits for the sink where one has to have it. */
  begunAgain(statement: string): void;
  outcome(statement: string, members: string): void;
  lost(thrown: unknown): void;
}

/** The global itself is looked up each time. */
const now = performance.now.bind(performance);

const noAnswer: CompleteAnswer = { rows: 0, bytes: 0, affected: 0, tag: '' };

export class PlainStatement implements AnswerWatch, JournaledStatement {
  readonly context: StatementContext;
  seq = 0;
  microseconds = 0;
  answer = noAnswer;
  readonly #trail: PlainTrail;
  #statement: Bound;
  readonly #said: SaidBeside;
  readonly #begun = now();

  constructor(trail: PlainTrail, context: StatementContext, statement: Bound, said: SaidBeside) {
    this.context = context;
    this.#trail = trail;
    this.#statement = statement;
    this.#said = said;
  }

  writeIntent(into: Lines): void {
    const { text, hidesValues } = this.#said;
    writeParameters(this.#statement, hidesValues, this.#trail.hashKey, into);
    this.#statement = kept(this.#statement);
    if (text !== undefined) into.add(`,${text}`);
  }

  /** Of its first event. */
  get id(): string {
    return idOf(this.#trail.journal.chain, this.seq);
  }

  ended(result: AnswerResult): void {
    const milliseconds = now() - this.#begun;
    if (!isOrdinary(result)) {
      this.#trail.outcome(this.id, membersOfOutcome(result, milliseconds, undefined));
      return;
    }
    this.microseconds = Math.round(milliseconds * 1000);
    this.answer = result;
    try {
      this.#trail.journal.complete(this);
    } catch (thrown) {
      this.#trail.lost(thrown);
    }
  }

  again(): AnswerWatch | Fault {
    try {
      const again = this.#trail.beginPlain(this.context, this.#statement, this.#said);
      this.#trail.begunAgain(again.id);
      return again;
    } catch (thrown) {
      return toFault(thrown);
    }
  }
}

/** It was complete, nothing of it was masked, and its tag can stand in JSON as it is. */
const isOrdinary = (result: AnswerResult): result is AnswerResult & CompleteAnswer =>
  result.state === 'complete' && result.cells === 0 && result.tag !== undefined && isPlain(result.tag);

/** Of several commands it may be long. */
const LONGEST_TAG = 64;

/** It comes again and again. */
let plainBefore = '';

function isPlain(tag: string): boolean {
  if (tag === plainBefore) return true;
  for (let at = 0; at < tag.length; at++) {
    const code = tag.charCodeAt(at);
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (!isLetter && code !== 0x20 && (code < 0x30 || code > 0x39)) return false;
  }
  if (tag.length > LONGEST_TAG) return false;
  plainBefore = tag;
  return true;
}
