// What the resolver says of statements of every kind, with and without parameters, right and wrong.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createResolver } from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { waitUntil } from '../../support/wait.ts';
import { context, patience, resolverClient, type Stage, startStage, treeOf } from './fixture.ts';

const [INT4, TEXT, INT8, NUMERIC, RECORD, VOID] = [23, 25, 20, 1700, 2249, 2278];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(version);
  });
  afterAll(() => stage?.stop());

  test.each([
    { kind: 'SELECT', text: 'SELECT name FROM customers WHERE id = 1', command: 1 },
    { kind: 'VALUES', text: "VALUES (1, 'a'), (2, 'b')", command: 1 },
    { kind: 'TABLE', text: 'TABLE customers', command: 1 },
    { kind: 'SELECT without columns', text: 'SELECT FROM customers', command: 1 },
    { kind: 'SELECT with a lock', text: 'SELECT id FROM customers FOR UPDATE', command: 1 },
    { kind: 'parentheses', text: '(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1', command: 1 },
    {
      kind: 'WITH that writes',
      text: 'WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d',
      command: 1,
    },
    { kind: 'UPDATE', text: 'UPDATE customers SET name = upper(name) WHERE id = 1', command: 2 },
    { kind: 'INSERT', text: "INSERT INTO customers (id, name) VALUES (1, 'x')", command: 3 },
    {
      kind: 'INSERT ON CONFLICT',
      text: "INSERT INTO customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING *",
      command: 3,
    },
    { kind: 'DELETE', text: 'DELETE FROM orders USING customers c WHERE customer = c.id', command: 4 },
    { kind: 'WHERE CURRENT OF', text: 'DELETE FROM orders WHERE CURRENT OF c', command: 4 },
    {
      kind: 'MERGE',
      text: 'MERGE INTO orders o USING customers c ON o.customer = c.id WHEN MATCHED THEN DELETE',
      command: 5,
    },
    {
      kind: 'comments and semicolons around',
      text: '/* a */ ; -- b\n SELECT 1 -- c\n ; /* d */',
      command: 1,
    },
    { kind: 'a comment at the end', text: 'SELECT 1 -- END', command: 1 },
    { kind: 'characters of several bytes', text: `SELECT '😀', "Größe" AS "ß" FROM customers`, command: 1 },
  ])('$kind comes back as the analyzed tree', async ({ text, command }) => {
    const tree = treeOf(await stage.resolve(text));
    expect(tree.nodeText).toMatch(new RegExp(`^\\(\\(\\{QUERY :commandType ${command} `));
    expect(tree.parameterTypes).toEqual([]);
    expect(String(tree.serverVersion)).toMatch(new RegExp(`^${stage.server.version}`));
  });

  test.each([
    { name: 'by the server', text: 'SELECT $1 + 1, $2 FROM customers WHERE id = $1', want: [INT4, TEXT] },
    {
      name: 'by the client',
      text: 'SELECT $1, $2 FROM customers WHERE id = $1',
      given: [INT8, NUMERIC],
      want: [INT8, NUMERIC],
    },
    {
      name: 'by both',
      text: 'SELECT * FROM orders WHERE id = $1 AND total > $2',
      given: [0, INT4],
      want: [INT8, INT4],
    },
    { name: 'as unknown', text: 'SELECT * FROM orders WHERE id = $1', given: [705], want: [INT8] },
    { name: 'for more than there are', text: 'SELECT $1', given: [INT4, TEXT], want: [INT4, TEXT] },
    { name: 'as a row', text: 'SELECT $1 = ROW(1, 2)', want: [RECORD] },
  ])('the types of parameters are given $name', async ({ text, given = [], want }) => {
    expect(treeOf(await stage.resolve(text, { parameterTypes: given })).parameterTypes).toEqual(want);
  });

  test('a parameter of a type that needs quoting', async () => {
    const { rows } = await stage.admin.query<{ oid: number }>(
      `SELECT 'other."Mood ""x"""'::regtype::oid AS oid`,
    );
    const oid = rows[0]?.oid ?? 0;
    const tree = treeOf(await stage.resolve('SELECT $1', { parameterTypes: [oid] }));
    expect(tree.nodeText).toContain(`:paramtype ${oid} `);
  });

  test('parameters past the hundredth are NULLs of their types, and the others keep their numbers', async () => {
    const numbers = Array.from({ length: 250 }, (_, index) => index + 1);
    const list = numbers.map((number) => `$${number}`).join(', ');
    const text = `SELECT /* $7 */ '$8', $250, $249 COLLATE "C" FROM customers WHERE id IN (${list.replace('$249', '1')})`;
    const parameterTypes = numbers.map((number) => (number === 249 ? TEXT : INT4));
    const tree = treeOf(await stage.resolve(text, { parameterTypes }));
    expect(tree.parameterTypes).toEqual(parameterTypes);
    const ids = [...tree.nodeText.matchAll(/:paramid (\d+)/g)].map(([, id]) => Number(id));
    expect(ids).toEqual(numbers.slice(0, 100));
    // Neither a column name nor anything else tells them from parameters.
    const names = [...tree.nodeText.matchAll(/:resname (\S+)/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(['?column?']));
  });

  test.each([
    'UPDATE customers SET (id, name) = ROW($101, $102) WHERE id = $101',
    'SELECT * FROM customers ORDER BY id FETCH FIRST $101 ROWS WITH TIES',
    'SELECT ($103)[1], $103[1] FROM customers WHERE id = ANY ($103)',
    'SELECT "?column?" FROM (SELECT $102) AS s',
    'SELECT "?column?" FROM (SELECT $102 COLLATE "C") AS s',
    'SELECT int4 FROM (SELECT $102::int4) AS s',
    'SELECT $101"x", -$101 FROM customers GROUP BY $101::text',
    'WITH x AS (SELECT $101) INSERT INTO customers (id, name) SELECT "?column?", $102 FROM x RETURNING $102',
  ])('in the place of a parameter past the hundredth: %s', async (text) => {
    const parameterTypes = [...Array(101).fill(INT4), TEXT, 1007];
    treeOf(await stage.resolve(text, { parameterTypes }));
  });

  test.each([
    { name: 'the first', text: 'select * from upper($1,$2) as result', given: [VOID, TEXT] },
    { name: 'the last', text: 'SELECT upper($1 /* ß */ , /* , */ $2)', given: [TEXT, VOID] },
    {
      name: 'several, on both sides',
      text: "SELECT concat($1, $2, 'ß', $3, $4), now($5)",
      given: [VOID, VOID, VOID, TEXT, VOID],
    },
    { name: 'one twice', text: 'SELECT upper($1, $2), lower($2, $1)', given: [VOID, TEXT] },
    {
      name: 'one past the hundredth',
      text: 'SELECT upper($101, $102)',
      given: [...Array(100).fill(INT4), VOID, TEXT],
    },
  ])('arguments that stand for what a function gives back: $name', async ({ text, given }) => {
    const tree = treeOf(await stage.resolve(text, { parameterTypes: given }));
    expect(tree.parameterTypes).toEqual(given);
  });

  test('elsewhere such a parameter is a value, as the server has it', async () => {
    treeOf(await stage.resolve('SELECT $1', { parameterTypes: [VOID] }));
    const { kind } = await stage.resolve('SELECT upper(VARIADIC $1)', { parameterTypes: [VOID] });
    expect(kind).not.toBe('tree');
    expect(await stage.resolve('SELECT upper($1)', { parameterTypes: [VOID] })).toMatchObject({
      sqlstate: '42883',
      position: 8,
    });
  });

  test.each([
    {
      name: 'a column that is not there',
      text: 'SELECT nix FROM customers',
      sqlstate: '42703',
      position: 8,
      message: 'column "nix" does not exist',
    },
    {
      name: 'after characters of several bytes',
      text: "SELECT '😀ß', nix FROM customers",
      sqlstate: '42703',
      position: 14,
      message: 'column "nix" does not exist',
    },
    {
      name: 'after a comment, with parameters',
      text: '/* é */ SELECT $1::int, nix FROM customers',
      sqlstate: '42703',
      position: 25,
      message: 'column "nix" does not exist',
    },
    {
      name: 'a table',
      text: 'DELETE FROM nowhere',
      sqlstate: '42P01',
      position: 13,
      message: 'relation "nowhere" does not exist',
    },
    {
      name: 'a function',
      text: 'SELECT nix($1::int)',
      sqlstate: '42883',
      position: 8,
      message: 'function nix(integer) does not exist',
    },
    {
      name: 'a constant',
      text: "SELECT 'x'::int",
      sqlstate: '22P02',
      position: 8,
      message: 'invalid input syntax for type integer: "x"',
    },
    {
      name: 'a parameter without a type',
      text: 'SELECT $2::int',
      sqlstate: '42P18',
      position: undefined,
      message: 'could not determine data type of parameter $1',
    },
    {
      name: 'a parameter without a number',
      text: 'SELECT $0',
      sqlstate: '42P02',
      position: 8,
      message: 'there is no parameter $0',
    },
    {
      name: 'the syntax',
      text: "SELECT 'ß' FROM FROM",
      sqlstate: '42601',
      position: 17,
      message: 'syntax error at or near "FROM"',
    },
    {
      name: 'INTO in the wrong place',
      text: 'SELECT * FROM (SELECT 1 INTO t) AS s',
      sqlstate: '42601',
      position: 30,
      message: 'SELECT ... INTO is not allowed here',
    },
  ])(
    'an error of the statement comes as the server says it: $name',
    async ({ name: _name, text, ...want }) => {
      const got = await stage.resolve(text);
      expect(got).toMatchObject({ kind: 'error', ...want });
      // With parameters the driver asks another question: it declares types of its own.
      if (text.includes('$')) return;
      const said = await stage.admin.query(text).catch((error) => error);
      expect(got).toMatchObject({
        sqlstate: said.code,
        message: said.message,
        position: Number(said.position),
      });
    },
  );

  test('errors say where in a value', async () => {
    expect(await stage.resolve(`SELECT '{"a": "\\u00"}'::json`)).toMatchObject({
      sqlstate: '22P02',
      detail: '"\\u" must be followed by four hexadecimal digits.',
      context: expect.stringContaining('JSON data, line 1: {"a"'),
    });
  });

  test('errors bring their hints', async () => {
    expect(await stage.resolve('SELECT nam FROM customers')).toMatchObject({
      kind: 'error',
      hint: 'Perhaps you meant to reference the column "customers.name".',
    });
  });

  test.each([
    'BEGIN',
    'EXPLAIN SELECT 1',
    'CREATE TABLE t AS SELECT 1',
    'SELECT 1 INTO t',
    '(SELECT 1 INTO t) UNION SELECT 2',
    'COPY (SELECT 1) TO STDOUT',
    'DECLARE c CURSOR FOR SELECT 1',
    'PREPARE p AS SELECT 1',
    'EXECUTE p',
    'CALL p()',
    'DO $$ BEGIN END $$',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC SELECT 1; END',
  ])('%s is no query', async (text) => {
    expect(await stage.resolve(text)).toMatchObject({ kind: 'unresolvable', reason: 'not_a_query' });
  });

  test('text that cannot be read', async () => {
    expect(await stage.resolve('SELECT 1\0')).toMatchObject({ reason: 'unreadable' });
    expect(await stage.resolve(`SELECT '\ud800'`)).toMatchObject({ reason: 'unreadable' });
    expect(await stage.resolve(`SELECT '${'x'.repeat(1_048_576)}'`)).toMatchObject({ reason: 'unreadable' });
    expect(await stage.resolve(`SELECT ${'('.repeat(50_000)}1${')'.repeat(50_000)}`)).toMatchObject({
      reason: 'unreadable',
    });
    expect((await stage.resolve('SELECT 1')).kind).toBe('tree');
  });

  test('a relation in a schema that the role may not use tells nothing', async () => {
    const got = await stage.resolve('SELECT * FROM closed.things');
    expect(got).toMatchObject({ kind: 'unresolvable', reason: 'permission' });
  });

  test('a relation that somebody locked makes it late, not stuck', async () => {
    const connect = async (): Promise<pg.Client> => {
      const client = resolverClient(stage.server);
      await client.connect();
      return client;
    };
    const limits = { ...patience, probeMilliseconds: 500 };
    const hasty = await createResolver({ connect, log: silentLog }, limits);
    await stage.admin.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    try {
      // It comes back while the lock is held.
      const request = { text: 'SELECT note FROM orders', parameterTypes: [], context, catalogVersion: '1' };
      expect(await hasty.resolve(request)).toMatchObject({ reason: 'timed_out' });
    } finally {
      await stage.admin.query('ROLLBACK');
      hasty.close();
    }
    expect((await stage.resolve('SELECT note FROM orders')).kind).toBe('tree');
  });

  test('nothing is left on the server', async () => {
    const count = async (sql: string): Promise<number> =>
      Number((await stage.admin.query(sql)).rows[0].count);
    expect(
      await count(`SELECT count(*) FROM pg_proc WHERE pronamespace::regnamespace::text LIKE 'pg_temp%'`),
    ).toBe(0);
    const role = `usename = 'resolver'`;
    expect(await count(`SELECT count(*) FROM pg_stat_activity WHERE ${role}`)).toBeGreaterThan(0);
    for (const sql of [
      `SELECT count(*) FROM pg_stat_activity WHERE ${role} AND state <> 'idle'`,
      `SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE ${role}`,
      `SELECT count(*) FROM pg_type WHERE typnamespace::regnamespace::text LIKE 'pg_temp%' AND typtype = 'c'`,
    ])
      await waitUntil(`nothing of: ${sql}`, async () => (await count(sql)) === 0);
  });
});
