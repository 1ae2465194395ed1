// Which texts count as ordinary: none that holds a second statement or keeps a table, and hardly any other is missed.
import { beforeAll, describe, expect, test } from 'vitest';
import { textChanges } from '../../gateway/session/text-changes.ts';
import { traitsOf } from '../../gateway/session/text-traits.ts';
import { loadGrammar, parseStatements, SyntaxRefusal } from '../../gateway/sql/index.ts';
import { generatedStatements } from '../sql/shape/generated-statements.ts';
import { withAnotherToken, withOtherConstants } from '../sql/shape/mutants.ts';
import { writtenStatements } from '../sql/shape/written-statements.ts';
import fc from '../support/properties.ts';
import { createRandom } from '../support/random.ts';

beforeAll(() => loadGrammar());

describe('a single query is ordinary', () => {
  test.each([
    'SELECT 1',
    ' select 1 ; ',
    'UPDATE t SET a = 1;',
    `INSERT INTO notes VALUES ('a; b')`,
    `UPDATE notes SET body = 'one; two; it''s three' WHERE id = 5;`,
    `SELECT a FROM notes WHERE body LIKE '%into%'`,
    `SELECT a FROM notes WHERE body = 'put into; it'`,
    `SELECT ';', 'into' AS "a;b"`,
    `WITH w AS (SELECT ';') SELECT * FROM w`,
  ])('%s', (text) => expect(traitsOf(text).ordinary).toBe(true));
});

describe('others are not', () => {
  test.each([
    'SELECT 1; SELECT 2',
    `SELECT ';'; COMMIT`,
    `SELECT 'a'; SET search_path = ';'`,
    'SELECT 1 INTO t',
    `SELECT ';' INTO t`,
    `SELECT 'into' AS a INTO t`,
    `WITH w AS (SELECT ';') SELECT * INTO t FROM w`,
    `SELECT E'\\'; COMMIT; --'`,
    `SELECT 1 /* ' */; COMMIT --'`,
    'SELECT $$;$$',
    `SELECT '\\''; COMMIT; --'`,
    `SELECT U&'\\003b'; COMMIT`,
    `SELECT "a; COMMIT`,
    'COMMIT',
    'selecta',
    '-- SELECT',
  ])('%s', (text) => expect(traitsOf(text).ordinary).toBe(false));
});

/** What the parser says of a text that counts as ordinary: nothing that a session has to know. */
function compare(text: string): void {
  if (!traitsOf(text).ordinary) return;
  try {
    expect(parseStatements(text, { maxBytes: 1_000_000 }).length, text).toBeLessThanOrEqual(1);
  } catch (error) {
    if (error instanceof SyntaxRefusal) return;
    throw error;
  }
  expect(textChanges(text, { mayCopyIn: false, ordinary: false }), text).toEqual({
    statements: [[]],
    unsettles: 'never',
    namesAnother: false,
  });
}

describe('what counts as ordinary changes nothing by its syntax', () => {
  test('in written statements and what becomes of them', () => {
    const random = createRandom(2);
    for (const text of writtenStatements) {
      compare(text);
      compare(`${text}; ${text}`);
      compare(withOtherConstants(text, random, 'any'));
      compare(withAnotherToken(text, random));
    }
  });

  test('in generated statements', () => {
    fc.assert(
      fc.property(generatedStatements, fc.nat(), (text, seed) => {
        compare(text);
        compare(withAnotherToken(text, createRandom(seed)));
      }),
      { numRuns: 1_000 },
    );
  });
});
