// Texts that try to be more than the one statement in the function.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type QueryStatement, readQuery } from '../../../gateway/catalog/resolver/query-statement.ts';
import { wrapStatement } from '../../../gateway/catalog/resolver/wrapped-statement.ts';
import { loadGrammar } from '../../../gateway/sql/index.ts';
import { type Stage, startStage } from './fixture.ts';

const attempts = [
  'SELECT 1; DROP TABLE canary',
  'SELECT 1; END; DROP TABLE canary',
  'SELECT 1; END; DROP TABLE canary; --',
  'SELECT 1; END',
  'SELECT 1 END; DROP TABLE canary',
  'SELECT 1 /* ; END; DROP TABLE canary',
  'SELECT 1 -- ; END\n; DROP TABLE canary',
  'SELECT $$; END; DROP TABLE canary; $$; DROP TABLE canary; --$$',
  "SELECT 'a'; END; DROP TABLE canary; SELECT '",
  "SELECT E'\\'; END; DROP TABLE canary; --",
  "SELECT U&'\\0027; END; DROP TABLE canary; --",
  'SELECT "; END; DROP TABLE canary; --',
  'BEGIN ATOMIC SELECT 1; END',
  'SELECT 1; BEGIN ATOMIC DROP TABLE canary; END',
  'RETURN 1',
  'END; DROP TABLE canary; BEGIN',
  'END',
  '',
  ';;;',
  '-- nothing',
  'SELECT 1; SELECT 2',
  'SELECT 1) RETURNS void LANGUAGE sql AS $$DROP TABLE canary$$; --',
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(version);
    // The role may drop it: only the resolver keeps it from that.
    await stage.admin.query('CREATE TABLE canary (id int); ALTER TABLE canary OWNER TO resolver');
  });
  afterAll(() => stage?.stop());

  test.each(attempts)('%s', async (text) => {
    const got = await stage.resolve(text);
    expect(got.kind).not.toBe('tree');
    expect(stage.server.logText()).not.toMatch(/(execute|parse|statement)[^\n]*DROP TABLE/i);
    const { rows } = await stage.admin.query(`SELECT to_regclass('canary') IS NOT NULL AS there`);
    expect(rows[0].there).toBe(true);
  });

  test.each([
    `SELECT '; END; DROP TABLE canary; --'`,
    'SELECT $x$; END; DROP TABLE canary; $x$',
    'SELECT 1 /* ; END; DROP TABLE canary; /* nested */ */',
    'SELECT 1 AS "; END; DROP TABLE canary; --"',
    'SELECT 1 AS end',
    `SELECT CASE WHEN true THEN 1 END`,
    `SELECT U&'\\0027; END; DROP TABLE canary; --'`,
    'SELECT 1 AS x -- ; END\n',
  ])('harmless, and seen as one statement: %s', async (text) => {
    expect((await stage.resolve(text)).kind).toBe('tree');
    const { rows } = await stage.admin.query(`SELECT to_regclass('canary') IS NOT NULL AS there`);
    expect(rows[0].there).toBe(true);
  });

  test('a function that writes is analyzed and not called', async () => {
    await stage.admin.query(
      `CREATE FUNCTION drop_canary() RETURNS int LANGUAGE plpgsql AS 'BEGIN DROP TABLE canary; RETURN 1; END'`,
    );
    expect((await stage.resolve('SELECT drop_canary()')).kind).toBe('tree');
    const { rows } = await stage.admin.query(`SELECT to_regclass('canary') IS NOT NULL AS there`);
    expect(rows[0].there).toBe(true);
  });
});

describe('the wrapped text is checked before it is sent', () => {
  beforeAll(loadGrammar);
  const int4 = { oid: 23, sql: '"pg_catalog"."int4"', pseudo: false };
  const query = (text: string): QueryStatement => {
    const read = readQuery(text, 1_000);
    if (read.kind !== 'query') throw new Error(read.kind);
    return read;
  };

  test('the honest one passes', () => {
    expect(wrapStatement(query('SELECT $1'), [int4])).toMatchObject({ kind: 'wrapped', argumentTypes: [23] });
  });

  test.each([
    { name: 'another tree', change: { tree: { SelectStmt: {} } } },
    { name: 'another end', change: { bytes: { begin: 0, end: 7 } } },
    { name: 'another beginning', change: { text: 'SELECT 1, 2', bytes: { begin: 0, end: 11 } } },
    { name: 'a second statement', change: { text: 'SELECT 1; SELECT 2', bytes: { begin: 0, end: 18 } } },
    { name: 'an early end', change: { text: 'SELECT 1; END; SELECT 2', bytes: { begin: 0, end: 23 } } },
    { name: 'a comment that stays open', change: { text: 'SELECT 1 /*', bytes: { begin: 0, end: 11 } } },
  ])('not with $name', ({ change }) => {
    const honest = query('SELECT 1 ');
    expect(wrapStatement({ ...honest, ...change }, [])).toMatchObject({ reason: 'not_verified' });
  });

  test('nor with a type whose name is more than a name', () => {
    const spliced = { ...int4, sql: 'int4) RETURNS void LANGUAGE sql AS $$DROP TABLE canary$$; --' };
    expect(wrapStatement(query('SELECT $1'), [spliced])).toMatchObject({ reason: 'not_verified' });
    const more = { ...int4, sql: 'int4, int4' };
    expect(wrapStatement(query('SELECT $1'), [more])).toMatchObject({ reason: 'not_verified' });
    expect(wrapStatement(query('SELECT $101'), Array(101).fill(more))).toMatchObject({
      reason: 'not_verified',
    });
  });

  test('a parameter that is not where the tree says', () => {
    const honest = query('SELECT $101');
    const parameters = honest.parameters.map((place) => ({ ...place, byte: place.byte - 1 }));
    expect(wrapStatement({ ...honest, parameters }, Array(101).fill(int4))).toMatchObject({
      reason: 'not_verified',
    });
  });
});
