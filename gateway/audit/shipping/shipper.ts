// Ships a chain's events to one sink: in order, a few batches under way at a time, acknowledged only as far as all before
// are stored.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pauses } from '../../lib/index.ts';
import { readEvents } from '../journal/read-events.ts';
import type { Position, StoredEvent } from '../journal/types.ts';
import type { ShippedEvent, Sink } from '../sinks/sink.ts';
import { type Batch, type BatchLimits, batchesOf, ReadersEnd } from './batches.ts';
import { deliver } from './delivery.ts';
import type { News } from './news.ts';
import type { SinkStanding } from './sink-standing.ts';

export type ShipperOptions = Readonly<{
  sink: Sink;
  chain: string;
  folder: string;
  from: Position;
  limits: BatchLimits;
  /** Batches under way at a time. */
  atOnce: number;
  /** For one attempt. */
  milliseconds: number;
  pauses: Pauses;
  random: () => number;
  standing: SinkStanding;
  setAside?: ((event: ShippedEvent, problem: string) => Promise<void>) | undefined;
  /** What was written since it was asked last, or what will be. */
  news: News;
  acknowledged: (position: Position) => void;
  /** The journal could not be read; it is tried again. */
  broken: (error: unknown) => void;
  /** A line of it is no event, and is left out. */
  damaged: (where: Readonly<{ file: string; offset: number }>) => void;
}>;

const AGAIN_MS = 1_000;
const LOOK_MS = 10;
/** How much the last round trip counts in their average. */
const PART_OF_LAST = 0.2;

type UnderWay = { readonly batch: Batch; readonly ended: Promise<void>; isStored: boolean };

export class Shipper {
  readonly #options: ShipperOptions;
  readonly #closing = new AbortController();
  readonly #draining = new AbortController();
  readonly #end = new ReadersEnd();
  /** Oldest first. */
  readonly #underWay: UnderWay[] = [];
  readonly #running: Promise<void>;
  /** Of the last batches, in milliseconds, and when the last one was sent. */
  #roundTrip = 0;
  #sentAt = 0;
  #position: Position;

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#position = options.from;
    this.#running = this.#run();
  }

  /** Up to where everything is stored. */
  get position(): Position {
    return this.#position;
  }

  /** Resolves when everything up to this event is stored, or when the sink is away. Nothing waits for others any more. */
  async drained(through: number): Promise<void> {
    this.#draining.abort();
    while (this.#position.seq < through && this.#options.standing.now.away === undefined)
      await sleep(LOOK_MS);
  }

  /** Gives what is under way up; it is sent again after the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#options.news.end();
    await this.#running;
    await Promise.all(this.#underWay.map(({ ended }) => ended));
    await this.#options.sink.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#ship();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.broken(error);
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
        // What was read beyond is read again.
        await Promise.all(this.#underWay.map(({ ended }) => ended));
      }
    }
  }

  async #ship(): Promise<void> {
    const { limits, atOnce } = this.#options;
    const batches = batchesOf(this.#events(), { limits, end: this.#end, hurry: this.#draining.signal })[
      Symbol.asyncIterator
    ]();
    for (;;) {
      while (this.#underWay.length >= atOnce) {
        await this.#underWay[0]?.ended;
        // What was given up stays where it is.
        if (this.#closing.signal.aborted) return;
      }
      await this.#spaced();
      const next = await batches.next();
      if (next.done === true) return;
      this.#send(next.value);
    }
  }

  /**
   * Where several batches may be under way, they are spread over a round trip: an event that just missed one waits for a
   * part of it, and not for all of it because the first few events took every place.
   */
  async #spaced(): Promise<void> {
    if (this.#underWay.length === 0) return;
    const due = this.#sentAt + this.#roundTrip / this.#options.atOnce;
    const wait = due - performance.now();
    if (wait >= 1) await sleep(wait, undefined, { signal: this.#closing.signal });
  }

  async *#events(): AsyncGenerator<StoredEvent> {
    const { folder, damaged: onDamage } = this.#options;
    const { signal: follow } = this.#closing;
    const news = () => this.#news();
    let from = this.#position;
    while (!follow.aborted) {
      for await (const event of readEvents(folder, { from, follow, news, onDamage })) {
        from = event.position;
        yield event;
      }
      await news();
    }
  }

  async #news(): Promise<void> {
    const { news } = this.#options;
    if (!news.isThere) this.#end.reached();
    await news.next();
    this.#end.left();
  }

  #send(batch: Batch): void {
    const { sink, chain, milliseconds, pauses, random, standing, setAside } = this.#options;
    const ended = deliver(batch.events, {
      ...{ sink, chain, milliseconds, pauses, random, setAside },
      closing: this.#closing.signal,
      onStored: (events, took) => {
        this.#roundTrip += (took - this.#roundTrip) * PART_OF_LAST;
        standing.stored(events, took);
      },
      onFailed: (because, problem) => standing.failed(because, problem),
    }).then(
      () => {
        underWay.isStored = true;
        this.#settle();
      },
      // Only when it is closed.
      () => undefined,
    );
    const underWay: UnderWay = { batch, ended, isStored: false };
    this.#underWay.push(underWay);
    this.#sentAt = performance.now();
  }

  #settle(): void {
    let position: Position | undefined;
    while (this.#underWay[0]?.isStored === true) position = this.#underWay.shift()?.batch.position;
    if (position === undefined) return;
    this.#position = position;
    this.#options.acknowledged(position);
  }
}
