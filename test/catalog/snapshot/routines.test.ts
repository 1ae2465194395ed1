// Functions, aggregates, operators and types, and where their names lead along a path.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../gateway/catalog/index.ts';
import {
  type Routine,
  readExpression,
  readExpressions,
  readFunctionBody,
  type Type,
} from '../../../gateway/sql/index.ts';
import { type CatalogStage, path, startCatalog, versions } from './fixture.ts';

const schema = `
  CREATE ROLE keeper;
  CREATE SCHEMA other;
  CREATE TABLE things (id int);
  CREATE TABLE other.things (id int);
  CREATE TABLE other.elsewhere (id int);
  CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT $1 * 2; END;
  CREATE FUNCTION twice(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1';
  CREATE FUNCTION other.twice(int, text DEFAULT upper('a')) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = other SET work_mem = '1MB' AS 'BEGIN RETURN 1; END';
  ALTER FUNCTION other.twice(int, text) OWNER TO keeper;
  CREATE PROCEDURE act() LANGUAGE sql AS 'SELECT 1';
  CREATE PROCEDURE give(one int, OUT int, VARIADIC more int[]) LANGUAGE plpgsql AS 'BEGIN END';
  CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 + $2;
  CREATE AGGREGATE total(int) (SFUNC = step, STYPE = int, COMBINEFUNC = step, FINALFUNC = twice);
  CREATE OPERATOR other.<+> (FUNCTION = step, LEFTARG = int, RIGHTARG = int);
  CREATE DOMAIN short AS text DEFAULT 'none' CHECK (length(VALUE) < 9) CHECK (VALUE <> '');
  CREATE DOMAIN shorter AS short CHECK (length(VALUE) < 5);
  CREATE TYPE mood AS ENUM ('glad', 'sad');
  CREATE TYPE span AS RANGE (SUBTYPE = int4);
  CREATE TYPE pair AS (one int, two text);
  CREATE FUNCTION mood_to_json(mood) RETURNS json LANGUAGE sql IMMUTABLE RETURN '1'::json;
  CREATE CAST (mood AS json) WITH FUNCTION mood_to_json(mood);
  CREATE EXTENSION IF NOT EXISTS hstore;
  CREATE FUNCTION lowered(text) RETURNS text LANGUAGE internal STRICT AS 'lower';
  CREATE FUNCTION queried(text, boolean, boolean, text) RETURNS xml LANGUAGE internal AS 'query_to_xml';
`;

describe.each(versions)('PostgreSQL %i', (version) => {
  let stage: CatalogStage;
  let snapshot: Snapshot;
  beforeAll(async () => {
    stage = await startCatalog(version, schema);
    snapshot = await stage.load();
  });
  afterAll(() => stage?.stop());

  const routine = (schemaName: string, name: string, types: string): Routine => {
    const found = snapshot
      .findRoutines(schemaName, name, [])
      .find(({ argumentTypes }) => argumentTypes.join() === types);
    if (found === undefined) throw new Error(`no ${schemaName}.${name}(${types})`);
    return found;
  };
  const type = async (name: string): Promise<Type> => {
    const { rows } = await stage.admin.query<{ oid: number }>('SELECT $1::regtype::oid::int AS oid', [name]);
    return snapshot.type(rows[0]?.oid as number) as Type;
  };

  test('a function in SQL has its body, class and volatility', () => {
    const twice = routine('public', 'twice', 'integer');
    expect(twice).toMatchObject({
      kind: 'function',
      volatility: 'immutable',
      language: 'sql',
      securityDefiner: false,
      owner: 'postgres',
      builtin: false,
      extension: undefined,
      class: 'opaque',
      settings: [],
      parts: [],
      states: [],
      vouch: undefined,
      defaults: undefined,
    });
    expect(readFunctionBody(twice.body as string, version).known).toBe(true);
    expect(routine('public', 'twice', 'text')).toMatchObject({ volatility: 'stable', body: undefined });
    expect(snapshot.routine(twice.oid)).toBe(twice);
  });

  test.each([
    { name: 'lowered', types: 'text', want: 'pure' },
    { name: 'queried', types: 'text,boolean,boolean,text', want: 'runs_sql' },
    { name: 'span', types: 'integer,integer', want: 'pure' },
    { name: 'span_multirange', types: 'span[]', want: 'pure' },
  ])("the server's own code has its class under another name: $name", ({ name, types, want }) => {
    expect(routine('public', name, types.replace('span', 'public.span')).class).toBe(want);
  });

  test('a procedure has the types and names of all its arguments', () => {
    expect(routine('public', 'give', 'integer,integer[]')).toMatchObject({
      parameters: [23, 23, 1007],
      parameterNames: ['one', '', 'more'],
      variadic: 23,
      results: [23],
    });
    expect(routine('public', 'act', '')).toMatchObject({ parameters: [], parameterNames: [], variadic: 0 });
  });

  test('a function with the rights of its owner, settings and defaults says so', () => {
    const twice = routine('other', 'twice', 'integer,text');
    expect(twice).toMatchObject({
      volatility: 'volatile',
      language: 'plpgsql',
      securityDefiner: true,
      owner: 'keeper',
      settings: ['search_path=other', 'work_mem=1MB'],
    });
    expect(readExpressions(twice.defaults as string, version).known).toBe(true);
  });

  test('procedures, window functions and aggregates are told apart', () => {
    expect(routine('public', 'act', '').kind).toBe('procedure');
    expect(routine('pg_catalog', 'row_number', '').kind).toBe('window');
    const total = routine('public', 'total', 'integer');
    const [step, twice] = [
      routine('public', 'step', 'integer,integer'),
      routine('public', 'twice', 'integer'),
    ];
    expect(total).toMatchObject({ kind: 'aggregate', parts: [step.oid, twice.oid] });
  });

  test('what comes with the server and its extensions has its reviewed class', () => {
    expect(routine('pg_catalog', 'lower', 'text')).toMatchObject({ class: 'pure', builtin: true });
    expect(routine('pg_catalog', 'pg_read_file', 'text')).toMatchObject({ class: 'reads_files' });
    expect(routine('public', 'akeys', 'public.hstore')).toMatchObject({
      extension: 'hstore',
      builtin: false,
    });
    expect(routine('public', 'akeys', 'public.hstore').class).not.toBe('opaque');
    const unreviewed = [...snapshot.routines()].filter(
      (each) => each.builtin && each.class === 'opaque' && each.schema === 'pg_catalog',
    );
    const forChecks = version < 16 ? [] : ['pg_input_error_info', 'pg_input_is_valid'];
    expect(unreviewed.map(({ name }) => name).sort()).toEqual(['domain_in', ...forChecks]);
  });

  test.each([
    { name: 'the first on the path', along: path, want: 'public' },
    { name: 'the first of another path', along: ['other', 'public'], want: 'other' },
    { name: 'nobody outside of the path', along: ['pg_catalog'], want: undefined },
  ])('a relation without a schema is $name', ({ along, want }) => {
    expect(snapshot.findRelation(undefined, 'things', along)?.schema).toBe(want);
  });

  test('a relation with a schema is looked for there only', () => {
    expect(snapshot.findRelation('other', 'things', path)?.schema).toBe('other');
    expect(snapshot.findRelation('public', 'elsewhere', ['other'])).toBeUndefined();
    expect(snapshot.findRelation(undefined, 'elsewhere', ['nowhere', 'other'])?.schema).toBe('other');
    expect(snapshot.findRelation(undefined, 'Things', path)).toBeUndefined();
  });

  test.each([
    { along: ['public', 'other'], want: 3 },
    { along: ['public'], want: 2 },
    { along: [], want: 0 },
  ])('all functions of a name along $along', ({ along, want }) => {
    expect(snapshot.findRoutines(undefined, 'twice', along)).toHaveLength(want);
  });

  test('operators name their functions', async () => {
    const { rows } = await stage.admin.query("SELECT oid::int FROM pg_operator WHERE oprname = '<+>'");
    const step = routine('public', 'step', 'integer,integer');
    expect(snapshot.operator(rows[0]?.oid)).toMatchObject({
      schema: 'other',
      name: '<+>',
      function: step.oid,
    });
    expect(snapshot.operator(96)).toMatchObject({ schema: 'pg_catalog', name: '=', function: 65 });
  });

  test('domains have their own checks, their default, and the type beneath', async () => {
    const [text, short, shorter] = [await type('text'), await type('short'), await type('shorter')];
    expect(short).toMatchObject({ kind: 'domain', base: text.oid, builtin: false });
    expect(short.checks).toHaveLength(2);
    for (const check of short.checks) expect(readExpression(check, version).known).toBe(true);
    expect(readExpression(short.defaultExpression as string, version).known).toBe(true);
    expect(shorter).toMatchObject({ base: short.oid, checks: [expect.any(String)] });
  });

  test('types know their parts', async () => {
    const relation = snapshot.findRelation('public', 'pair', []);
    expect(await type('pair')).toMatchObject({ kind: 'composite', relation: relation?.oid });
    expect(await type('pair[]')).toMatchObject({ kind: 'base', element: (await type('pair')).oid });
    expect(await type('span')).toMatchObject({ kind: 'range', element: 23 });
    expect(await type('span_multirange')).toMatchObject({
      kind: 'multirange',
      element: (await type('span')).oid,
    });
    // A point has parts too, but isn't one of them after the other.
    expect(await type('point')).toMatchObject({ kind: 'base', element: 0, builtin: true });
    expect(await type('mood')).toMatchObject({ kind: 'enum' });
    expect(await type('record')).toMatchObject({ kind: 'pseudo' });
  });

  test('types know what subscripts, compares and casts them', async () => {
    const named = (oid: number | undefined) => snapshot.routine(oid ?? 0)?.name;
    expect(named((await type('int[]')).subscript)).toBe('array_subscript_handler');
    expect(named((await type('hstore')).subscript)).toBe('hstore_subscript_handler');
    expect((await type('int')).subscript).toBe(0);
    expect(named((await type('int')).comparison)).toBe('btint4cmp');
    expect(named((await type('hstore')).comparison)).toBe('hstore_cmp');
    expect((await type('json')).comparison).toBe(0);
    expect(named((await type('mood')).jsonCast)).toBe('mood_to_json');
    expect((await type('text')).jsonCast).toBe(0);
    expect(named((await type('int')).input)).toBe('int4in');
    expect(named((await type('int')).output)).toBe('int4out');
  });
});
