// The elements of arrays that clients send: each of them is a value that is compared.
import { describe, expect, test } from 'vitest';
import { binaryElements, textElements } from '../../gateway/server/budgets/array-elements.ts';

describe('of an array as text', () => {
  test.each([
    { text: '{}', want: [] },
    { text: '{a}', want: ['a'] },
    { text: '{a,b, c d }', want: ['a', 'b', 'c d'] },
    { text: '{a,NULL,null}', want: ['a'] },
    { text: '{"NULL",""}', want: ['NULL', ''] },
    { text: '{"a,b","c}","d\\"e","f\\\\"}', want: ['a,b', 'c}', 'd"e', 'f\\'] },
    { text: '{{a,b},{c,d}}', want: ['a', 'b', 'c', 'd'] },
    { text: '[0:1]={a,b}', want: ['a', 'b'] },
    { text: '[1:1][-2:-1]={{a,b}}', want: ['a', 'b'] },
  ])('$text has $want', ({ text, want }) => {
    expect(textElements(text)).toEqual(want);
  });

  test.each(['', 'a', 'a,b', '{"a', 'x{a}', '{a}b'])('%s is none', (text) => {
    expect(textElements(text)).toBeUndefined();
  });
});

describe('of an array as bytes', () => {
  const int = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const array = (dimensions: readonly number[], elements: readonly (string | null)[]): Buffer =>
    Buffer.concat([
      ...[int(dimensions.length), int(0), int(25)],
      ...dimensions.flatMap((length) => [int(length), int(1)]),
      ...elements.map((each) =>
        each === null ? int(-1) : Buffer.concat([int(each.length), Buffer.from(each)]),
      ),
    ]);

  test('each is there, but for NULL', () => {
    expect(binaryElements(array([], []))).toEqual([]);
    expect(binaryElements(array([3], ['a', null, 'bc']))).toEqual(['a', 'bc']);
    expect(binaryElements(array([2, 2], ['a', 'b', 'c', '']))).toEqual(['a', 'b', 'c', '']);
  });

  test('what is not laid out as an array is none', () => {
    const whole = array([2], ['ab', 'cd']);
    expect(binaryElements(Buffer.from('abc'))).toBeUndefined();
    expect(binaryElements(array([9, 9, 9, 9, 9, 9, 9], []))).toBeUndefined();
    for (const cut of [14, 22, 25, whole.length - 1])
      expect(binaryElements(whole.subarray(0, cut))).toBeUndefined();
  });
});
