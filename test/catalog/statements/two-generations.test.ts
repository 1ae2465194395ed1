// What is remembered in two generations, and for how long.
import { describe, expect, test } from 'vitest';
import { TwoGenerations } from '../../../gateway/catalog/statements/two-generations.ts';

describe('what was added', () => {
  test('is found, and nothing else is', () => {
    const map = new TwoGenerations<number>(10_000);
    map.add('a', 1, 0);
    expect(map.get('a')).toBe(1);
    expect(map.get('b')).toBeUndefined();
  });

  test('stays as long as it is asked for, and goes when it is not', () => {
    const map = new TwoGenerations<number>(10_000);
    map.add('often', 1, 0);
    map.add('never', 2, 0);
    for (let index = 0; index < 1_000; index++) {
      map.add(`other ${index}`, index, 0);
      if (index % 10 === 0) expect(map.get('often')).toBe(1);
    }
    expect(map.get('never')).toBeUndefined();
    expect(map.get('other 999')).toBe(999);
  });

  test('never takes more than it may', () => {
    const map = new TwoGenerations<number>(10_000);
    for (let index = 0; index < 1_000; index++) {
      map.add(`key ${index}`, index, index);
      map.get(`key ${index >> 1}`);
      expect(map.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(map.bytes).toBeGreaterThan(5_000);
  });

  test('is not kept when it is larger than a generation', () => {
    const map = new TwoGenerations<number>(10_000);
    map.add('small', 1, 0);
    map.add('large', 2, 6_000);
    expect(map.get('large')).toBeUndefined();
    expect(map.get('small')).toBe(1);
  });
});
