import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  classify,
  loadGrammar,
  parseStatements,
  type StatementNode,
  statementTypes,
} from '../../../gateway/sql/index.ts';
import { corpus } from './corpus.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);

describe('what a statement is', () => {
  test.each(corpus)('$tag: $sql', ({ sql, kind, tag, readOnly }) => {
    const [statement, ...others] = parseStatements(sql, limits);
    expect(others).toEqual([]);
    expect(classify(statement as StatementNode)).toEqual({ kind, tag, readOnly });
  });

  test('every statement type of the grammar has an entry, and no other has', () => {
    const parts = ['RawStmt', 'SetOperationStmt', 'ReturnStmt', 'PLAssignStmt', 'ReplicaIdentityStmt'];
    const types = readFileSync(
      createRequire(import.meta.resolve('libpg-query')).resolve('@pgsql/types/types.d.ts'),
      'utf8',
    );
    const ofGrammar = [...types.matchAll(/^export interface (\w+Stmt) \{/gm)].map(([, name]) => name);
    expect([...statementTypes].sort()).toEqual(
      ofGrammar.filter((name) => !parts.includes(name as string)).sort(),
    );
  });

  test('the corpus has every statement type', () => {
    const seen = new Set(corpus.flatMap(({ sql }) => parseStatements(sql, limits).map(({ type }) => type)));
    expect(statementTypes.filter((type) => !(seen as Set<string>).has(type))).toEqual([]);
    expect(corpus.length).toBeGreaterThanOrEqual(300);
  });

  test('a statement type that nobody knows is an error, not a guess', () => {
    const statement = { type: 'FutureStmt', node: {} } as unknown as StatementNode;
    expect(() => classify(statement)).toThrow('FutureStmt is not known');
  });
});
