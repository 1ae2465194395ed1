// One value has one spelling and one hash, whatever way it came.
import { describe, expect, test } from 'vitest';
import { canonicalJson, subjectOf } from '../../../gateway/audit/index.ts';
import fc from '../../support/properties.ts';

const object = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }),
  {
    maxKeys: 8,
  },
);

/** The same members in another order, at every depth. */
function reordered(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(reordered);
  if (typeof one !== 'object' || one === null) return one;
  const entries = Object.entries(one).map(([key, inner]) => [key, reordered(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('subjectOf', () => {
  test('says the same of the same members in any order', () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(subjectOf(reordered(value) as object)).toEqual(subjectOf(value));
      }),
    );
  });

  test('can be made again from what it wrote, also when another program spaced and ordered it', () => {
    fc.assert(
      fc.property(object, (value) => {
        const subject = subjectOf(value);
        const again = reordered(JSON.parse(JSON.stringify(JSON.parse(subject.json), undefined, 3)));
        expect(subjectOf(again as object)).toEqual(subject);
      }),
    );
  });

  test('says something else of something else', () => {
    fc.assert(
      fc.property(object, object, (one, other) => {
        fc.pre(canonicalJson(one) !== canonicalJson(other));
        expect(subjectOf(one).hash).not.toBe(subjectOf(other).hash);
      }),
    );
  });
});

describe('canonicalJson', () => {
  test('is JSON that means the value, on one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000') && JSON.stringify(value).isWellFormed());
        const text = canonicalJson(value);
        expect(text).not.toMatch(/[\n\r]/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  const spellings: { name: string; value: unknown; want: string }[] = [
    {
      name: 'keys by code unit',
      value: { b: 1, a: { d: 1, c: 2 }, B: 0, '\u00e9': 3 },
      want: '{"B":0,"a":{"c":2,"d":1},"b":1,"é":3}',
    },
    { name: 'no member without a value', value: { a: undefined, b: null, c: () => 1 }, want: '{"b":null}' },
    {
      name: 'what databases refuse is replaced',
      value: ['\0', '\ud800', { 'k\0': 1 }],
      want: '["\ufffd","\ufffd",{"k\ufffd":1}]',
    },
    {
      name: 'numbers as JSON has them',
      value: [1e21, 1e-7, -0, 0.1, Number.NaN],
      want: '[1e+21,1e-7,0,0.1,null]',
    },
    { name: 'large integers as text', value: { n: 10n ** 20n }, want: '{"n":"100000000000000000000"}' },
    { name: 'dates as they say themselves', value: new Date(0), want: '"1970-01-01T00:00:00.000Z"' },
  ];
  test.each(spellings)('$name', ({ value, want }) => {
    expect(canonicalJson(value)).toBe(want);
  });
});
