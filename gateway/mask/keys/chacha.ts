// ChaCha20's block function (RFC 8439, section 2.3) as a keyed random function of sixteen bytes.
//
// Tokens ask for it eight times a value: a call into OpenSSL would take longer than the block itself.

const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
const doubleRounds = 10;
const words = 16;

export class ChaCha {
  readonly #input = new Uint32Array(words);
  readonly #state = new Uint32Array(words);

  constructor(key: Buffer) {
    this.#input.set(constants);
    for (let word = 0; word < 8; word++) this.#input[4 + word] = key.readUInt32LE(word * 4);
  }

  /** The words are those of counter and nonce; the result is overwritten by the next call. */
  block(first: number, second: number, third: number, fourth: number): Uint32Array {
    const input = this.#input;
    const state = this.#state;
    input[12] = first;
    input[13] = second;
    input[14] = third;
    input[15] = fourth;
    state.set(input);
    for (let round = 0; round < doubleRounds; round++) {
      quarterRound(state, 0, 4, 8, 12);
      quarterRound(state, 1, 5, 9, 13);
      quarterRound(state, 2, 6, 10, 14);
      quarterRound(state, 3, 7, 11, 15);
      quarterRound(state, 0, 5, 10, 15);
      quarterRound(state, 1, 6, 11, 12);
      quarterRound(state, 2, 7, 8, 13);
      quarterRound(state, 3, 4, 9, 14);
    }
    for (let word = 0; word < words; word++) state[word] = ((state[word] ?? 0) + (input[word] ?? 0)) | 0;
    return state;
  }
}

function quarterRound(state: Uint32Array, a: number, b: number, c: number, d: number): void {
  let x = state[a] as number;
  let y = state[b] as number;
  let z = state[c] as number;
  let w = state[d] as number;
  x = (x + y) | 0;
  w = rotate(w ^ x, 16);
  z = (z + w) | 0;
  y = rotate(y ^ z, 12);
  x = (x + y) | 0;
  w = rotate(w ^ x, 8);
  z = (z + w) | 0;
  y = rotate(y ^ z, 7);
  state[a] = x;
  state[b] = y;
  state[c] = z;
  state[d] = w;
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
