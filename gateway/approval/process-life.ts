// Says that this process lives, and closes what processes that don't have left behind.
import type { Log } from '../lib/index.ts';
import type { State } from '../state/index.ts';
import type { Approvals } from './approvals.ts';

/** How often it says so. */
const BEAT_MS = 2_000;
/**
 * Whoever isn't heard of for longer is gone, and nobody waits at it any more. On a machine that does too much, or behind
 * a network that was away, one may be silent for a while that lives.
 */
const ALIVE_SECONDS = 20;

export class ProcessLife {
  readonly #id: string;
  readonly #state: State;
  readonly #approvals: Approvals;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** When it was last told, and since when it has been without a gap. */
  #lastBeat: number | undefined;
  #steadySince: number | undefined;

  constructor(id: string, { state, approvals, log }: { state: State; approvals: Approvals; log: Log }) {
    this.#id = id;
    this.#state = state;
    this.#approvals = approvals;
    this.#log = log;
  }

  /** Resolves once it is known to the others. */
  async start(): Promise<void> {
    await this.#beat();
    this.#schedule();
  }

  /** What it still holds is withdrawn at once. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#state
      .query('UPDATE portcullis.process SET alive_until = clock_timestamp() WHERE id = $1', [this.#id])
      .then(() => this.#approvals.withdrawOwn())
      .catch(() => undefined);
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#beat()
        // The state database says that it is away by itself.
        .catch((error: unknown) => this.#log.debug({ err: error }, 'not told that this process lives'))
        .finally(() => this.#schedule());
    }, BEAT_MS);
  }

  async #beat(): Promise<void> {
    await this.#state.query(
      `INSERT INTO portcullis.process (id, alive_until)
       VALUES ($1, clock_timestamp() + make_interval(secs => $2))
       ON CONFLICT (id) DO UPDATE SET alive_until = EXCLUDED.alive_until`,
      [this.#id, ALIVE_SECONDS],
    );
    const now = performance.now();
    const hadGap = this.#lastBeat !== undefined && now - this.#lastBeat > ALIVE_SECONDS * 1000;
    if (hadGap) this.#steadySince = now;
    this.#lastBeat = now;
    await this.#approvals.expire();
    // Where we could not say that we live, neither could the others: they get the time to say so.
    const isSteady = this.#steadySince === undefined || now - this.#steadySince > ALIVE_SECONDS * 1000;
    if (isSteady) await this.#approvals.withdrawLeft(ALIVE_SECONDS);
  }
}
