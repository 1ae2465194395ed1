// The key that a text gets by its skeleton is the one that the parser would give it.
import { beforeAll, describe, expect, test } from 'vitest';
import { parsedShapeOf, ShapeKeys } from '../../../gateway/catalog/statements/shape-keys.ts';
import { loadGrammar } from '../../../gateway/sql/index.ts';
import { generatedStatements } from '../../sql/shape/generated-statements.ts';
import {
  withAnotherToken,
  withComments,
  withOtherCase,
  withOtherConstants,
  withOtherValues,
} from '../../sql/shape/mutants.ts';
import { writtenStatements } from '../../sql/shape/written-statements.ts';
import fc from '../../support/properties.ts';
import { createRandom, type Random } from '../../support/random.ts';

beforeAll(() => loadGrammar());

/** One for all texts of this file: whatever it has learned of one must be true of the others. */
const keys = new ShapeKeys(16 * 1_048_576);
/** And one that forgets. */
const forgetful = new ShapeKeys(100_000);

const count = { texts: 0, withShape: 0, withoutParser: 0 };

function compare(text: string): void {
  const want = parsedShapeOf(text)?.key;
  for (const each of [keys, forgetful]) {
    const got = each.of(text);
    expect(got?.key, text).toBe(want);
    count.texts++;
    if (want !== undefined) count.withShape++;
    if (got?.parsed === false) count.withoutParser++;
  }
}

function compareWithMutants(text: string, random: Random): void {
  compare(text);
  compareWithValues(text, random, 3);
  const other = withOtherConstants(text, random, 'same kind');
  compare(other);
  compareWithValues(other, random, 3);
  compare(withOtherConstants(text, random, 'any'));
  compare(withAnotherToken(other, random));
  compare(withOtherConstants(withAnotherToken(text, random), random, 'same kind'));
  compare(withOtherCase(other, random));
  for (const one of withComments(text, random)) {
    compare(one);
    compareWithValues(one, random, 1);
  }
}

/** Other values of the constants that are free. */
function compareWithValues(text: string, random: Random, rounds: number): void {
  const free = parsedShapeOf(text)?.constants ?? [];
  if (free.length === 0) return;
  const ends = new Set(free.map(({ end }) => end));
  for (let round = 0; round < rounds; round++) compare(withOtherValues(text, random, ends));
}

describe('the key of a text', () => {
  test('is the parser’s for written statements, with other constants, and with something between', () => {
    const random = createRandom(1);
    for (const text of writtenStatements) compareWithMutants(text, random);
  });

  test('is the parser’s for generated statements', () => {
    // A run with SHAPE_RUNS=100000 takes minutes.
    fc.assert(
      fc.property(generatedStatements, fc.nat(), (text, seed) =>
        compareWithMutants(text, createRandom(seed)),
      ),
      { numRuns: Number(process.env.SHAPE_RUNS ?? 1_000) },
    );
  });

  test('was often found without the parser, or nothing is proven', () => {
    if (process.env.SHAPE_RUNS) console.log(count);
    expect(count.withoutParser).toBeGreaterThan(count.withShape / 5);
  });
});

describe('a text that was parsed says nothing of one that', () => {
  const others: [name: string, parsed: string, asked: string][] = [
    ['has a number of another type', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = 3000000000'],
    ['has a fraction', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = 1.0'],
    [
      'has a number too large for int8',
      'SELECT a FROM t WHERE b = 3000000000',
      'SELECT a FROM t WHERE b = 9999999999999999999',
    ],
    [
      'has the smallest int4',
      'SELECT a FROM t WHERE b = -3000000000',
      'SELECT a FROM t WHERE b = -2147483648',
    ],
    ['has no longer an int4', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = 2147483648'],
    [
      'has the smallest int8',
      'SELECT a FROM t WHERE b = -9999999999999999999',
      'SELECT a FROM t WHERE b = -9223372036854775808',
    ],
    [
      'has no longer an int8',
      'SELECT a FROM t WHERE b = 3000000000',
      'SELECT a FROM t WHERE b = 9223372036854775808',
    ],
    [
      'has the smallest int4, with zeros',
      'SELECT a FROM t WHERE b = -3000000000',
      'SELECT a FROM t WHERE b = -0002147483648',
    ],
    ['has quotes', 'SELECT a FROM t WHERE b = 1', `SELECT a FROM t WHERE b = '1'`],
    ['has NULL', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = NULL'],
    ['is like everything', `DELETE FROM t WHERE a LIKE 'x%'`, `DELETE FROM t WHERE a LIKE '%'`],
    [
      'is like everything of some length',
      `DELETE FROM t WHERE a LIKE 'x%'`,
      `DELETE FROM t WHERE a LIKE '__%'`,
    ],
    ['has another limit', 'SELECT a FROM t LIMIT 1', 'SELECT a FROM t LIMIT 2'],
    ['sorts by another output', 'SELECT a, b FROM t ORDER BY 1', 'SELECT a, b FROM t ORDER BY 2'],
    ['compares constants', 'DELETE FROM t WHERE 1 = 1', 'DELETE FROM t WHERE 1 = 2'],
    ['asks for another member', `SELECT a ->> 'x' FROM t`, `SELECT a ->> 'y' FROM t`],
    ['calls with another argument', `SELECT nextval('a')`, `SELECT nextval('b')`],
    ['says true in quotes', `DELETE FROM t WHERE coalesce(a, 'f')`, `DELETE FROM t WHERE coalesce(a, 't')`],
    ['has another precision', 'SELECT a::float(24) FROM t', 'SELECT a::float(25) FROM t'],
    ['has a precision that there is not', 'SELECT a::float(24) FROM t', 'SELECT a::float(54) FROM t'],
    ['has another list', 'SELECT a FROM t WHERE b IN (1)', 'SELECT a FROM t WHERE b IN (1, 2)'],
    [
      'goes on in a comment',
      `SELECT a FROM t WHERE b = '1' AND c = 2`,
      `SELECT a FROM t WHERE b = '1' -- AND c = 2`,
    ],
    ['goes on in a nested comment', 'SELECT a /* b */ FROM t', 'SELECT a /* /* b */ FROM t */ FROM u'],
    [
      'goes on in its string',
      `SELECT a FROM t WHERE b = 'x' OR c = 'y'`,
      `SELECT a FROM t WHERE b = 'x'' OR c = ''y'`,
    ],
    [
      'escapes its quote',
      `SELECT a FROM t WHERE b = '\\' OR c = ' '`,
      `SELECT a FROM t WHERE b = E'\\' OR c = ' '`,
    ],
    ['goes on in dollars', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = $$1; DELETE FROM t$$'],
    ['is two statements', 'SELECT a FROM t WHERE b = 1;', 'SELECT a FROM t WHERE b = 1; DELETE FROM t'],
    ['writes types as names', 'SELECT a FROM t WHERE b = 1', 'SELECT a FROM t WHERE b = "{int4}"'],
    ['has another name in quotes', 'SELECT "a" FROM t WHERE b = 1', 'SELECT "A" FROM t WHERE b = 1'],
    ['has a name that ends in a letter like a blank', 'SELECT a FROM t', 'SELECT a FROM t\u00a0'],
    ['keeps what it selects', 'SELECT a FROM t WHERE b = 1', 'SELECT a INTO u FROM t WHERE b = 1'],
    ['is too long', `SELECT a FROM t WHERE b = 'x'`, `SELECT a FROM t WHERE b = '${'x'.repeat(40_000)}'`],
    [
      'is too long in bytes',
      `SELECT a FROM t WHERE b = 'x'`,
      `SELECT a FROM t WHERE b = '${'语'.repeat(12_000)}'`,
    ],
    ['has a NUL', `SELECT a FROM t WHERE b = 'x'`, `SELECT a FROM t WHERE b = 'x\0y'`],
    ['has half a character', `SELECT a FROM t WHERE b = 'x'`, `SELECT a FROM t WHERE b = '\ud800'`],
  ];
  test.each(others)('%s', (_, parsed, asked) => {
    for (const [first, second] of [
      [parsed, asked],
      [asked, parsed],
    ] as const) {
      const fresh = new ShapeKeys(1_000_000);
      expect(fresh.of(first)?.key).toBe(parsedShapeOf(first)?.key);
      expect(fresh.of(second)?.key).toBe(parsedShapeOf(second)?.key);
      expect(fresh.of(first)?.key).not.toBe(fresh.of(second)?.key);
    }
  });
});

describe('the parser is spared', () => {
  const known: [name: string, parsed: string, asked: string][] = [
    [
      'other numbers and texts',
      `SELECT a FROM t WHERE b = 1 AND c = 'x'`,
      `SELECT a FROM t WHERE b = 77 AND c = 'it''s'`,
    ],
    ['the same limit', 'SELECT a FROM t WHERE b = 1 LIMIT 5', 'SELECT a FROM t WHERE b = 2 LIMIT 5'],
    ['a minus sign that both have', 'SELECT a FROM t WHERE b = - 1', 'SELECT a FROM t WHERE b = - 2'],
    ['another comment', 'SELECT a FROM t /* page=1 */', 'SELECT a FROM t /* page=2 */'],
  ];
  test.each(known)('by %s', (_, parsed, asked) => {
    const keys = new ShapeKeys(1_000_000);
    expect(keys.of(parsed)).toMatchObject({ parsed: true });
    expect(keys.of(asked)).toEqual({ key: keys.of(parsed)?.key, parsed: false });
  });

  test('by each limit that has come before', () => {
    const keys = new ShapeKeys(1_000_000);
    const text = (id: number, limit: number) => `SELECT a FROM t WHERE b = ${id} LIMIT ${limit}`;
    for (let limit = 0; limit < 10; limit++) expect(keys.of(text(1, limit))?.parsed).toBe(true);
    for (let limit = 0; limit < 10; limit++) {
      const key = { key: `select a from t where b = {int4} limit ${limit}`, parsed: false };
      expect(keys.of(text(2, limit))).toEqual(key);
    }
  });

  test('not by what was forgotten', () => {
    const keys = new ShapeKeys(20_000);
    keys.of('SELECT a FROM t WHERE b = 1');
    for (let index = 0; index < 100; index++) keys.of(`SELECT a${index} FROM t`);
    expect(keys.of('SELECT a FROM t WHERE b = 2')).toMatchObject({ parsed: true });
    expect(keys.of('SELECT a FROM t WHERE b = 3')).toMatchObject({ parsed: false });
  });
});
