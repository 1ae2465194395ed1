// Work that can wait, done in short slices with pauses between them: a fifth of the event loop's time at most, however
// much there is and however long one piece of it takes.

const sliceMilliseconds = 2;
/** How much longer a pause is than the slice before it. */
const pauseFactor = 4;

export class Slices {
  readonly #step: () => boolean;
  readonly #afterSlice: () => void;
  #timer: NodeJS.Timeout | undefined;
  #pauseMilliseconds = sliceMilliseconds * pauseFactor;

  /** `step` does one piece of it, and says whether there was one. */
  constructor(step: () => boolean, afterSlice: () => void = () => {}) {
    this.#step = step;
    this.#afterSlice = afterSlice;
  }

  /** There is something to do: it is begun after the pause. */
  wake(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const began = performance.now();
      const isMore = this.#slice();
      this.#pauseMilliseconds = Math.max(sliceMilliseconds, performance.now() - began) * pauseFactor;
      if (isMore) this.wake();
      this.#afterSlice();
    }, this.#pauseMilliseconds).unref();
  }

  /** All of it without pauses, for so long at most; then no more of it. */
  async finish(milliseconds: number): Promise<void> {
    this.stop();
    const deadline = performance.now() + milliseconds;
    while (performance.now() < deadline && this.#slice()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #slice(): boolean {
    const end = performance.now() + sliceMilliseconds;
    do {
      if (!this.#step()) return false;
    } while (performance.now() < end);
    return true;
  }
}
