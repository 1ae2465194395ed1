// A keyed permutation of short sequences of symbols, each out of an alphabet of its own; long ones get a keyed stream.
import type { PurposeKey } from '../keys/purpose-key.ts';

/** Symbols as numbers below their radix, changed in place, and whatever else tells one sequence from another. */
export type Symbols = Readonly<{ values: Uint8Array; radices: Uint8Array; form: string }>;

/** Beyond this, two sequences that get one token by chance are too unlikely to meet. */
const mostPermuted = 16;
const rounds = 8;
const streamRound = 0xff;
const mostForms = 1000;

/**
 * Short sequences: a Feistel network over the two halves, as in NIST SP 800-38G, but symbol by symbol, so that each
 * keeps its own alphabet. Each round adds what AES makes of the other half, the form and the round's number; so two
 * sequences of one form never get the same token.
 */
export class Permutation {
  readonly #key: PurposeKey;
  readonly #forms = new Map<string, Buffer>();
  readonly #block = Buffer.alloc(16);

  constructor(key: PurposeKey) {
    this.#key = key;
  }

  apply(symbols: Symbols): void {
    if (symbols.values.length > mostPermuted) this.#addStream(symbols);
    else this.#swapHalves(symbols);
  }

  #swapHalves({ values, radices, form }: Symbols): void {
    const count = values.length;
    const middle = count >> 1;
    const block = this.#block;
    this.#formOf(form).copy(block, 2);
    block[1] = count;
    for (let round = 0; round < rounds; round++) {
      const changesFront = round % 2 === 0;
      block[0] = round;
      block.writeUIntBE(changesFront ? join(values, middle, count) : join(values, 0, middle), 10, 6);
      add(
        values,
        radices,
        this.#key.permute(block),
        changesFront ? 0 : middle,
        changesFront ? middle : count,
      );
    }
  }

  #addStream({ values, radices, form }: Symbols): void {
    const tag = Buffer.from(
      this.#key.mac(Buffer.concat([Buffer.from(`${form}\0`), values])).slice(0, 22),
      'hex',
    );
    const blocks = Buffer.alloc(Math.ceil(values.length / 8) * 16);
    for (let at = 0; at < blocks.length; at += 16) {
      blocks[at] = streamRound;
      blocks.writeUInt32BE(at / 16, at + 1);
      tag.copy(blocks, at + 5);
    }
    add(values, radices, this.#key.permute(blocks), 0, values.length);
  }

  /** Many values are of one form, such as 999-99-9999. */
  #formOf(form: string): Buffer {
    const known = this.#forms.get(form);
    if (known !== undefined) return known;
    const made = Buffer.from(this.#key.mac(Buffer.from(form)).slice(0, 16), 'hex');
    if (this.#forms.size >= mostForms) this.#forms.clear();
    this.#forms.set(form, made);
    return made;
  }
}

/** At most eight symbols below 26 as one number of six bytes. */
function join(values: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 26 + (values[at] ?? 0);
  return number;
}

function add(values: Uint8Array, radices: Uint8Array, noise: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const random = noise.readUInt16BE(2 * (at - from));
    values[at] = ((values[at] ?? 0) + random) % (radices[at] ?? 1);
  }
}
