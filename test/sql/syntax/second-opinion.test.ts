// The differential with pgsql-ast-parser: another grammar, written by others. Wherever both read a statement, they must agree.

import { astVisitor, type Statement as Other, parse } from 'pgsql-ast-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  classify,
  type Fields,
  loadGrammar,
  parseStatements,
  type Statement,
  walkSyntax,
} from '../../../gateway/sql/index.ts';
import { corpus } from './corpus.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);

type Opinion = Readonly<{ kind: string; relations: readonly string[]; filters: number }>;

/** Both count references, so that one that is missed among several is seen; names of CTEs are references too. */
const opinion = (kind: string, relations: readonly string[], filters: number): Opinion => ({
  kind,
  relations: [...relations].sort(),
  filters,
});

function ours(statement: Statement): Opinion {
  const relations: string[] = [];
  let filters = 0;
  walkSyntax(statement.type, statement.node as Fields, (type, fields) => {
    if (type === 'IntoClause') return 'over';
    if (type === 'RangeVar')
      relations.push([fields.schemaname, fields.relname].filter((part) => part !== undefined).join('.'));
    if (filtering.has(type) && fields.whereClause !== undefined) filters++;
    return 'into';
  });
  return opinion(classify(statement).kind, relations, filters);
}

const filtering = new Set(['SelectStmt', 'UpdateStmt', 'DeleteStmt']);

function theirs(statement: Other): Opinion {
  const relations: string[] = [];
  let filters = 0;
  astVisitor((visitor) => ({
    tableRef: (table) => {
      relations.push([table.schema, table.name].filter((part) => part !== undefined).join('.'));
      visitor.super().tableRef(table);
    },
    selection: (select) => {
      if (select.where) filters++;
      visitor.super().selection(select);
    },
    update: (update) => {
      if (update.where) filters++;
      visitor.super().update(update);
    },
    delete: (removal) => {
      if (removal.where) filters++;
      visitor.super().delete(removal);
    },
  })).statement(statement);
  return opinion(kindOf(statement), relations, filters);
}

function kindOf({ type, ...rest }: Other): string {
  if (['select', 'union', 'union all', 'values'].includes(type)) return 'select';
  if (['with', 'with recursive'].includes(type)) return kindOf((rest as unknown as { in: Other }).in);
  if (['commit', 'rollback', 'begin', 'start transaction'].includes(type)) return 'transaction';
  if (type === 'truncate table') return 'truncate';
  if (type === 'refresh materialized view') return 'maintenance';
  if (['set', 'set names', 'set timezone', 'set global'].includes(type)) return 'session';
  if (/^(create|alter|drop|comment)/.test(type)) return 'ddl';
  return type;
}

const data = ['select', 'insert', 'update', 'delete'];

function read(sql: string): readonly Other[] | undefined {
  try {
    return parse(sql);
  } catch {
    return undefined;
  }
}

/** Every source of rows with every filter, in every place where a query can stand. */
const sources = [
  'a',
  's.a AS x',
  'a, b',
  'a JOIN s.b ON a.id = b.id',
  '(SELECT * FROM c WHERE c.n > 1) AS a',
];
const filters = [
  '',
  ' WHERE id = 1',
  ' WHERE id IN (SELECT id FROM d WHERE d.n = 2)',
  ' WHERE EXISTS (SELECT 1 FROM e)',
];
const places: readonly ((query: string) => string)[] = [
  (query) => query,
  (query) => `SELECT * FROM (${query}) AS q`,
  (query) => `WITH w AS (${query}) SELECT * FROM w`,
  (query) => `${query} UNION ALL SELECT id FROM f WHERE true`,
  (query) => `SELECT (${query} LIMIT 1) AS one`,
  (query) => `INSERT INTO s.t (id) ${query} RETURNING id`,
  (query) => `UPDATE t SET n = 1 WHERE id IN (${query})`,
  (query) => `DELETE FROM s.t WHERE id IN (${query})`,
  (query) => `WITH w AS (${query}) DELETE FROM t`,
];
const composed = places.flatMap((place) =>
  sources.flatMap((source) => filters.map((filter) => ({ sql: place(`SELECT id FROM ${source}${filter}`) }))),
);

const both = [...corpus, ...composed].filter(({ sql }) => read(sql)?.length === 1);

describe('two grammars', () => {
  test('both read a good part of the statements', () => {
    expect(both.length).toBeGreaterThan(300);
  });

  test.each(both)('agree on $sql', ({ sql }) => {
    const [statement] = parseStatements(sql, limits);
    const [other] = read(sql) ?? [];
    if (!statement || !other) throw new Error('one of them has no statement');
    const [one, second] = [ours(statement), theirs(other)];
    if (data.includes(one.kind)) expect(second).toEqual(one);
    else expect(second.kind).toBe(one.kind);
  });
});
