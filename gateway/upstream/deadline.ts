// The time that one attempt has, and the ways to end it early: the caller's signal, or the upstream's closing.
import { ConnectFailure } from './failure.ts';

export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;

  constructor(seconds: number, outer: AbortSignal | undefined) {
    this.#outer = outer;
    this.#timer = setTimeout(() => this.end(`no answer within ${seconds} seconds`), seconds * 1000);
    outer?.addEventListener('abort', this.#abandon, { once: true });
    if (outer?.aborted) {
      this.#abandon();
    }
  }

  /** Its reason is a ConnectFailure. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(reason: string): void {
    this.#controller.abort(new ConnectFailure('upstream_unreachable', 'connect', reason));
  }

  /** Must be called once the attempt is over. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abandon);
  }

  #abandon = (): void => this.end('the caller gave up');
}
