import { beforeAll, describe, expect, test } from 'vitest';
import { loadGrammar, parseStatements, SyntaxRefusal } from '../../../gateway/sql/index.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);

function refusalOf(text: string, maxBytes = limits.maxBytes): Partial<SyntaxRefusal> {
  try {
    parseStatements(text, { maxBytes });
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    const { code, sqlstate, message, position } = error;
    return position === undefined ? { code, sqlstate, message } : { code, sqlstate, message, position };
  }
  throw new Error('the text was read');
}

describe('texts of several statements', () => {
  const cases: readonly { name: string; text: string; want: readonly [string, string][] }[] = [
    { name: 'nothing', text: '', want: [] },
    { name: 'blanks, semicolons and comments only', text: ' ;; -- x\n /* ; */ ;', want: [] },
    {
      name: 'each has its own piece, without the semicolon',
      text: 'BEGIN; SELECT 1 ;\nCOMMIT',
      want: [
        ['TransactionStmt', 'BEGIN'],
        ['SelectStmt', 'SELECT 1'],
        ['TransactionStmt', 'COMMIT'],
      ],
    },
    {
      name: 'letters of two, three and four bytes before and inside',
      text: '/* ü€😀 */ SELECT \'😀;\'; -- é\n SELECT é, "€" FROM b;; ',
      want: [
        ['SelectStmt', "SELECT '😀;'"],
        ['SelectStmt', 'SELECT é, "€" FROM b'],
      ],
    },
    {
      name: 'blanks to JavaScript that are letters to the server, at the end of a name',
      text: 'SELECT 1 AS a\u00a0 ; DELETE FROM t\u2003;TABLE t\ufeff\n\v',
      want: [
        ['SelectStmt', 'SELECT 1 AS a\u00a0'],
        ['DeleteStmt', 'DELETE FROM t\u2003'],
        ['SelectStmt', 'TABLE t\ufeff'],
      ],
    },
    {
      name: 'a semicolon inside a body, a string and a dollar string',
      text: "DO $$;$$; SELECT ';', $a$;$a$; CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
      want: [
        ['DoStmt', 'DO $$;$$'],
        ['SelectStmt', "SELECT ';', $a$;$a$"],
        ['CreateFunctionStmt', 'CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1; SELECT 2; END'],
        ['SelectStmt', 'SELECT 3'],
      ],
    },
  ];
  test.each(cases)('$name', ({ text, want }) => {
    const statements = parseStatements(text, limits);
    expect(statements.map(({ type, source }) => [type, source])).toEqual(want);
    for (const { source, start } of statements) expect(text.slice(start, start + source.length)).toBe(source);
  });
});

describe('texts that are refused', () => {
  const syntax = (message: string, position: number): Partial<SyntaxRefusal> => ({
    code: 'syntax_error',
    sqlstate: '42601',
    message,
    position,
  });
  const cases: readonly { name: string; text: string; want: Partial<SyntaxRefusal> }[] = [
    { name: 'the first word', text: 'SELEC 1', want: syntax('syntax error at or near "SELEC"', 1) },
    { name: 'the end', text: 'SELECT 1 +', want: syntax('syntax error at end of input', 11) },
    {
      name: 'the position counts characters, not bytes and not UTF-16 units',
      text: "SELECT 'é😀' FROM FROM",
      want: syntax('syntax error at or near "FROM"', 18),
    },
    {
      name: 'the second statement: the position is one of the whole text',
      text: 'SELECT 1; SELEC',
      want: syntax('syntax error at or near "SELEC"', 11),
    },
    {
      name: 'an open string',
      text: "SELECT 'abc",
      want: syntax('unterminated quoted string at or near "\'abc"', 8),
    },
    {
      name: 'text after a NUL, which the parser would not see',
      text: 'SELECT 1\0; DROP TABLE t',
      want: {
        code: 'contains_nul',
        sqlstate: '22021',
        message: 'the statement contains a NUL character',
        position: 9,
      },
    },
    {
      name: 'half of a surrogate pair, which has no bytes',
      text: "SELECT '\ud83d'",
      want: { code: 'not_unicode', sqlstate: '22021', message: 'the statement is not valid Unicode text' },
    },
  ];
  test.each(cases)('$name', ({ text, want }) => {
    expect(refusalOf(text)).toEqual(want);
    expect(parseStatements('SELECT 1', limits)).toHaveLength(1);
  });

  // As PostgreSQL 18 answers them.
  test.each([
    { text: "SELECT E'\\u00'", want: '22025 invalid Unicode escape at 10' },
    { text: "SELECT U&'\\00zz'", want: '42601 invalid Unicode escape at 11' },
    {
      text: 'CREATE ASSERTION a CHECK (true)',
      want: '0A000 CREATE ASSERTION is not yet implemented at 1',
    },
    {
      text: 'CREATE RECURSIVE VIEW v (a) AS SELECT 1 WITH CHECK OPTION',
      want: '0A000 WITH CHECK OPTION not supported on recursive views at 41',
    },
  ])('not every error of the grammar is a syntax error: $text', ({ text, want }) => {
    const { sqlstate, message, position } = refusalOf(text);
    expect(`${sqlstate} ${message} at ${position}`).toBe(want);
  });

  test('the length is counted in bytes', () => {
    expect(parseStatements(`SELECT '${'é'.repeat(10)}'`, { maxBytes: 29 })).toHaveLength(1);
    expect(refusalOf(`SELECT '${'é'.repeat(10)}'`, 28)).toEqual({
      code: 'too_long',
      sqlstate: '54000',
      message: 'the statement is longer than the limit of 28 bytes',
    });
  });
});

describe('texts that go too deep', () => {
  const deep = {
    parentheses: `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
    'a chain of operators': `SELECT ${'1+'.repeat(50_000)}1`,
    subqueries: `SELECT ${'(SELECT '.repeat(2_500)}1${')'.repeat(2_500)}`,
  };
  const want = {
    code: 'too_deep',
    sqlstate: '54001',
    message: 'the statement is too deeply nested to be read',
  };

  // Two dozen exceptions through one instance's frames leave it writing over its own data.
  test.each(Object.entries(deep))(
    '%s, forty times: each is refused, and what follows is read',
    async (_, text) => {
      for (let round = 0; round < 40; round++) {
        expect(refusalOf(text)).toEqual(want);
        await new Promise(setImmediate);
        expect(parseStatements('SELECT a FROM b WHERE c = 1', limits)[0]?.node).toMatchObject({
          whereClause: { A_Expr: { kind: 'AEXPR_OP' } },
        });
      }
    },
  );

  test('many in one turn of the event loop: refused until the next turn, and then read again', async () => {
    const codes = Array.from({ length: 4 }, () => refusalOf(deep['a chain of operators']).code);
    expect(codes).toEqual(['too_deep', 'too_deep', 'grammar_unavailable', 'grammar_unavailable']);
    await new Promise(setImmediate);
    expect(parseStatements('SELECT 1', limits)).toHaveLength(1);
  });
});
