// Numbers as they are put into lines: as JSON writes them, of any length.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putNumber } from '../../../gateway/audit/journal/lines.ts';

function put(value: number): string {
  const room = Buffer.alloc(32, '#');
  const end = putNumber(room, 3, value);
  expect(room.toString('latin1', 0, 3)).toBe('###');
  expect(room.toString('latin1', end)).toMatch(/^#+$/);
  return room.toString('latin1', 3, end);
}

test('numbers stand where they begin, and touch nothing around them', () => {
  const edges = [0, 9, 10, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 5_000_000_000, 1e12 + 5, Number.MAX_SAFE_INTEGER];
  for (const value of edges) expect(put(value)).toBe(String(value));
  fc.assert(fc.property(fc.maxSafeNat(), (value) => put(value) === String(value)));
});
