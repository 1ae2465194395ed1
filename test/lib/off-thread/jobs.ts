// Jobs for the tests of the thread.
import type { Ask } from '../../../gateway/lib/index.ts';

export const double = (number: number): number => 2 * number;

export const later = async (number: number): Promise<number> => number;

export function fail(): never {
  throw new Error('as it should');
}

export function forever(): never {
  for (;;);
}

export function exit(): never {
  process.exit(3);
}

export function fill(): number {
  const all: number[][] = [];
  for (;;) all.push(new Array(100_000).fill(all.length));
}

export const sum = (names: readonly string[], ask: Ask): number =>
  names.reduce((total, name) => total + Number(ask(name)), 0);

export const environment = (): number => Object.keys(process.env).length;
