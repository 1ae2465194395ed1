// Asks the server something in the client's own session; the client never sees the question or the answer.
import { serialize } from 'pg-protocol';
import { Fault } from '../lib/index.ts';
import { backend, readErrorFields } from '../wire/index.ts';
import type { AnswerListener } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { Expectation, Kind } from './expectation.ts';
import { type Row, readTextRow } from './row.ts';

/** A name of the gateway's own for the statement and the portal, so that the client's unnamed ones stay as they are. */
export const QUESTION_NAME = 'portcullis question';

/** Collects the rows of one question. */
class Question implements AnswerListener {
  readonly standalone: boolean;
  readonly answer: Promise<readonly Row[]>;
  readonly #rows: Row[] = [];
  #resolve!: (rows: readonly Row[]) => void;
  #reject!: (fault: Fault) => void;

  constructor(standalone: boolean) {
    this.standalone = standalone;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever asked may have left meanwhile.
    this.answer.catch(() => undefined);
  }

  message(type: number, body: Buffer): void {
    if (type === backend.dataRow) this.#rows.push(readTextRow(body));
    // The portal and the statement are closed behind it, but the rows are whole here.
    else if (type === backend.commandComplete) this.#resolve(this.#rows);
    else if (type === backend.errorResponse) {
      this.#reject(
        new Fault('decision_failed', {}, new Error(readErrorFields(body, 0, body.length).get('C'))),
      );
    }
  }

  skipped(): void {
    this.#reject(new Fault('decision_failed', {}, new Error('skipped by an earlier error')));
  }
}

/**
 * The messages of a question, already entered as expected. Between two segments it is a segment of its own; inside one
 * it must not end it with a Sync (that would commit what the client has sent so far), so that it only flushes.
 */
export function injectQuestion(
  exchange: Exchange,
  sql: string,
  values: readonly string[] = [],
): { bytes: Buffer; answer: Promise<readonly Row[]> } {
  const standalone = !exchange.segmentOpen;
  const question = new Question(standalone);
  const answer = { to: 'listener', listener: question } as const;
  const parts = [
    serialize.parse({ name: QUESTION_NAME, text: sql }),
    serialize.bind({ portal: QUESTION_NAME, statement: QUESTION_NAME, values: [...values] }),
    serialize.execute({ portal: QUESTION_NAME }),
    serialize.close({ type: 'P', name: QUESTION_NAME }),
    serialize.close({ type: 'S', name: QUESTION_NAME }),
  ];
  for (const kind of [Kind.parse, Kind.bind, Kind.execute, Kind.close, Kind.close]) {
    exchange.sent(new Expectation(kind, answer));
  }
  if (standalone) exchange.sent(new Expectation(Kind.sync, answer));
  parts.push(standalone ? serialize.sync() : serialize.flush());
  return { bytes: Buffer.concat(parts), answer: question.answer };
}
