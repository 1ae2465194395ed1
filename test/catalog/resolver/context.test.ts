// The session's search path and settings decide what a statement means: the resolver has them, or says that it can't.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnalysisSetting, Resolution } from '../../../gateway/catalog/index.ts';
import { type Stage, startStage, treeOf } from './fixture.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(version);
    await stage.admin.query(`
      CREATE SCHEMA "a, b""c";
      CREATE TABLE "a, b""c".customers (strange int);
      GRANT USAGE ON SCHEMA "a, b""c" TO resolver;
      CREATE FUNCTION other.lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
    `);
  });
  afterAll(() => stage?.stop());

  const on = (searchPath: readonly string[], text: string): Promise<Resolution> =>
    stage.resolve(text, { context: { searchPath, settings: {} } });
  const under = (settings: Partial<Record<AnalysisSetting, string>>, text: string): Promise<Resolution> =>
    stage.resolve(text, { context: { searchPath: ['pg_catalog', 'public'], settings } });
  const relation = async (name: string): Promise<string> => {
    const { rows } = await stage.admin.query('SELECT $1::text::regclass::oid AS oid', [name]);
    return `:relid ${rows[0].oid} `;
  };

  test.each([
    { path: ['pg_catalog', 'public', 'other'], finds: 'public.customers' },
    { path: ['pg_catalog', 'other', 'public'], finds: 'other.customers' },
    { path: ['pg_catalog', 'a, b"c', 'public'], finds: '"a, b""c".customers' },
  ])('customers on the path $path is $finds', async ({ path, finds }) => {
    expect(treeOf(await on(path, 'SELECT * FROM customers')).nodeText).toContain(await relation(finds));
  });

  test('pg_catalog can come later, and then others hide its functions', async () => {
    const { rows } = await stage.admin.query(`SELECT 'other.lower(text)'::regprocedure::oid AS oid`);
    const call = `:funcid ${rows[0].oid} `;
    const text = `SELECT lower('x'::text)`;
    expect(treeOf(await on(['other', 'pg_catalog'], text)).nodeText).toContain(call);
    expect(treeOf(await on(['pg_catalog', 'other'], text)).nodeText).not.toContain(call);
  });

  test('an operator of the path does not run in the probe', async () => {
    await stage.admin.query(`
      CREATE SCHEMA trap; GRANT USAGE ON SCHEMA trap TO resolver;
      CREATE FUNCTION trap.spring(name, name) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''sprung''; END';
      CREATE OPERATOR trap.= (leftarg = name, rightarg = name, function = trap.spring);
      CREATE FUNCTION trap.set_config(text, text, bool) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''sprung''; END';
      CREATE FUNCTION trap.current_schemas(bool) RETURNS name[] LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''sprung''; END';
    `);
    const context = { searchPath: ['trap', 'public', 'pg_catalog'], settings: {} };
    const tree = treeOf(await stage.resolve('SELECT $1 FROM customers', { parameterTypes: [23], context }));
    expect(tree.nodeText).toContain(await relation('public.customers'));
    expect(stage.server.logText()).not.toContain('ERROR:  sprung');
  });

  test('a name that is not on the path is not found', async () => {
    expect(await on(['pg_catalog'], 'SELECT * FROM customers')).toMatchObject({ sqlstate: '42P01' });
  });

  test.each([
    { name: 'a schema that the role may not use', path: ['pg_catalog', 'closed', 'public'] },
    { name: 'a schema that is not there', path: ['pg_catalog', 'nowhere', 'public'] },
    { name: 'no pg_catalog, which is always there', path: ['public'] },
    { name: 'temporary objects of the session', path: ['pg_temp_3', 'pg_catalog', 'public'] },
    { name: 'the name of a user', path: ['pg_catalog', '$user'] },
    { name: 'a schema twice', path: ['pg_catalog', 'public', 'public'] },
  ])('a path that the resolver cannot have: $name', async ({ path }) => {
    const got = await on(path, 'SELECT * FROM customers');
    expect(got).toMatchObject({ kind: 'unresolvable', reason: 'search_path' });
  });

  test('the path of one probe is gone at the next', async () => {
    await on(['pg_catalog', 'other'], 'SELECT secret FROM customers');
    expect(await on(['pg_catalog', 'public'], 'SELECT secret FROM customers')).toMatchObject({
      sqlstate: '42703',
    });
  });

  test('settings that change the analysis', async () => {
    const text = 'SELECT * FROM customers WHERE ssn = NULL';
    expect(treeOf(await under({ transform_null_equals: 'on' }, text)).nodeText).toContain('{NULLTEST');
    expect(treeOf(await under({ transform_null_equals: 'off' }, text)).nodeText).not.toContain('{NULLTEST');
  });

  test('settings that change constants', async () => {
    const text = `SELECT '01/02/2024'::date`;
    const tree = async (DateStyle: string): Promise<string> =>
      treeOf(await under({ DateStyle }, text)).nodeText;
    expect(await tree('ISO, DMY')).not.toBe(await tree('ISO, MDY'));
    expect(await under({ DateStyle: 'ISO, MDY' }, `SELECT '31/12/2024'::date`)).toMatchObject({
      kind: 'error',
      sqlstate: '22008',
      position: 8,
    });
  });

  test.each([
    { name: 'one that is none of analysis', settings: { role: 'postgres' } },
    { name: 'a value that is none', settings: { TimeZone: 'Nowhere/Never' } },
    { name: 'another lexer', settings: { standard_conforming_strings: 'off' } },
    { name: 'a value with a NUL', settings: { TimeZone: 'UTC\0' } },
    { name: 'a value that tries to be SQL', settings: { TimeZone: `UTC'; DROP TABLE customers; --` } },
  ])('a setting that the resolver refuses: $name', async ({ settings }) => {
    const got = await under(settings as Partial<Record<AnalysisSetting, string>>, 'SELECT 1');
    expect(got).toMatchObject({ kind: 'unresolvable', reason: 'setting' });
    expect((await under({}, 'SELECT 1')).kind).toBe('tree');
  });
});
