// Dates around a fixed day, so that the sample data never changes.

import type { Random } from './random.ts';

const today = Date.UTC(2026, 5, 30, 12);
const day = 86_400_000;

/** A time up to so many days before the sample data's today. */
export function timeWithin(random: Random, days: number): Date {
  return new Date(today - Math.floor(random.next() * days * day));
}

export function later(time: Date, days: number): Date {
  return new Date(time.getTime() + Math.floor(days * day));
}

export function dateOnly(time: Date): string {
  return time.toISOString().slice(0, 10);
}
