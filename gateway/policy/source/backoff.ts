// How long to wait before the next attempt, spread so that many gateways don't ask at the same moment.

const FIRST_MS = 100;
const FACTOR = 1.6;
const SPREAD = 0.2;

/** After the `failures`-th failure in a row: from 100 ms on, each half as long again, up to `mostMs`. */
export function backoffMs(failures: number, mostMs: number, random: () => number): number {
  // Past some number of failures the power would only be larger than any limit.
  const grown = FIRST_MS * FACTOR ** Math.min(failures - 1, 64);
  return Math.min(grown, mostMs) * (1 + SPREAD * (random() * 2 - 1));
}

/** Between two polls. */
export function pollMs(minSeconds: number, maxSeconds: number, random: () => number): number {
  return (minSeconds + (maxSeconds - minSeconds) * random()) * 1000;
}
