// The queue of what is expected: first in, first out, at any length in linear time.

import { expect, test } from 'vitest';
import { Expectation, ExpectationQueue, Kind } from '../../gateway/session/expectation.ts';
import fc from '../support/properties.ts';

test('entries leave in the order in which they came, however pushes and shifts are mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(3000)), { maxLength: 6 }), (rounds) => {
      const queue = new ExpectationQueue();
      const model: Expectation[] = [];
      for (const [pushes, shifts] of rounds) {
        for (let count = 0; count < pushes; count++) {
          const entry = new Expectation(Kind.parse);
          queue.push(entry);
          model.push(entry);
        }
        for (let count = 0; count < shifts; count++) {
          if (queue.head !== model[0]) expect.fail('the head is another one');
          if (queue.shift() !== model.shift()) expect.fail('another one left');
        }
        expect(queue.length).toBe(model.length);
      }
    }),
    { numRuns: 100 },
  );
});

test('a million entries take no more than a few times as long as a million in small portions', () => {
  const entry = new Expectation(Kind.sync);
  const time = (portion: number): number => {
    const queue = new ExpectationQueue();
    const begun = process.cpuUsage();
    for (let done = 0; done < 1_000_000; done += portion) {
      for (let count = 0; count < portion; count++) queue.push(entry);
      for (let count = 0; count < portion; count++) queue.shift();
    }
    const { user, system } = process.cpuUsage(begun);
    return user + system;
  };
  time(1000);
  expect(time(1_000_000)).toBeLessThan(time(1000) * 10 + 1_000_000);
});
