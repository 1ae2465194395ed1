// Arrays in binary format, byte by byte.
import { expect, it } from 'vitest';
import { arrayMask } from '../../gateway/mask/array/array-mask.ts';
import { fixedMask, nullMask } from '../../gateway/mask/value-mask.ts';

const array = (...parts: readonly (number | string)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      const number = Buffer.alloc(4);
      number.writeInt32BE(part);
      return number;
    }),
  );

const x = Buffer.from('x');
const stars = arrayMask(fixedMask(x, x));
const text = 25;

it('keeps dimensions, bounds, the element type and NULLs', () => {
  const value = array(2, 1, text, 2, 5, 1, -3, 2, 'ab', -1);
  expect(stars.binary(value)).toEqual(array(2, 1, text, 2, 5, 1, -3, 1, 'x', -1));
});

it('says that there are NULLs where masks make some', () => {
  expect(arrayMask(nullMask).binary(array(1, 0, text, 1, 1, 2, 'ab'))).toEqual(array(1, 1, text, 1, 1, -1));
});

it('leaves an empty array empty', () => {
  expect(stars.binary(array(0, 0, text))).toEqual(array(0, 0, text));
  expect(stars.text(Buffer.from('{}'))?.toString()).toBe('{}');
});

it.each([
  ['fewer elements than it says', array(1, 0, text, 2, 1, 2, 'ab')],
  ['more bytes than elements', array(1, 0, text, 1, 1, 2, 'abc')],
  ['an element that is longer than the rest', array(1, 0, text, 1, 1, 9, 'ab')],
  ['more elements than there can be', array(2, 0, text, 65_536, 1, 65_536, 1)],
  ['a negative dimension', array(1, 0, text, -1, 1)],
  ['too many dimensions', array(7, 0, text)],
  ['no header', array(1)],
])('NULL for %s', (_, value) => {
  expect(stars.binary(value)).toBeNull();
});

it.each(['', 'a', '{', '{a', '{a}}', '{"a}', '{a"b}', '{a}x', '[0:1]', '}{', '{a,{b}'])(
  'NULL for the text %s',
  (value) => {
    const masked = stars.text(Buffer.from(value))?.toString() ?? null;
    expect(masked === null || !/[ab]/.test(masked)).toBe(true);
  },
);

it('makes NULL of so many elements that masking them would take long', () => {
  const many = Buffer.from(`{${'1,'.repeat(600_000)}1}`);
  expect(stars.text(many)).toBeNull();
  expect(stars.begin(many.length, 'binary')).not.toBe('whole');
  expect(stars.text(Buffer.from(`{${'1,'.repeat(400_000)}1}`))?.length).toBe(800_003);
});
