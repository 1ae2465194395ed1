// Of which errors and notices the client learns the kind alone.
import type { Exchange } from '../exchange.ts';
import { type Expectation, Kind } from '../expectation.ts';

export class Withholding {
  /** Deferred checks of what a statement has done speak up at the end of its transaction. */
  withholdsRest = false;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Of those that come while this is to be answered. */
  withholds(head: Expectation | undefined): boolean {
    if (head?.answer.to === 'client' && head.answer.withholds === true) return true;
    return this.withholdsRest && this.#mayEndTransaction(head);
  }

  /** Within a transaction's block nothing ordinary ends it. */
  #mayEndTransaction(head: Expectation | undefined): boolean {
    if (this.#exchange.transaction === 'idle') return true;
    return head === undefined || head.kind === Kind.sync || head.run !== undefined;
  }
}
