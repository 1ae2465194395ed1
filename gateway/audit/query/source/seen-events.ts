// Which events somebody has come by already: a bit for each, so that ten million take some megabytes. The numbers of a
// chain come without gaps.

const bitsOfBlock = 1024;

export class SeenEvents {
  readonly #chains = new Map<string, Map<number, Uint8Array>>();

  /** False: it has been there before. What is no number of an event never has. */
  add(chain: string, seq: number): boolean {
    if (!Number.isSafeInteger(seq) || seq < 0) return true;
    const block = this.#blockOf(chain, Math.floor(seq / bitsOfBlock));
    const at = seq % bitsOfBlock;
    const byte = block[at >> 3] ?? 0;
    const bit = 1 << (at & 7);
    block[at >> 3] = byte | bit;
    return (byte & bit) === 0;
  }

  #blockOf(chain: string, number: number): Uint8Array {
    let blocks = this.#chains.get(chain);
    if (blocks === undefined) {
      blocks = new Map();
      this.#chains.set(chain, blocks);
    }
    let block = blocks.get(number);
    if (block === undefined) {
      block = new Uint8Array(bitsOfBlock / 8);
      blocks.set(number, block);
    }
    return block;
  }
}
