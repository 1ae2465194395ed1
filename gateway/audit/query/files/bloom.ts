// A set of texts that takes ten bits for each: it may take one that isn't in it for one that is, a hundredth of the time.

const bitsOfEach = 10;
const probes = 7;

export class Bloom {
  readonly #bits: Uint8Array;

  constructor(bits: Uint8Array) {
    this.#bits = bits;
  }

  static of(texts: ReadonlySet<string>): Bloom {
    const bloom = new Bloom(new Uint8Array(Math.max(8, Math.ceil((texts.size * bitsOfEach) / 8))));
    for (const text of texts) bloom.#add(text);
    return bloom;
  }

  static parse(text: string): Bloom {
    return new Bloom(Buffer.from(text, 'base64'));
  }

  mayHave(text: string): boolean {
    return this.#places(text).every((at) => ((this.#bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0);
  }

  toString(): string {
    return Buffer.from(this.#bits).toString('base64');
  }

  #add(text: string): void {
    for (const at of this.#places(text)) this.#bits[at >> 3] = (this.#bits[at >> 3] ?? 0) | (1 << (at & 7));
  }

  /** Two hashes make all of them (Kirsch and Mitzenmacher). */
  #places(text: string): number[] {
    const first = fnv(text, 0x811c9dc5);
    const second = fnv(text, 0x01000193) | 1;
    const size = this.#bits.length * 8;
    return Array.from({ length: probes }, (_, at) => ((first + Math.imul(at, second)) >>> 0) % size);
  }
}

function fnv(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
