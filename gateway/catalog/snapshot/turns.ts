// Long work in small pieces: everything else that waits has its turn in between.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Short against what a person or a driver notices, long against the cost of a turn. */
const pieceMilliseconds = 4;

/**
 * @example
 * const turns = new Turns();
 * for (const item of items) {
 *   work(item);
 *   if (turns.areDue()) await turns.give();
 * }
 */
export class Turns {
  #since = performance.now();

  areDue(): boolean {
    return performance.now() - this.#since > pieceMilliseconds;
  }

  async give(): Promise<void> {
    await nextTurn();
    this.#since = performance.now();
  }
}
