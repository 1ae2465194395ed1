// What the client's next message waits for: answers to what was sent, or a question of the session's own.
import { Fault } from '../lib/index.ts';
import { Verdict } from '../wire/index.ts';
import type { Exchange } from './exchange.ts';
import type { Ask } from './session-context.ts';
import type { StatementHost } from './statement.ts';

const QUESTION_ATTEMPTS = 3;

export type WaitingOptions = Readonly<{
  exchange: Exchange;
  host: StatementHost;
  /** The waiting message is to be shown again. */
  onDecided: () => void;
  /** The session can't go on. */
  onFailed: (thrown: unknown) => void;
}>;

export class Waiting {
  readonly #options: WaitingOptions;
  readonly #exchange: Exchange;
  readonly #ask: Ask;
  readonly #flush: () => void;
  /** A question is under way, in front of the waiting message. */
  #asking = false;
  /** How often in succession it has failed. */
  #refusals = 0;
  /** A Flush was put before the waiting message, so that what it waits for comes. */
  #flushed = false;

  /** `flush` puts a Flush in front of the waiting message. */
  constructor(options: WaitingOptions, flush: () => void) {
    this.#options = options;
    this.#exchange = options.exchange;
    this.#ask = (sql, values) => options.host.ask(sql, values);
    this.#flush = flush;
  }

  /** The message waits no more. */
  over(): void {
    this.#flushed = false;
  }

  /** Code may have run that changed how the server reads text: it is asked before the next text is decided. */
  forLexer(): Verdict {
    const { state, queue } = this.#exchange;
    // A ReadyForQuery that is under way tells it too, or that the transaction has failed.
    if (queue.length > 0 && !this.#asking) return this.forAnswers();
    return this.forQuestion(async (ask) => {
      await state.context.get(undefined, ask);
      state.lexerDoubtful = false;
    });
  }

  /** The message waits until a question of the session's own is answered. */
  forQuestion(question: (ask: Ask) => Promise<void>): Verdict {
    if (this.#asking) return Verdict.wait;
    this.#asking = true;
    question(this.#ask)
      .then(
        () => {
          this.#refusals = 0;
        },
        (thrown: unknown) => this.#questionFailed(thrown),
      )
      .finally(() => {
        this.#asking = false;
        this.#options.onDecided();
      });
    return Verdict.wait;
  }

  /** A cancel that was meant for something else may hit the question, which is then asked again. */
  #questionFailed(thrown: unknown): void {
    // What follows in a segment that has failed is skipped.
    if (this.#exchange.skipping) return;
    const isChange = thrown instanceof Fault && thrown.code === 'pinned_setting_changed';
    this.#refusals += 1;
    if (isChange || this.#refusals === QUESTION_ATTEMPTS) this.#options.onFailed(thrown);
  }

  /** Of everything that was sent before. */
  forAnswers(): Verdict {
    if (!this.#flushed) {
      this.#flushed = true;
      this.#flush();
    }
    return Verdict.wait;
  }
}
