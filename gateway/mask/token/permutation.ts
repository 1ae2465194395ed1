// A keyed permutation of short sequences of symbols, each out of an alphabet of its own; long ones get a keyed stream.
import type { ChaCha } from '../keys/chacha.ts';
import type { PurposeKey } from '../keys/purpose-key.ts';

/** Symbols as numbers below their radix, changed in place, and whatever else tells one sequence from another. */
export type Symbols = Readonly<{ values: Uint8Array; radices: Uint8Array; form: string }>;

/** Beyond this, two sequences that get one token by chance are too unlikely to meet. */
const mostPermuted = 16;
const rounds = 8;
/** No sequence that is permuted has as many symbols. */
const streamMark = 0xff;
const symbolsABlock = 32;
const mostForms = 1000;
/** Longer ones are rare, and take room. */
const longestForm = 128;

type Form = readonly [first: number, second: number];

/**
 * Short sequences: a Feistel network over the two halves, as in NIST SP 800-38G, but symbol by symbol, so that each
 * keeps its own alphabet. Each round adds what a keyed random function makes of the other half, the form and the
 * round's number; so two sequences of one form never get the same token.
 */
export class Permutation {
  readonly #key: PurposeKey;
  readonly #random: ChaCha;
  readonly #forms = new Map<string, Form>();

  constructor(key: PurposeKey) {
    this.#key = key;
    this.#random = key.random;
  }

  apply(symbols: Symbols): void {
    if (symbols.values.length > mostPermuted) this.#addStream(symbols);
    else this.#changeHalves(symbols);
  }

  #changeHalves({ values, radices, form }: Symbols): void {
    const count = values.length;
    const middle = count >> 1;
    const [first, second] = this.#formOf(form);
    for (let round = 0; round < rounds; round++) {
      const changesFront = round % 2 === 0;
      const half = changesFront ? join(values, middle, count) : join(values, 0, middle);
      // A half takes 38 bits at most; count and round have the rest of its second word.
      const high = Math.floor(half / 2 ** 32) | (count << 16) | (round << 24);
      const noise = this.#random.block(half >>> 0, high, first, second);
      add(values, radices, noise, changesFront ? 0 : middle, changesFront ? middle : count);
    }
  }

  #addStream({ values, radices, form }: Symbols): void {
    const tag = Buffer.from(
      this.#key.mac(Buffer.concat([Buffer.from(`${form}\0`), values])).slice(0, 22),
      'hex',
    );
    const third = tag.readUInt32LE(0);
    const fourth = tag.readUInt32LE(4);
    const second = tag.readUIntLE(8, 3) | (streamMark << 24);
    for (let from = 0; from < values.length; from += symbolsABlock) {
      const noise = this.#random.block(from / symbolsABlock, second, third, fourth);
      add(values, radices, noise, from, Math.min(from + symbolsABlock, values.length));
    }
  }

  /** Many values are of one form, such as 999-99-9999. */
  #formOf(form: string): Form {
    const known = this.#forms.get(form);
    if (known !== undefined) return known;
    const tag = Buffer.from(this.#key.mac(Buffer.from(form)).slice(0, 16), 'hex');
    const made = [tag.readUInt32LE(0), tag.readUInt32LE(4)] as const;
    if (form.length > longestForm) return made;
    if (this.#forms.size >= mostForms) this.#forms.clear();
    this.#forms.set(form, made);
    return made;
  }
}

/** At most eight symbols below 26 as one number. */
function join(values: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 26 + (values[at] ?? 0);
  return number;
}

/** Sixteen bits for each symbol. */
function add(values: Uint8Array, radices: Uint8Array, noise: Uint32Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const each = at - from;
    const random = ((noise[each >> 1] ?? 0) >>> ((each & 1) * 16)) & 0xffff;
    values[at] = ((values[at] ?? 0) + random) % (radices[at] ?? 1);
  }
}
