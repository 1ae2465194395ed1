// Events as lines on standard output, for whatever collects that of a container. A line counts as delivered once it is in
// the pipe: nobody says more.
import { write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Shipment, Sink } from './sink.ts';

const writeTo = promisify(write);
const FULL_MS = 5;
/** Half of what a pipe holds: what other processes write comes between such parts, not within. */
const PART = 32 * 1024;

export class StdoutSink implements Sink {
  readonly #descriptor: number;
  /** What is left of a part that went in by half: it is finished before anything else is said. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(descriptor = 1) {
    this.#descriptor = descriptor;
  }

  async deliver({ events }: Shipment, signal: AbortSignal): Promise<void> {
    await this.#finish(signal);
    for (const part of partsOf(events)) {
      signal.throwIfAborted();
      this.#rest = part;
      await this.#finish(signal);
    }
  }

  async check(): Promise<string> {
    return 'lines go to standard output';
  }

  async close(): Promise<void> {}

  async #finish(signal: AbortSignal): Promise<void> {
    while (this.#rest.length > 0) {
      try {
        const { bytesWritten } = await writeTo(this.#descriptor, this.#rest, 0, this.#rest.length, null);
        this.#rest = this.#rest.subarray(bytesWritten);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        signal.throwIfAborted();
        await sleep(FULL_MS);
      }
    }
  }
}

/** Whole lines, as many as make a part; a longer line is a part by itself. */
function* partsOf(events: Shipment['events']): Generator<Buffer> {
  let part = '';
  for (const { json } of events) {
    if (part.length > 0 && part.length + json.length >= PART) {
      yield Buffer.from(part);
      part = '';
    }
    part += `${json}\n`;
  }
  yield Buffer.from(part);
}
