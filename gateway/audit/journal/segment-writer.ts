// One segment that is being written: what is written goes into it as a whole or not at all.
import { closeSync, constants, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const syncToDisk = promisify(fdatasync);

export class SegmentWriter {
  readonly #file: string;
  #fd: number;
  #bytes: number;
  /** Half a text may be behind `#bytes`, which could not be taken away yet. */
  #torn = false;

  /** Appends to the file, which is made when there is none. */
  constructor(file: string) {
    this.#file = file;
    this.#fd = openSync(file, 'a', 0o600);
    this.#bytes = fstatSync(this.#fd).size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A part of the bytes. Throws what the system says; then nothing of it is there. */
  write(bytes: Buffer, start: number, end: number): void {
    if (this.#torn) this.cut(this.#bytes);
    try {
      for (let at = start; at < end; ) at += writeSync(this.#fd, bytes, at, end - at);
    } catch (error) {
      this.#torn = true;
      this.#cutQuietly();
      throw error;
    }
    this.#bytes += end - start;
  }

  /** Leaves the first bytes of the file alone. */
  cut(bytes: number): void {
    ftruncateSync(this.#fd, bytes);
    this.#bytes = bytes;
    this.#torn = false;
  }

  /** After an error that stays with an open file, as of a file system that was away. */
  reopen(): void {
    const fd = openSync(this.#file, constants.O_WRONLY | constants.O_APPEND);
    if (fstatSync(fd).size < this.#bytes) {
      closeSync(fd);
      throw new Error('the file has lost what was in it');
    }
    const before = this.#fd;
    this.#fd = fd;
    this.#torn = true;
    try {
      closeSync(before);
    } catch {}
  }

  async sync(): Promise<void> {
    await syncToDisk(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** What the write threw is what there is to tell; the cut is tried again before the next one. */
  #cutQuietly(): void {
    try {
      this.cut(this.#bytes);
    } catch {}
  }
}
