// A ROLLBACK in the place of a COMMIT that was refused: the client is answered as when its COMMIT fails at the server.
import { backend, type ErrorText, errorResponse, Verdict } from '../../wire/index.ts';
import type { Expectation } from '../expectation.ts';
import type { KeptAnswer } from '../limits/kept-answer.ts';
import type { RunHost } from '../limits/kept-run.ts';

export class KeptRollback implements KeptAnswer {
  readonly current: Expectation;
  readonly alone = false;
  readonly #host: RunHost;
  readonly #error: Buffer;

  constructor(host: RunHost, current: Expectation, denial: ErrorText) {
    this.#host = host;
    this.current = current;
    this.#error = errorResponse('ERROR', denial);
  }

  sees(type: number): Verdict | undefined {
    if (type !== backend.commandComplete) return undefined;
    this.#host.tell(this.#error);
    return Verdict.drop;
  }

  acts(type: number): void {
    if (type === backend.readyForQuery) this.end();
  }

  /** Should even that fail, the transaction has. */
  instead(): Buffer {
    return this.#error;
  }

  tellBehind(): boolean {
    return false;
  }

  goesOn(): void {}

  segmentFailed(): void {
    this.end();
  }

  end(): void {
    if (this.#host.exchange.kept === this) this.#host.exchange.kept = undefined;
  }
}
