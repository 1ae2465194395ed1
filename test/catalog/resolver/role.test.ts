// The role of the resolver: what is created, and what the check says when somebody changes it.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogQuery, checkResolverRole, resolverRoleSql } from '../../../gateway/catalog/index.ts';
import { resolverClient, type Stage, startStage } from './fixture.ts';

test('names are quoted in the SQL that creates it', () => {
  const sql = resolverRoleSql({ role: 'a"b', database: 'x; DROP', schemas: ['s"'] });
  expect(sql).toContain('CREATE ROLE "a""b" LOGIN');
  expect(sql).toContain('ON DATABASE "x; DROP" TO "a""b";');
  expect(sql).toContain('ON SCHEMA "s""" TO "a""b";');
});

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  let client: pg.Client;
  beforeAll(async () => {
    stage = await startStage(version);
    await stage.admin.query('GRANT USAGE ON SCHEMA closed TO resolver');
    client = resolverClient(stage.server);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await stage.stop();
  });

  const check = () => checkResolverRole(catalogQuery(client));

  test('the role as it is created needs nothing and has nothing', async () => {
    expect(await check()).toEqual([]);
  });

  test.each([
    {
      change: 'REVOKE USAGE ON SCHEMA closed, other FROM resolver',
      back: 'GRANT USAGE ON SCHEMA closed, other TO resolver',
      kind: 'lacks',
      what: 'USAGE on schemas: closed, other',
    },
    {
      change: 'REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC, resolver',
      back: 'GRANT TEMPORARY ON DATABASE postgres TO resolver',
      kind: 'lacks',
      what: 'TEMPORARY on the database',
    },
    {
      change: 'REVOKE USAGE ON LANGUAGE sql FROM PUBLIC',
      back: 'GRANT USAGE ON LANGUAGE sql TO PUBLIC',
      kind: 'lacks',
      what: 'USAGE on the language sql',
    },
    {
      change: `REVOKE USAGE ON TYPE other."Mood ""x""" FROM PUBLIC`,
      back: `GRANT USAGE ON TYPE other."Mood ""x""" TO PUBLIC`,
      kind: 'lacks',
      what: 'USAGE on types: other."Mood ""x"""',
    },
    {
      change: 'GRANT SELECT (name) ON customers TO resolver',
      back: 'REVOKE SELECT (name) ON customers FROM resolver',
      kind: 'too_much',
      what: 'may read or write relations: public.customers',
    },
    {
      change: 'GRANT DELETE ON orders, names TO PUBLIC',
      back: 'REVOKE DELETE ON orders, names FROM PUBLIC',
      kind: 'too_much',
      what: 'may read or write relations: public.names, public.orders',
    },
    {
      change: 'CREATE SEQUENCE numbers; GRANT USAGE ON SEQUENCE numbers TO resolver',
      back: 'DROP SEQUENCE numbers',
      kind: 'too_much',
      what: 'may use sequences: public.numbers',
    },
    {
      change: 'GRANT CREATE ON SCHEMA other TO resolver',
      back: 'REVOKE CREATE ON SCHEMA other FROM resolver',
      kind: 'too_much',
      what: 'may create in schemas: other',
    },
    {
      change: 'GRANT CREATE ON DATABASE postgres TO resolver',
      back: 'REVOKE CREATE ON DATABASE postgres FROM resolver',
      kind: 'too_much',
      what: 'may create in the database',
    },
    {
      change: 'GRANT pg_monitor TO resolver',
      back: 'REVOKE pg_monitor FROM resolver',
      kind: 'too_much',
      what: 'is a member of roles: pg_monitor',
    },
    {
      change: 'ALTER ROLE resolver BYPASSRLS',
      back: 'ALTER ROLE resolver NOBYPASSRLS',
      kind: 'too_much',
      what: 'may bypass row security',
    },
    {
      change: `CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION note()`,
      back: 'DROP EVENT TRIGGER noted; DROP FUNCTION note()',
      kind: 'notice',
      what: 'event triggers run at each probe: noted',
    },
  ])('$kind: $what', async ({ change, back, kind, what }) => {
    await stage.admin.query(change);
    try {
      expect(await check()).toEqual([{ kind, what }]);
    } finally {
      await stage.admin.query(back);
    }
    expect(await check()).toEqual([]);
  });

  test('a superuser is told so', async () => {
    const found = await checkResolverRole(catalogQuery(stage.admin));
    expect(found).toContainEqual({ kind: 'too_much', what: 'is a superuser' });
  });

  test('an event trigger that refuses makes statements opaque, and says nothing of them', async () => {
    await stage.admin.query(`
      CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no DDL''; END';
      CREATE EVENT TRIGGER refused ON ddl_command_start WHEN TAG IN ('CREATE FUNCTION') EXECUTE FUNCTION refuse()`);
    try {
      expect(await stage.resolve('SELECT 1')).toMatchObject({ reason: 'not_wrappable' });
      expect(await stage.resolve('SELECT nix')).toMatchObject({ kind: 'error', sqlstate: '42703' });
    } finally {
      await stage.admin.query('DROP EVENT TRIGGER refused');
    }
    expect((await stage.resolve('SELECT 1')).kind).toBe('tree');
  });
});
