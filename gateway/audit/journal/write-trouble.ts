// Whether the disk takes events: what it said last when it did not, and when it is tried again.
import type { Fault, Log } from '../../lib/index.ts';
import { faultOf, reasonOf } from './system-error.ts';

/** While the journal cannot be written, it is tried so often whether it can. */
const retryMs = 1_000;

export class WriteTrouble {
  readonly #log: Log;
  readonly #tryAgain: () => Promise<void>;
  #fault: Fault | undefined;
  #isUnsynced = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(log: Log, tryAgain: () => Promise<void>) {
    this.#log = log;
    this.#tryAgain = tryAgain;
  }

  /** What statements are refused with meanwhile. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** The disk did not take what the kernel had: a write that succeeds does not prove the contrary. */
  get isUnsynced(): boolean {
    return this.#isUnsynced;
  }

  /** As the system called it. */
  get reason(): string | undefined {
    return this.#fault === undefined ? undefined : reasonOf(this.#fault.cause);
  }

  failed(error: unknown): Fault {
    const fault = faultOf(error);
    if (this.#fault === undefined) this.#log.error({ reason: reasonOf(error) }, 'audit journal failed');
    this.#fault = fault;
    this.#retry ??= setInterval(() => void this.#again(), retryMs).unref();
    return fault;
  }

  notSynced(error: unknown): void {
    this.#isUnsynced = true;
    this.failed(error);
  }

  /** A write went well. */
  wrote(): void {
    if (this.#fault !== undefined && !this.#isUnsynced) this.#over();
  }

  /** What is on the disk now is all that there is. */
  synced(): void {
    this.#isUnsynced = false;
    this.#over();
  }

  stop(): void {
    clearInterval(this.#retry);
  }

  async #again(): Promise<void> {
    try {
      await this.#tryAgain();
    } catch (error) {
      this.#fault = faultOf(error);
    }
  }

  #over(): void {
    this.#fault = undefined;
    clearInterval(this.#retry);
    this.#retry = undefined;
    this.#log.info({}, 'audit journal is written again');
  }
}
