// SASLprep: RFC 4013's own examples, PostgreSQL's fallback, and the tables' edges.
import { describe, expect, test } from 'vitest';
import { preparePassword, saslprep } from '../../gateway/wire/saslprep.ts';

const cases: { name: string; input: string; want: string | undefined }[] = [
  { name: 'a soft hyphen disappears', input: 'I\u00adX', want: 'IX' },
  { name: 'ASCII stays as it is', input: 'user', want: 'user' },
  { name: 'case is kept', input: 'USER', want: 'USER' },
  { name: 'NFKC folds the feminine ordinal', input: '\u00aa', want: 'a' },
  { name: 'NFKC folds roman numeral nine', input: '\u2168', want: 'IX' },
  { name: 'a control character is prohibited', input: '\u0007', want: undefined },
  { name: 'a right-to-left string must not end in a digit', input: '\u0627\u0031', want: undefined },
  {
    name: 'a right-to-left string may hold a digit inside',
    input: '\u0627\u0031\u0628',
    want: '\u0627\u0031\u0628',
  },
  { name: 'right-to-left and left-to-right do not mix', input: '\u0627a\u0628', want: undefined },
  { name: 'a no-break space becomes a space', input: 'a\u00a0b', want: 'a b' },
  { name: 'U+200B becomes a space, as in PostgreSQL', input: 'a\u200bb', want: 'a b' },
  { name: 'an unassigned code point of Unicode 3.2 is refused', input: 'a\u0221', want: undefined },
  { name: 'an emoji is newer than Unicode 3.2', input: '\u{1f600}', want: undefined },
  { name: 'a private use character is prohibited', input: '\ue000', want: undefined },
  { name: 'the last code point is prohibited', input: '\u{10ffff}', want: undefined },
  { name: 'a string that maps to nothing is refused', input: '\u00ad', want: undefined },
  { name: 'composed and decomposed meet', input: 'e\u0301', want: '\u00e9' },
];

describe('saslprep', () => {
  test.each(cases)('$name', ({ input, want }) => {
    expect(saslprep(input)).toBe(want);
  });
});

describe('preparePassword', () => {
  test('a password that cannot be prepared is used as it is', () => {
    expect(preparePassword('\u{1f600}')).toEqual(Buffer.from('\u{1f600}'));
  });
  test('bytes that are not UTF-8 are used as they are', () => {
    expect(preparePassword(Buffer.from([0xff, 0x41]))).toEqual(Buffer.from([0xff, 0x41]));
  });
  test('ASCII is never looked at, control characters included', () => {
    expect(preparePassword('a\u0007')).toEqual(Buffer.from('a\u0007'));
  });
  test('a password in UTF-8 bytes and as text is the same', () => {
    expect(preparePassword(Buffer.from('p\u00adé'))).toEqual(Buffer.from('pé'));
  });
});
