import { beforeAll, describe, expect, test } from 'vitest';
import { grantEffects, loadGrammar, objectEffects, parseStatements } from '../../../gateway/sql/index.ts';
import { corpus } from './corpus.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);
const objectsOf = (sql: string): readonly string[] =>
  parseStatements(sql, limits)
    .flatMap(objectEffects)
    .map(({ action, type, name }) => `${action} ${type} ${name.join('.')}`);

describe('objects by name as written', () => {
  const cases: readonly { sql: string; want: readonly string[] }[] = [
    { sql: 'SELECT 1', want: [] },
    { sql: 'SELECT 1 INTO s.t UNION SELECT 2', want: ['create TABLE s.t'] },
    { sql: 'CREATE TABLE "A b".t (a int)', want: ['create TABLE A b.t'] },
    { sql: 'CREATE MATERIALIZED VIEW m AS SELECT 1', want: ['create MATERIALIZED VIEW m'] },
    { sql: 'CREATE INDEX i ON s.t (a)', want: ['create INDEX s.i', 'change TABLE s.t'] },
    { sql: 'CREATE SCHEMA s CREATE TABLE t (a int)', want: ['create SCHEMA s', 'create TABLE t'] },
    { sql: 'ALTER TABLE s.t RENAME COLUMN a TO b', want: ['change COLUMN s.t.a'] },
    { sql: 'ALTER TABLE t RENAME TO u', want: ['change TABLE t'] },
    { sql: 'ALTER FUNCTION s.f(int) OWNER TO joe', want: ['change FUNCTION s.f'] },
    { sql: 'COMMENT ON COLUMN s.t.a IS NULL', want: ['change COLUMN s.t.a'] },
    { sql: 'DROP TABLE a.b, c', want: ['drop TABLE a.b', 'drop TABLE c'] },
    { sql: 'DROP FUNCTION f(int), s.g', want: ['drop FUNCTION f', 'drop FUNCTION s.g'] },
    { sql: 'DROP TRIGGER r ON s.t', want: ['drop TRIGGER s.t.r'] },
    { sql: 'DROP SCHEMA a, b', want: ['drop SCHEMA a', 'drop SCHEMA b'] },
    { sql: 'DROP DATABASE d', want: ['drop DATABASE d'] },
    { sql: 'DROP ROLE a, CURRENT_USER', want: ['drop ROLE a', 'drop ROLE CURRENT_USER'] },
    { sql: 'ALTER ROLE ALL RESET ALL', want: ['change ROLE '] },
    { sql: 'CREATE TRIGGER r AFTER INSERT ON t EXECUTE FUNCTION f()', want: ['create TRIGGER t.r'] },
    { sql: 'ALTER EXTENSION e ADD TABLE t', want: ['change EXTENSION e', 'change TABLE t'] },
  ];
  test.each(cases)('$sql', ({ sql, want }) => {
    expect(objectsOf(sql)).toEqual(want);
  });

  test('every statement of the corpus that defines something names it', () => {
    const nameless = corpus.filter(
      ({ kind, sql }) => ['ddl', 'role'].includes(kind) && objectsOf(sql).length === 0,
    );
    expect(nameless).toEqual([]);
    const others = corpus.filter(
      ({ kind, sql }) => !['ddl', 'role', 'maintenance'].includes(kind) && objectsOf(sql).length > 0,
    );
    expect(others).toEqual([]);
  });
});

describe('rights', () => {
  test.each([
    {
      sql: 'GRANT SELECT (a, b), UPDATE ON s.t TO PUBLIC, r WITH GRANT OPTION',
      want: {
        action: 'grant',
        of: 'object',
        type: 'TABLE',
        objects: [['s', 't']],
        privileges: [
          { name: 'select', columns: ['a', 'b'] },
          { name: 'update', columns: [] },
        ],
        roles: ['PUBLIC', 'r'],
        withOption: true,
      },
    },
    {
      sql: 'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA a, b FROM CURRENT_USER',
      want: {
        action: 'revoke',
        of: 'all_in_schema',
        type: 'FUNCTION',
        objects: [['a'], ['b']],
        privileges: [{ name: 'all', columns: [] }],
        roles: ['CURRENT_USER'],
        withOption: false,
      },
    },
    {
      sql: 'GRANT SET ON PARAMETER work_mem TO r',
      want: {
        action: 'grant',
        of: 'object',
        type: 'PARAMETER',
        objects: [['work_mem']],
        privileges: [{ name: 'set', columns: [] }],
        roles: ['r'],
        withOption: false,
      },
    },
    {
      sql: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r',
      want: {
        action: 'grant',
        of: 'default',
        type: 'TABLE',
        objects: [],
        privileges: [{ name: 'select', columns: [] }],
        roles: ['r'],
        withOption: false,
      },
    },
    {
      sql: 'GRANT a, b TO c WITH ADMIN OPTION',
      want: {
        action: 'grant',
        of: 'role',
        type: 'ROLE',
        objects: [['a'], ['b']],
        privileges: [],
        roles: ['c'],
        withOption: true,
      },
    },
  ])('$sql', ({ sql, want }) => {
    expect(parseStatements(sql, limits).flatMap(grantEffects)).toEqual([want]);
  });

  test('every GRANT and REVOKE of the corpus has its rights', () => {
    const without = corpus.filter(
      ({ kind, sql }) => kind === 'grant' && parseStatements(sql, limits).flatMap(grantEffects).length === 0,
    );
    expect(without).toEqual([]);
  });
});
