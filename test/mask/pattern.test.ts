// Regular expressions of rules: they match as JavaScript's do, in time that a text can't stretch, or are refused.
import { describe, expect, it } from 'vitest';
import { compilePattern, PatternRefused } from '../../gateway/mask/index.ts';
import fc from '../support/properties.ts';

const cases: readonly (readonly [pattern: string, text: string, want: string])[] = [
  ['\\d{3}-\\d{2}', 'a 123-45 b 1234-56', 'a # b 1#'],
  ['\\b\\d{4}\\b', '1234 12345 x1234 1234', '# 12345 x1234 #'],
  ['^a|b$', 'aab ab', '#ab a#'],
  ['foo(?:bar|baz)?', 'foo foobar foobazz', '# # #z'],
  ['[^a-z\\s]+', 'abc DEF 12', 'abc # #'],
  ['(?i)Secret:\\s*\\S+', 'secret: a SECRET:b', '# #'],
  ['a*', 'baab', 'b#b'],
  ['\\x41\\u00e9\\.\\\\', 'Aé.\\ Aéx', '# Aéx'],
  ['[\\]\\-a]', ']-ab', '###b'],
  ['a.c', 'abc a\nc', '# a\nc'],
  ['\\Bb', 'ab b', 'a# b'],
  ['😀+', 'x😀😀y', 'x#y'],
  ['[^x]', '😀x', '#x'],
  ['a{2,3}', 'a aa aaa aaaaa', 'a # # ##'],
  ['x', '', ''],
];

it.each(cases)('%s in %j', (pattern, text, want) => {
  expect(compilePattern(pattern)(text, '#')).toBe(want);
});

describe('what would need backtracking, or means nothing, is refused', () => {
  it.each([
    '(a)\\1',
    '(?=a)b',
    '(?<=a)b',
    '(?<name>a)',
    'a+?',
    'a**',
    '*a',
    '(a',
    'a)',
    '[a',
    'a{2000}',
    'a{3,2}',
    '((a{100}){100}){100}',
    '\\p{L}',
    '\\k',
    'a\\',
    '{',
    ']',
    '[z-a]',
    '[😀]',
    '\\b+',
    '('.repeat(100) + ')'.repeat(100),
  ])('%s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(PatternRefused);
  });
});

describe('a long text', () => {
  const undecided = `${'a'.repeat(999)}c`;

  it('is hidden whole where looking for matches would take too many steps', () => {
    expect(compilePattern('a*b')(undecided.repeat(200), '#')).toBeUndefined();
  });

  it.each(['(a*)*b', '(a|a)*b', '(a|b|ab)*c', '(.*)*x', '(\\w+\\s?)+!'])(
    '%s takes steps in proportion',
    (pattern) => {
      const replaced = compilePattern(pattern)('ab '.repeat(100_000), '#');
      expect(replaced === undefined || replaced.length <= 300_000).toBe(true);
    },
  );

  it('is hidden where a match may go on further than anybody looks', () => {
    expect(compilePattern('a+b')(`${'a'.repeat(5000)}b`, '#')).toBe('#####b');
    expect(compilePattern('x[^y]*y')(`x${'z'.repeat(1500)}y`, '#')).not.toContain('x');
  });
});

/** Expressions that begin with a character, so that a match is never empty. */
const atom = fc.constantFrom(
  'a',
  'b',
  '\\d',
  '[ab]',
  '[^a]',
  '.',
  '\\w',
  '\\s',
  'ab',
  '\\bb',
  '(?:a|bc)',
  '(b)',
);
const expression = fc
  .array(fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,2}', '{2}')), {
    minLength: 1,
    maxLength: 4,
  })
  .map(
    (parts) =>
      `[abc1]${parts.map(([part, times]) => (part.startsWith('\\b') ? part : `(?:${part})${times}`)).join('')}`,
  );

it('matches begin where those of JavaScript begin, and are as long or longer', () => {
  fc.assert(
    fc.property(
      expression,
      fc.string({ unit: fc.constantFrom(...'abc1 -\n'), maxLength: 30 }),
      (pattern, text) => {
        const replaced = compilePattern(pattern)(text, '#') ?? '';
        const match = new RegExp(pattern).exec(text);
        if (match === null) {
          expect(replaced).toBe(text);
          return;
        }
        expect(replaced.indexOf('#')).toBe(match.index);
        const left = text.slice(match.index + match[0].length);
        expect(left.endsWith(replaced.slice(replaced.lastIndexOf('#') + 1))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
