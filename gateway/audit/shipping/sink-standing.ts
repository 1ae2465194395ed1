// How one sink fares: kept in the thread that ships, told to the main thread whenever it changes, and now and then.
import type { Clock } from '../../lib/index.ts';
import type { NotStoredBecause } from '../sinks/sink.ts';

export type Standing = Readonly<{
  /** Why it takes nothing, and since when; absent while it does. */
  away?: Readonly<{ because: NotStoredBecause; problem: string; since: string }>;
  /** The last success and the last failure, whichever was later. */
  delivered_at?: string;
  failed?: Readonly<{ at: string; because: NotStoredBecause; problem: string }>;
  /** Events that it has stored since the start, batches, attempts that failed, and events that were set aside. */
  events: number;
  batches: number;
  failures: number;
  set_aside: number;
  /** Of the attempts that went well, in milliseconds. */
  milliseconds: number;
}>;

/** One connection that broke while it was idle is no outage: what is sent again at once decides. */
const AWAY_AFTER_MS = 40;

export class SinkStanding {
  readonly #clock: Clock;
  readonly #changed: (standing: Standing) => void;
  #standing: Standing = { events: 0, batches: 0, failures: 0, set_aside: 0, milliseconds: 0 };
  #failingSince: number | undefined;

  /** `changed`: it went away or came back, or fails in another way. */
  constructor(clock: Clock, changed: (standing: Standing) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get now(): Standing {
    return this.#standing;
  }

  stored(events: number, took: number): void {
    const { away, ...before } = this.#standing;
    this.#failingSince = undefined;
    this.#standing = {
      ...before,
      delivered_at: this.#time(),
      events: before.events + events,
      batches: before.batches + 1,
      milliseconds: before.milliseconds + took,
    };
    if (away !== undefined) this.#changed(this.#standing);
  }

  failed(because: NotStoredBecause, problem: string): void {
    const at = this.#time();
    const now = this.#clock.now();
    this.#failingSince ??= now;
    const { away: before, failures } = this.#standing;
    const isHopeless = because === 'lied' || because === 'refused';
    const isAway = before !== undefined || isHopeless || now - this.#failingSince >= AWAY_AFTER_MS;
    const since = before?.since ?? new Date(this.#failingSince).toISOString();
    this.#standing = {
      ...this.#standing,
      failures: failures + 1,
      failed: { at, because, problem },
      ...(isAway ? { away: { because, problem, since } } : {}),
    };
    if (isAway && before?.problem !== problem) this.#changed(this.#standing);
  }

  setAside(): void {
    this.#standing = { ...this.#standing, set_aside: this.#standing.set_aside + 1 };
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
