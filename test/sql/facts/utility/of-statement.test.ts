import { beforeAll, describe, expect, test } from 'vitest';
import { utilityFacts, utilityStatementTypes } from '../../../../gateway/sql/facts/utility/of-statement.ts';
import { statementTypes } from '../../../../gateway/sql/syntax/classify.ts';
import { loadGrammar } from '../../../../gateway/sql/syntax/grammar.ts';
import { parseStatements } from '../../../../gateway/sql/syntax/parse.ts';
import type { StatementNode } from '../../../../gateway/sql/syntax/statement.ts';
import { corpus } from '../../syntax/corpus.ts';
import { cases } from './cases.ts';
import { factsOf, linesOf, path, shop } from './sketch.ts';

const limits = { maxBytes: 1_000_000 };
const queries = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);
beforeAll(loadGrammar);

describe('what a statement touches by itself', () => {
  test.each(cases)('$sql', ({ sql, want }) => {
    expect(linesOf(factsOf(sql))).toEqual(want);
  });

  test('every statement type of the grammar has an entry, and no other has', () => {
    expect([...utilityStatementTypes].sort()).toEqual([...statementTypes].sort());
  });

  test('a statement type that nobody knows is an error, not a guess', () => {
    const statement = { type: 'FutureStmt', node: {} } as unknown as StatementNode;
    expect(() => utilityFacts(statement, '', shop, path)).toThrow('FutureStmt is not known');
  });

  test('a plain query is for the server to resolve', () => {
    for (const sql of ['SELECT 1', 'INSERT INTO orders VALUES (1)', 'DELETE FROM orders'])
      expect(() => factsOf(sql)).toThrow('resolved by the server');
  });
});

describe('every statement of the corpus', () => {
  test('gives facts, and whatever it names is known or makes it opaque', () => {
    for (const { sql, kind } of corpus)
      for (const statement of parseStatements(sql, limits)) {
        if (queries.has(statement.type) && kind !== 'ddl') continue;
        expect(() => utilityFacts(statement, statement.source, shop, path), sql).not.toThrow();
      }
  });

  test('each that names a relation says which, or that it is not known', () => {
    const naming = new Set(['truncate', 'lock']);
    for (const { sql } of corpus.filter(({ kind }) => naming.has(kind))) {
      const { relations, opaque } = factsOf(sql);
      expect(relations.length + opaque.length, sql).toBeGreaterThan(0);
    }
  });
});

describe('expressions as queries', () => {
  const sources = (sql: string) => factsOf(sql).expressions.map(({ source }) => source);

  test.each([
    {
      name: 'a comment and another alphabet inside',
      sql: "CREATE INDEX i ON customers ((/* ( */ name || 'é,)😀') DESC)",
      want: [`SELECT ((/* ( */ name || 'é,)😀')) FROM ONLY "public"."customers"`],
    },
    {
      name: 'a USING that is not the expression',
      sql: 'CREATE INDEX i ON customers USING btree (upper(name) text_ops)',
      want: ['SELECT (upper(name)) FROM ONLY "public"."customers"'],
    },
    {
      name: 'a comment to the end of the line at its end',
      sql: 'ALTER TABLE customers ALTER name TYPE text USING lower(ssn) -- why not\n',
      want: ['SELECT CAST((lower(ssn)) AS text) FROM "public"."customers"'],
    },
    {
      name: 'two of the same',
      sql: 'ALTER TABLE customers ADD CHECK (id > 1), ADD CHECK (id > 1)',
      want: [
        'SELECT FROM "public"."customers" WHERE ((id > 1))',
        'SELECT FROM "public"."customers" WHERE ((id > 1))',
      ],
    },
    {
      name: 'a type with modifiers and an array',
      sql: 'ALTER TABLE customers ALTER name TYPE numeric(4, 2)[] USING ARRAY[1, id]',
      want: ['SELECT CAST((ARRAY[1, id]) AS numeric(4, 2)[]) FROM "public"."customers"'],
    },
  ])('$name', ({ sql, want }) => {
    expect(sources(sql)).toEqual(want);
  });

  test('each is one SELECT', () => {
    for (const { sql } of cases)
      for (const source of sources(sql))
        expect(parseStatements(source, limits).map(({ type }) => type)).toEqual(['SelectStmt']);
  });

  test('one that is hidden among too many makes the statement opaque', () => {
    const columns = Array.from({ length: 500 }, (_, at) => `ALTER name SET DEFAULT ${at}`).join(', ');
    const { expressions, opaque } = factsOf(`ALTER TABLE customers ${columns}, ADD CHECK (id > 3)`);
    expect(expressions).toEqual([]);
    expect(opaque.map(({ reason }) => reason)).toEqual(['unresolved']);
  });
});
