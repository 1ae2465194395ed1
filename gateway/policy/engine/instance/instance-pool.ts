// The instance that evaluates, and one in reserve: what fails is replaced at once, and its successor built later.
import type { Log } from '../../../lib/index.ts';
import type { EvaluationFailed } from './evaluation-failed.ts';
import type { PolicyInstance, ReadResults, Results } from './policy-instance.ts';

export class InstancePool {
  readonly #build: () => PolicyInstance;
  readonly #log: Log;
  #current: PolicyInstance | undefined;
  #spare: PolicyInstance | undefined;
  #building = false;

  /** `build` makes an instance that was tried, or throws. */
  constructor(build: () => PolicyInstance, log: Log) {
    this.#build = build;
    this.#log = log;
    this.#current = build();
    this.#refillLater();
  }

  /** Throws {@link EvaluationFailed}. */
  evaluate<R = Results>(entrypoint: number, input: ArrayBuffer, read?: ReadResults<R>): R {
    const instance = this.#take();
    try {
      return instance.evaluate(entrypoint, input, read);
    } finally {
      if (!instance.usable) this.#discard();
    }
  }

  #take(): PolicyInstance {
    this.#current ??= this.#spare ?? this.#build();
    if (this.#current === this.#spare) this.#spare = undefined;
    return this.#current;
  }

  #discard(): void {
    this.#current = this.#spare;
    this.#spare = undefined;
    this.#refillLater();
  }

  /** After whatever waits in the event loop: what fails again and again must not keep it from the rest. */
  #refillLater(): void {
    if (this.#building || this.#spare !== undefined) return;
    this.#building = true;
    setImmediate(() => {
      this.#building = false;
      try {
        this.#spare ??= this.#build();
      } catch (error) {
        this.#log.error({ failure: (error as EvaluationFailed).message }, 'no policy instance in reserve');
      }
    }).unref();
  }
}
