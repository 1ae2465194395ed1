// The pauses between requests.
import { expect, test } from 'vitest';
import { backoffMs, pollMs } from '../../../gateway/policy/source/backoff.ts';

test('after failures they grow from 100 ms to the longest, and are spread by a fifth', () => {
  const middle = [1, 2, 3, 4, 20, 10_000].map((failures) =>
    Math.round(backoffMs(failures, 60_000, () => 0.5)),
  );
  expect(middle).toEqual([100, 160, 256, 410, 60_000, 60_000]);
  expect(backoffMs(1, 60_000, () => 0)).toBeCloseTo(80);
  expect(backoffMs(1, 60_000, () => 1)).toBeCloseTo(120);
});

test('between polls they are somewhere between the shortest and the longest', () => {
  expect([0, 0.5, 1].map((at) => pollMs(60, 120, () => at))).toEqual([60_000, 90_000, 120_000]);
});
