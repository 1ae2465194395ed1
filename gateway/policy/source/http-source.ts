// Asks a server for a bundle by OPA's bundle protocol: polling or long polling, each time only for what is new.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BundleConfig } from '../../config/index.ts';
import { isPrivateWay } from '../../lib/index.ts';
import { backoffMs, pollMs } from './backoff.ts';
import { type BundleSource, type Outcome, type SourceEvents, SourceFailure } from './bundle-source.ts';
import { type BundleAnswer, getBundle } from './http-get.ts';
import { publicUrl } from './public-url.ts';

/** A server that long polls and answers sooner than this with nothing new would be asked without end. */
const SHORTEST_ROUND_MS = 1000;

export type HttpSourceOptions = Readonly<{
  /** The tag of the bundle that is here already. */
  etag: string | undefined;
  events: SourceEvents;
  random?: () => number;
}>;

export function openHttpSource(config: BundleConfig, options: HttpSourceOptions): BundleSource {
  const stop = new AbortController();
  const running = new HttpPolling(config, options, stop.signal).run();
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

class HttpPolling {
  readonly #config: BundleConfig;
  readonly #events: SourceEvents;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  #etag: string | undefined;
  #failures = 0;
  #longPolls: boolean;

  constructor(
    config: BundleConfig,
    { etag, events, random = Math.random }: HttpSourceOptions,
    signal: AbortSignal,
  ) {
    this.#config = config;
    this.#events = events;
    this.#random = random;
    this.#signal = signal;
    this.#etag = etag;
    this.#longPolls = config.poll.long_poll_seconds > 0;
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const pause = await this.#round();
      if (this.#signal.aborted) return;
      await sleep(pause, undefined, { signal: this.#signal, ref: false }).catch(() => undefined);
    }
  }

  /** One request; returns how long to wait before the next. */
  async #round(): Promise<number> {
    const started = performance.now();
    this.#events.requested();
    try {
      refuseInsecure(this.#config);
      const answer = await getBundle(this.#config, {
        etag: this.#etag,
        // Nobody waits for the first one.
        waitSeconds: this.#longPolls && this.#etag !== undefined ? this.#config.poll.long_poll_seconds : 0,
        signal: this.#signal,
      });
      const requestMs = performance.now() - started;
      this.#etag = answer.etag;
      const outcome = await this.#tell(answer, requestMs);
      if (outcome === 'damaged') {
        // The next request is for the whole: it may have been changed on its way here.
        this.#etag = undefined;
        return this.#afterFailure();
      }
      this.#failures = 0;
      return this.#untilNext(outcome === 'new' ? SHORTEST_ROUND_MS : requestMs);
    } catch (thrown) {
      if (this.#signal.aborted) return 0;
      this.#events.failed(toFailure(thrown));
      return this.#afterFailure();
    }
  }

  async #tell(answer: BundleAnswer, requestMs: number): Promise<Outcome> {
    if (answer.kind === 'unchanged') {
      this.#events.unchanged();
      return 'known';
    }
    const { bytes, etag, longPolls } = answer;
    // Whoever answers without a tag cannot tell what is new: there is nothing to wait for.
    this.#longPolls = this.#config.poll.long_poll_seconds > 0 && longPolls && etag !== undefined;
    return await this.#events.received({ bytes, etag, requestMs });
  }

  #untilNext(requestMs: number): number {
    const { min_seconds, max_seconds } = this.#config.poll;
    if (this.#longPolls) return Math.max(0, SHORTEST_ROUND_MS - requestMs);
    return pollMs(min_seconds, max_seconds, this.#random);
  }

  #afterFailure(): number {
    this.#failures += 1;
    return backoffMs(this.#failures, this.#config.poll.max_seconds * 1000, this.#random);
  }
}

/** Plain http lets anybody on the way put another bundle in: a signature makes that useless, nothing else does. */
function refuseInsecure({ url, unsigned }: BundleConfig): void {
  const parsed = new URL(url);
  if (unsigned && !isPrivateWay(parsed)) {
    throw new SourceFailure(
      'insecure',
      `${publicUrl(url)} is plain http and the bundle is unsigned; use https, or sign it`,
    );
  }
}

function toFailure(thrown: unknown): SourceFailure {
  if (thrown instanceof SourceFailure) return thrown;
  return new SourceFailure(
    'unforeseen',
    'the request failed for a reason that nobody foresaw; the log has it',
    {
      cause: thrown,
    },
  );
}
