// Waiting in tests, always bounded: for a condition, for a promise, for time to pass.
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/** What a bounded wait throws; `what` says in words what never came. */
export class WaitTimeout extends Error {
  constructor(what: string, milliseconds: number) {
    super(`waited ${milliseconds} ms for ${what}`);
    this.name = 'WaitTimeout';
  }
}

/** The promise's own result, or a WaitTimeout that says what didn't come. */
export function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new WaitTimeout(what, milliseconds)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Asks again and again until the answer is neither undefined, null nor false, and returns it. The longer it takes, the
 * less often: asking costs what is waited for its time.
 */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  { milliseconds = 60_000, every = 20 }: { milliseconds?: number; every?: number } = {},
): Promise<NonNullable<T>> {
  const began = performance.now();
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<T>;
    const waited = performance.now() - began;
    if (waited > milliseconds) throw new WaitTimeout(what, milliseconds);
    await sleep(Math.max(every, Math.min(waited / 10, 200)));
  }
}
