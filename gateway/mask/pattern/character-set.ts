// Sets of UTF-16 code units as sorted ranges, both ends included.

export type Range = readonly [from: number, to: number];
export type CharacterSet = readonly Range[];

export const highest = 0xffff;

export function union(...sets: readonly CharacterSet[]): CharacterSet {
  const sorted = sets.flat().sort(([a], [b]) => a - b);
  const united: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = united.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else united.push([from, to]);
  }
  return united;
}

export function complement(set: CharacterSet): CharacterSet {
  const others: Range[] = [];
  let next = 0;
  for (const [from, to] of union(set)) {
    if (from > next) others.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= highest) others.push([next, highest]);
  return others;
}

export function single(code: number): CharacterSet {
  return [[code, code]];
}

export const digits: CharacterSet = [[0x30, 0x39]];
export const wordCharacters: CharacterSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** As JavaScript's \s. */
export const spaces: CharacterSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const lineEnds: CharacterSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

/** With the other case of each ASCII letter. */
export function ignoringCase(set: CharacterSet): CharacterSet {
  const shifted: Range[] = [];
  for (const [from, to] of set) {
    push(shifted, Math.max(from, 0x41), Math.min(to, 0x5a), 0x20);
    push(shifted, Math.max(from, 0x61), Math.min(to, 0x7a), -0x20);
  }
  return union(set, shifted);
}

function push(ranges: Range[], from: number, to: number, by: number): void {
  if (from <= to) ranges.push([from + by, to + by]);
}
