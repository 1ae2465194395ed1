// The hashes of all events that were seen, by their numbers: eight bytes each, so that millions fit into memory.

const bytesEach = 8;

export class SeenHashes {
  readonly #blocks = new Map<number, Buffer>();

  add(seq: number, hash: string): void {
    const [block, at] = placeOf(seq);
    let bytes = this.#blocks.get(block);
    if (bytes === undefined) {
      bytes = Buffer.alloc(blockEvents * bytesEach);
      this.#blocks.set(block, bytes);
    }
    startOf(hash).copy(bytes, at * bytesEach);
  }

  /** Nothing when there was no such event. */
  isSame(seq: number, hash: string): boolean | undefined {
    const [block, at] = placeOf(seq);
    const known = this.#blocks.get(block)?.subarray(at * bytesEach, (at + 1) * bytesEach);
    return known === undefined || known.equals(none) ? undefined : known.equals(startOf(hash));
  }
}

const blockEvents = 65_536;
const none = Buffer.alloc(bytesEach);

const placeOf = (seq: number): [number, number] => [Math.floor(seq / blockEvents), seq % blockEvents];

const startOf = (hash: string): Buffer => Buffer.from(hash.slice(0, 12), 'base64url').subarray(0, bytesEach);
