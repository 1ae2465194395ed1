// Reports to a service how the bundles are, as OPA does: at every change, and now and then without one.
import type { PolicyStatusConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import { backoffMs } from '../source/backoff.ts';
import { createPost, type Post } from './service.ts';

// Changes come together: a bundle that is activated changes its own state and that of its track.
const gatherMilliseconds = 50;

export class StatusReport {
  readonly #config: PolicyStatusConfig;
  readonly #documents: () => readonly object[];
  readonly #log: Log;
  readonly #post: Post;
  readonly #stop = new AbortController();
  #next: NodeJS.Timeout | undefined;
  #sending = false;
  #changed = false;
  #failures = 0;
  #problem: string | undefined;

  /** `documents` are what is to be said at that moment, each in a request of its own. */
  constructor(config: PolicyStatusConfig, documents: () => readonly object[], { log }: { log: Log }) {
    this.#config = config;
    this.#documents = documents;
    this.#log = log;
    this.#post = createPost(config, '/status');
    this.#schedule(gatherMilliseconds);
  }

  /** Why the last report failed; undefined once one succeeds. */
  get problem(): string | undefined {
    return this.#problem;
  }

  changed(): void {
    this.#changed = true;
    if (!this.#sending && this.#failures === 0) this.#schedule(gatherMilliseconds);
  }

  close(): void {
    clearTimeout(this.#next);
    this.#stop.abort();
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#next);
    if (!this.#stop.signal.aborted) this.#next = setTimeout(() => void this.#send(), milliseconds).unref();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    this.#changed = false;
    try {
      for (const document of this.#documents()) {
        const body = Buffer.from(JSON.stringify(document));
        await this.#post(body, { 'content-type': 'application/json' }, this.#stop.signal);
      }
      this.#settle(undefined);
    } catch (error) {
      this.#settle(error instanceof Error ? error.message : 'unknown');
    }
    this.#sending = false;
    const pause = this.#config.seconds * 1000;
    if (this.#failures > 0) this.#schedule(backoffMs(this.#failures, pause, Math.random));
    else this.#schedule(this.#changed ? gatherMilliseconds : pause);
  }

  #settle(problem: string | undefined): void {
    this.#failures = problem === undefined ? 0 : this.#failures + 1;
    if (problem === this.#problem || this.#stop.signal.aborted) return;
    this.#problem = problem;
    if (problem !== undefined) this.#log.warn({ problem }, 'policy status cannot be reported');
    else this.#log.info({}, 'policy status is reported again');
  }
}
