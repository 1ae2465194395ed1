// Ships a chain's events to one sink: in order, a few batches under way at a time, acknowledged only as far as all before
// are stored.
import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents } from '../journal/read-events.ts';
import type { Position, StoredEvent } from '../journal/types.ts';
import type { ShippedEvent, Sink } from '../sinks/sink.ts';
import { type Batch, type BatchLimits, batchesOf } from './batches.ts';
import { deliver } from './delivery.ts';
import type { News } from './news.ts';
import type { Pauses } from './pauses.ts';
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
  /** The journal could not be read. */
  broken: (error: unknown) => void;
}>;

const AGAIN_MS = 1_000;

type UnderWay = { readonly batch: Batch; readonly ended: Promise<void>; isStored: boolean };

export class Shipper {
  readonly #options: ShipperOptions;
  readonly #closing = new AbortController();
  /** Oldest first. */
  readonly #underWay: UnderWay[] = [];
  readonly #running: Promise<void>;
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
    const batches = batchesOf(this.#events(), limits)[Symbol.asyncIterator]();
    for (;;) {
      while (this.#underWay.length >= atOnce) await this.#underWay[0]?.ended;
      const next = await batches.next();
      if (next.done === true) return;
      this.#send(next.value);
    }
  }

  async *#events(): AsyncGenerator<StoredEvent> {
    const { folder, news } = this.#options;
    const { signal: follow } = this.#closing;
    let from = this.#position;
    while (!follow.aborted) {
      for await (const event of readEvents(folder, { from, follow, news: () => news.next() })) {
        from = event.position;
        yield event;
      }
      await news.next();
    }
  }

  #send(batch: Batch): void {
    const { sink, chain, milliseconds, pauses, random, standing, setAside } = this.#options;
    const ended = deliver(batch.events, {
      ...{ sink, chain, milliseconds, pauses, random, setAside },
      closing: this.#closing.signal,
      onStored: (events, took) => standing.stored(events, took),
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
  }

  #settle(): void {
    let position: Position | undefined;
    while (this.#underWay[0]?.isStored === true) position = this.#underWay.shift()?.batch.position;
    if (position === undefined) return;
    this.#position = position;
    this.#options.acknowledged(position);
  }
}
