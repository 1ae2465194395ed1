// ChaCha20's block function (RFC 8439, section 2.3) as a keyed random function of sixteen bytes.
//
// Tokens ask for it eight times a value: a call into OpenSSL would take ten times as long as the block itself. The
// sixteen words are variables, and the quarter rounds are written out, since anything else takes four times as long.

const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
const doubleRounds = 10;
const words = 16;

export class ChaCha {
  readonly #input = new Uint32Array(words);
  readonly #output = new Uint32Array(words);

  constructor(key: Buffer) {
    this.#input.set(constants);
    for (let word = 0; word < 8; word++) this.#input[4 + word] = key.readUInt32LE(word * 4);
  }

  /** The words are those of counter and nonce; the result is overwritten by the next call. */
  block(first: number, second: number, third: number, fourth: number): Uint32Array {
    const input = this.#input;
    const output = this.#output;
    input[12] = first;
    input[13] = second;
    input[14] = third;
    input[15] = fourth;
    let x0 = input[0] as number;
    let x1 = input[1] as number;
    let x2 = input[2] as number;
    let x3 = input[3] as number;
    let x4 = input[4] as number;
    let x5 = input[5] as number;
    let x6 = input[6] as number;
    let x7 = input[7] as number;
    let x8 = input[8] as number;
    let x9 = input[9] as number;
    let x10 = input[10] as number;
    let x11 = input[11] as number;
    let x12 = input[12] as number;
    let x13 = input[13] as number;
    let x14 = input[14] as number;
    let x15 = input[15] as number;
    for (let round = 0; round < doubleRounds; round++) {
      // The columns.
      x0 = (x0 + x4) | 0;
      x12 = rotate(x12 ^ x0, 16);
      x8 = (x8 + x12) | 0;
      x4 = rotate(x4 ^ x8, 12);
      x0 = (x0 + x4) | 0;
      x12 = rotate(x12 ^ x0, 8);
      x8 = (x8 + x12) | 0;
      x4 = rotate(x4 ^ x8, 7);
      x1 = (x1 + x5) | 0;
      x13 = rotate(x13 ^ x1, 16);
      x9 = (x9 + x13) | 0;
      x5 = rotate(x5 ^ x9, 12);
      x1 = (x1 + x5) | 0;
      x13 = rotate(x13 ^ x1, 8);
      x9 = (x9 + x13) | 0;
      x5 = rotate(x5 ^ x9, 7);
      x2 = (x2 + x6) | 0;
      x14 = rotate(x14 ^ x2, 16);
      x10 = (x10 + x14) | 0;
      x6 = rotate(x6 ^ x10, 12);
      x2 = (x2 + x6) | 0;
      x14 = rotate(x14 ^ x2, 8);
      x10 = (x10 + x14) | 0;
      x6 = rotate(x6 ^ x10, 7);
      x3 = (x3 + x7) | 0;
      x15 = rotate(x15 ^ x3, 16);
      x11 = (x11 + x15) | 0;
      x7 = rotate(x7 ^ x11, 12);
      x3 = (x3 + x7) | 0;
      x15 = rotate(x15 ^ x3, 8);
      x11 = (x11 + x15) | 0;
      x7 = rotate(x7 ^ x11, 7);
      // The diagonals.
      x0 = (x0 + x5) | 0;
      x15 = rotate(x15 ^ x0, 16);
      x10 = (x10 + x15) | 0;
      x5 = rotate(x5 ^ x10, 12);
      x0 = (x0 + x5) | 0;
      x15 = rotate(x15 ^ x0, 8);
      x10 = (x10 + x15) | 0;
      x5 = rotate(x5 ^ x10, 7);
      x1 = (x1 + x6) | 0;
      x12 = rotate(x12 ^ x1, 16);
      x11 = (x11 + x12) | 0;
      x6 = rotate(x6 ^ x11, 12);
      x1 = (x1 + x6) | 0;
      x12 = rotate(x12 ^ x1, 8);
      x11 = (x11 + x12) | 0;
      x6 = rotate(x6 ^ x11, 7);
      x2 = (x2 + x7) | 0;
      x13 = rotate(x13 ^ x2, 16);
      x8 = (x8 + x13) | 0;
      x7 = rotate(x7 ^ x8, 12);
      x2 = (x2 + x7) | 0;
      x13 = rotate(x13 ^ x2, 8);
      x8 = (x8 + x13) | 0;
      x7 = rotate(x7 ^ x8, 7);
      x3 = (x3 + x4) | 0;
      x14 = rotate(x14 ^ x3, 16);
      x9 = (x9 + x14) | 0;
      x4 = rotate(x4 ^ x9, 12);
      x3 = (x3 + x4) | 0;
      x14 = rotate(x14 ^ x3, 8);
      x9 = (x9 + x14) | 0;
      x4 = rotate(x4 ^ x9, 7);
    }
    output[0] = x0 + (input[0] as number);
    output[1] = x1 + (input[1] as number);
    output[2] = x2 + (input[2] as number);
    output[3] = x3 + (input[3] as number);
    output[4] = x4 + (input[4] as number);
    output[5] = x5 + (input[5] as number);
    output[6] = x6 + (input[6] as number);
    output[7] = x7 + (input[7] as number);
    output[8] = x8 + (input[8] as number);
    output[9] = x9 + (input[9] as number);
    output[10] = x10 + (input[10] as number);
    output[11] = x11 + (input[11] as number);
    output[12] = x12 + (input[12] as number);
    output[13] = x13 + (input[13] as number);
    output[14] = x14 + (input[14] as number);
    output[15] = x15 + (input[15] as number);
    return output;
  }
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
