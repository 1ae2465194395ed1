// Where values come from: a set of columns and, for what a vouched function gives, of labels.

/** A column as one number, or the name of a label that no column carries. */
export type Origin = number | string;
export type Origins = ReadonlySet<Origin>;

export const nowhere: Origins = new Set();

/** Attribute numbers run from -7 (system columns) to 1600; OIDs have 32 bits. */
const WIDTH = 4096;
const OFFSET = 8;

export const columnOrigin = (relation: number, number: number): number => relation * WIDTH + number + OFFSET;

export const relationOf = (origin: number): number => Math.floor(origin / WIDTH);
export const numberOf = (origin: number): number => (origin % WIDTH) - OFFSET;

export function union(sets: readonly Origins[]): Origins {
  const filled = sets.filter(({ size }) => size > 0);
  if (filled.length < 2) return filled[0] ?? nowhere;
  const all = new Set<Origin>();
  for (const set of filled) for (const origin of set) all.add(origin);
  return all;
}

export const sameOrigins = (one: Origins, other: Origins): boolean =>
  one.size === other.size && [...one].every((origin) => other.has(origin));
