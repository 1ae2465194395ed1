// What a skeleton keeps of a text, held against PostgreSQL's own scanner, and which texts have none.
import { beforeAll, describe, expect, test } from 'vitest';
import { loadGrammar, skeletonOf } from '../../../gateway/sql/index.ts';
import fc from '../../support/properties.ts';
import { createRandom } from '../../support/random.ts';
import { between, unusual } from './constants.ts';
import { generatedStatements } from './generated-statements.ts';
import { scannedTokens, withAnotherToken, withComments, withOtherConstants } from './mutants.ts';
import { writtenStatements } from './written-statements.ts';

beforeAll(() => loadGrammar());

const skeleton = (text: string): string | undefined => skeletonOf(text)?.text;

/** The skeleton by the scanner's tokens; undefined when one of them has no place in a skeleton. */
function byTokens(text: string): string | undefined {
  const tokens = scannedTokens(text);
  if (tokens === undefined) return undefined;
  let written = '';
  let from = 0;
  for (const [index, { name, start, end }] of tokens.entries()) {
    const between = text.slice(from, start);
    // What is between tokens is blank, or a semicolon at the end.
    if (!/^[ \t\n\r\f]*$/.test(between)) return undefined;
    const token = text.slice(start, end);
    if (/SQL_COMMENT|^(?:B|X|US)CONST$|^UIDENT$|^NCHAR$/.test(name) && !/^nchar$/i.test(token))
      return undefined;
    if (token === ';' && index < tokens.length - 1) return undefined;
    if (name === 'C_COMMENT' && token.includes('/*', 2)) return undefined;
    written += between + (name === 'C_COMMENT' ? '/**/' : /^[IFS]CONST$/.test(name) ? classOf(token) : token);
    from = end;
  }
  const rest = text.slice(from);
  return /^[ \t\n\r\f]*$/.test(rest) ? written + rest : undefined;
}

/** A constant that stays is written as it is. */
function classOf(token: string): string {
  if (token.startsWith("'")) return /^'[%_]+'$/.test(token) ? token : '{text}';
  if (!/^\d+$/.test(token)) return '{numeric}';
  const value = BigInt(token);
  if (value === 2n ** 31n || value === 2n ** 63n) return token;
  if (value < 2n ** 31n) return '{int4}';
  return value < 2n ** 63n ? '{int8}' : '{numeric}';
}

/** Whether there was one to compare. */
function compare(text: string): boolean {
  const found = skeletonOf(text);
  if (found === undefined) return false;
  if (scannedTokens(text) === undefined) return false;
  expect(found.text, text).toBe(byTokens(text));
  const parts = found.constants.map(({ start, end }) => text.slice(start, end));
  expect(parts.map(classOf), text).toEqual(found.constants.map(({ type }) => `{${type}}`));
  return true;
}

describe('PostgreSQL’s own scanner reads the same tokens', () => {
  test('in written statements, of which most have a skeleton', () => {
    const compared = writtenStatements.filter(compare);
    expect(compared.length).toBeGreaterThan(writtenStatements.length * 0.8);
  });

  test('in what becomes of them with other constants and other characters', () => {
    const random = createRandom(1);
    let compared = 0;
    for (const text of writtenStatements) {
      for (let round = 0; round < 3; round++) {
        const other = withOtherConstants(text, random, 'any');
        if (compare(other)) compared++;
        if (compare(withAnotherToken(other, random))) compared++;
        for (const one of withComments(text, random)) if (compare(one)) compared++;
      }
    }
    expect(compared).toBeGreaterThan(writtenStatements.length);
  });

  test('in generated statements', () => {
    fc.assert(
      fc.property(generatedStatements, fc.nat(), (text, seed) => {
        compare(text);
        compare(withAnotherToken(text, createRandom(seed)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('in characters at random', () => {
    const piece = fc.constantFrom(...between, ...unusual, 'select', 'a', '1', "'", ',', '(', ')', '=', ':');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        (text) => void compare(text),
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('a skeleton', () => {
  test.each([
    [`SELECT a FROM t WHERE id = 5 AND b = 'x'`, `SELECT a FROM t WHERE id = {int4} AND b = {text}`],
    ['SELECT -5, a -5, a - 5, - 5', 'SELECT -{int4}, a -{int4}, a - {int4}, - {int4}'],
    ['SELECT 2147483647, 2147483649, 9223372036854775809', 'SELECT {int4}, {int8}, {numeric}'],
    ['SELECT 1.5, .5, 5., 1e3, 1.e-3', 'SELECT {numeric}, {numeric}, {numeric}, {numeric}, {numeric}'],
    ['SELECT 0000000000000000000007', 'SELECT {int4}'],
    ['SELECT a1, $1, a$1, "a 1", t1.b2', 'SELECT a1, $1, a$1, "a 1", t1.b2'],
    [`SELECT '', 'it''s', '\\', 'é 😀', '--', '/*', '"', ';'`, `SELECT${' {text},'.repeat(8).slice(0, -1)}`],
    [`SELECT "é", "a""b'c", "--"`, `SELECT "é", "a""b'c", "--"`],
    [`SELECT a[1:2], a::float(24), a->>'x'`, `SELECT a[{int4}:{int4}], a::float({int4}), a->>{text}`],
    ['Select\tA\r\nFrom\fT ; ', 'Select\tA\r\nFrom\fT ; '],
    ['a-1+ -1/2*3', 'a-{int4}+ -{int4}/{int4}*{int4}'],
    [`SELECT 'a', 'b'`, `SELECT {text}, {text}`],
    [`/* a='1' ; -- " */ SELECT 1/*--*/-/***/1 /* é\n*/`, '/**/ SELECT {int4}/**/-/**/{int4} /**/'],
    ['', ''],
  ])('of %s', (text, want) => expect(skeleton(text)).toBe(want));

  test('keeps a string of wildcards, and the numbers whose type depends on their sign', () => {
    const text = `SELECT '%', '_', '%_%', 2147483648, -9223372036854775808, 00002147483648`;
    expect(skeleton(text)).toBe(text);
    expect(skeleton(`SELECT '%''', '%a', ''`)).toBe('SELECT {text}, {text}, {text}');
  });

  const none: [name: string, texts: string[]][] = [
    ['comments', ['SELECT 1 -- c', 'SELECT 1 --', 'SELECT a+--\n1', 'a -/* */-- b', 'a<--1']],
    [
      'comments in comments',
      ['SELECT 1 /* /* */ */', '/* /*/ */ */ SELECT 1', '/*/*/ SELECT 1', '/* x /*/ SELECT 1'],
    ],
    ['a comment that does not end', ['SELECT /*', 'SELECT 1 /* /* */', 'SELECT /*/']],
    ['escape strings', [`SELECT E'x'`, `SELECT e'it\\'s'`, `SELECT 1,e'x'`]],
    [
      'bit strings and national ones',
      [`SELECT B'1'`, `SELECT b'1'`, `SELECT X'1'`, `SELECT x'1'`, `SELECT N'1'`, `SELECT n'1'`],
    ],
    ['Unicode escapes', [`SELECT U&'x'`, `SELECT u&'x'`, 'SELECT U&"x"', 'SELECT u&"x"']],
    [
      'words that end at a quote',
      [`SELECT date'2020-01-01'`, `SELECT ae'x'`, `SELECT tablen'x'`, `a&'x'`, `a&"x"`],
    ],
    ['dollar quotes', ['SELECT $$x$$', 'SELECT $a$x$a$', 'SELECT $a', 'SELECT $', 'SELECT 1$$x$$']],
    [
      'strings in several pieces',
      [`SELECT 'a' 'b'`, `SELECT 'a'\n'b'`, `SELECT 'a' \r\n\t'b'`, `SELECT 'a' -- c\n'b'`],
    ],
    [
      'strings and names that do not end',
      [`SELECT 'a`, `SELECT 'a''`, 'SELECT "a', 'SELECT "a""', `SELECT '`],
    ],
    [
      'numbers that go on',
      [
        'SELECT 1a',
        'SELECT 1_000',
        'SELECT 0x1F',
        'SELECT 1.5.5',
        'SELECT 1..2',
        'SELECT 1e',
        'SELECT 1e+',
        'SELECT 1.e',
        `SELECT 1e'x'`,
        `SELECT 1'x'`,
        'SELECT 1"x"',
        'SELECT 1é',
        'SELECT 1$1',
      ],
    ],
    [
      'parameters that go on',
      ['SELECT $1a', 'SELECT $1$2', 'SELECT $1_', 'SELECT $1.a', 'SELECT $1é', `SELECT $1'x'`],
    ],
    ['several statements', ['SELECT 1; SELECT 2', 'SELECT 1;;', ';SELECT 1', 'SELECT 1;;;']],
    ['letters that are not ASCII outside quotes', ['SELECT é', 'SELECT straße', 'SELECT aé', 'SELECT 😀']],
    [
      'blanks that are none to every server',
      ['SELECT\u00a01', 'SELECT\v1', 'SELECT 1\u2003', 'SELECT 1\u0085', '\ufeffSELECT 1'],
    ],
    ['control characters', ['SELECT\u00011', 'SELECT\u007f1', 'SELECT 1\u001c']],
    ['what no statement has', ['SELECT {int4}', 'SELECT \\1', 'SELECT }']],
    ['NUL, and halves of characters', [`SELECT 'a\0b'`, 'SELECT 1\0', `SELECT '\ud800'`, 'SELECT "\udc00"']],
  ];
  test.each(none)('is not made of %s', (_, texts) => {
    for (const text of texts) expect(skeleton(text), text).toBeUndefined();
  });
});
