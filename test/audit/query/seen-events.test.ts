// An event is known again by its chain and its number, however far apart the numbers are.
import { expect, test } from 'vitest';
import { SeenEvents } from '../../../gateway/audit/query/source/seen-events.ts';
import fc from '../../support/properties.ts';

test('is new the first time, and never again', () => {
  const event = fc.tuple(
    fc.constantFrom('gateway-0.a', 'gateway-0.b'),
    fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.maxSafeNat()),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const seen = new SeenEvents();
      const known = new Set<string>();
      for (const [chain, seq] of events) {
        expect(seen.add(chain, seq)).toBe(!known.has(`${chain}/${seq}`));
        known.add(`${chain}/${seq}`);
      }
    }),
  );
});

test.each([Number.NaN, -1, 1.5, 2 ** 60])('what is no number of an event is no copy: %d', (seq) => {
  const seen = new SeenEvents();
  expect([seen.add('c', seq), seen.add('c', seq)]).toEqual([true, true]);
});
