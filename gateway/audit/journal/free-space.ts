// Whether a disk is about to be full, asked so seldom that nobody notices.
import { statfsSync } from 'node:fs';

const askEveryMs = 100;
const leastBytes = 4 * 1024 * 1024;

export class FreeSpace {
  readonly #folder: string;
  #isTight = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Little is left, or nobody can tell. */
  isTightAt(now: number): boolean {
    if (Math.abs(now - this.#askedAt) < askEveryMs) return this.#isTight;
    this.#askedAt = now;
    this.#isTight = this.#ask();
    return this.#isTight;
  }

  #ask(): boolean {
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      return bavail * bsize < leastBytes;
    } catch {
      return true;
    }
  }
}
