// How long to wait after failures: longer each time, and never the same for all gateways.

const firstMilliseconds = 100;
const factor = 1.6;
const jitter = 0.2;

/** Milliseconds after the n-th failure in a row, n from 1: as OPA waits. */
export function retryDelay(failures: number, mostMilliseconds: number): number {
  const delay = Math.min(firstMilliseconds * factor ** (failures - 1), mostMilliseconds);
  return delay * (1 + jitter * (2 * Math.random() - 1));
}
