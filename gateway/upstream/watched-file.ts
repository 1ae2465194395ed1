// A file whose content is read again once it has changed: passwords and certificates are rotated under a running gateway.
import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../lib/index.ts';

// Connections come faster than files change: a look at the file each second is soon enough.
const LOOK_EVERY_MS = 1000;

export class WatchedFile {
  readonly path: string;
  readonly #clock: Clock;
  #content: Buffer | undefined;
  #stamp = '';
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  /** The content; the same Buffer object for as long as it is unchanged. */
  async read(): Promise<Buffer> {
    const now = this.#clock.now();
    if (this.#content !== undefined && Math.abs(now - this.#lookedAt) < LOOK_EVERY_MS) {
      return this.#content;
    }
    const stamp = stampOf(await stat(this.path, { bigint: true }));
    if (this.#content === undefined || stamp !== this.#stamp) {
      await this.refresh();
    }
    this.#stamp = stamp;
    this.#lookedAt = now;
    return this.#content as Buffer;
  }

  /** Reads the file whatever its time stamps say. */
  async refresh(): Promise<void> {
    const content = await readFile(this.path);
    if (!this.#content?.equals(content)) {
      this.#content = content;
    }
  }
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
