// Composed attacks are the same for the same seed, and what they look for is what their disguises make of a value.
import { expect, it } from 'vitest';
import { BackendMessage, message } from '../../support/raw-client.ts';
import { attackOf, compose, smaller } from './attack.ts';
import { plainCarrier } from './carriers.ts';
import { Dice } from './dice.ts';
import { findLeak } from './find-leak.ts';
import { sources } from './sources.ts';
import { wraps } from './wraps.ts';

const named = (...names: readonly string[]) =>
  names.map((name) => {
    const found = wraps.find((wrap) => wrap.name === name);
    if (found === undefined) throw new Error(`there is no wrap ${name}`);
    return found;
  });
const source = sources.find(({ name }) => name === 'ssn of customers') ?? { name: '', sql: '' };

it('the same seed makes the same attacks, and another one others', () => {
  const made = (seed: number) =>
    Array.from({ length: 50 }, (_, number) => attackOf(compose(new Dice(seed + number), 18), 'a'));
  expect(made(1)).toEqual(made(1));
  expect(made(1)).not.toEqual(made(1000));
});

it('nothing newer than the server is composed', () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const { wraps: chosen, carrier } = compose(new Dice(seed), 15);
    expect([...chosen, carrier].filter(({ since = 0 }) => since > 15)).toEqual([]);
  }
});

it('a disguise is looked for as well as the value', () => {
  const composition = { source, wraps: named('reverse', 'hexadecimal'), carrier: plainCarrier, noise: '' };
  const images = attackOf(composition, 'a')?.images ?? [];
  expect(images).toContain('078-05-1120');
  expect(images).toContain(Buffer.from('0211-50-870').toString('hex'));
});

it('what needs the value alone is left out where there is more', () => {
  const composition = { source, wraps: named('concatenation', 'md5'), carrier: plainCarrier, noise: '' };
  expect(attackOf(composition, 'a')).toBeUndefined();
});

it('each smaller attack lacks one thing', () => {
  const composition = { source, wraps: named('max', 'CASE'), carrier: plainCarrier, noise: '\t' };
  expect(smaller(composition).map(({ wraps: left, noise }) => [left.map(({ name }) => name), noise])).toEqual(
    [
      [['max', 'CASE'], ''],
      [['CASE'], '\t'],
      [['max'], '\t'],
    ],
  );
});

it('a value is found in any message but those of the login and the end of an answer', () => {
  const text = (type: string) => new BackendMessage(message(type, Buffer.from('x078-05-1120\0')));
  expect(findLeak([text('E')], ['078-05-1120'])).toEqual({ image: '078-05-1120', type: 'E' });
  expect(findLeak([text('R'), text('K'), text('Z')], ['078-05-1120'])).toBeUndefined();
});
