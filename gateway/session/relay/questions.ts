// What the gateway asks in the client's own session: by itself, or as the resolver borrows it; and who waits until it may.
import { serialize } from 'pg-protocol';
import type { SessionQuestions } from '../../catalog/index.ts';
import { Fault } from '../../lib/index.ts';
import type { Exchange } from '../exchange.ts';
import { injectQuestion } from '../injection.ts';
import { LentSession } from '../lent-session.ts';
import type { Row } from '../row.ts';
import type { ClientDirection } from './client-direction.ts';
import type { Ending } from './ending.ts';

export class Questions {
  readonly #exchange: Exchange;
  readonly #fromClient: ClientDirection;
  readonly #ending: Ending;
  /** Whoever waits until everything that was sent is answered. */
  #awaitingAnswers: (() => void)[] = [];
  /** The transaction's state, while the resolver has the session and changes it. */
  #lentIn: Exchange['transaction'] | undefined;

  constructor(exchange: Exchange, fromClient: ClientDirection, ending: Ending) {
    this.#exchange = exchange;
    this.#fromClient = fromClient;
    this.#ending = ending;
  }

  /** As the client knows it. */
  get transaction(): Exchange['transaction'] {
    return this.#lentIn ?? this.#exchange.transaction;
  }

  get settled(): boolean {
    return this.#exchange.queue.length === 0;
  }

  ask(sql: string, values: readonly string[] = []): Promise<readonly Row[]> {
    // It would stand in a transaction that is rolled back.
    if (this.#exchange.lent) return Promise.reject(new Fault('decision_failed'));
    const { bytes, answer } = injectQuestion(this.#exchange, sql, values);
    this.#fromClient.inject(bytes);
    return answer;
  }

  answered(): Promise<void> {
    if (this.settled || this.#ending.begun) return Promise.resolve();
    if (this.#exchange.segmentOpen) this.#fromClient.inject(serialize.flush());
    return new Promise((resolve) => this.#awaitingAnswers.push(resolve));
  }

  /** An answer has come: whoever waited for the last one hears so. */
  checkAnswered(): void {
    if (this.#awaitingAnswers.length > 0 && this.settled) this.tellAnswered();
  }

  tellAnswered(): void {
    for (const resolve of this.#awaitingAnswers.splice(0)) resolve();
  }

  async lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T> {
    const exchange = this.#exchange;
    if (exchange.lent || !this.settled || this.#ending.begun) throw new Fault('decision_failed');
    const questions = new LentSession(exchange, (bytes) => this.#fromClient.inject(bytes));
    this.#lentIn = exchange.transaction;
    exchange.lent = true;
    try {
      return await use(questions);
    } finally {
      questions.giveBack();
      exchange.lent = false;
      this.#lentIn = undefined;
      this.#fromClient.resume();
    }
  }
}
