// Random choices that a seed repeats exactly.

export type Random = Readonly<{
  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  bytes(length: number): Buffer;
  /** A generator of its own, so that one part's draws don't shift another's. */
  fork(name: string | number): Random;
}>;

/** The generator is mulberry32: short, fast and good enough to choose faults with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    integer,
    chance: (probability) => next() < probability,
    pick: (choices) => {
      if (choices.length === 0) throw new Error('nothing to pick from');
      return choices[integer(0, choices.length - 1)] as (typeof choices)[number];
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => integer(0, 255))),
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  };
}

/** FNV-1a over the text. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
