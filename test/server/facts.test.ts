// A resource whose statements are read: what a client sees is what it sees without the gateway, errors included.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { resolverRoleSql } from '../../gateway/catalog/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type BackendMessage, frontend as f, message, RawClient } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';

const password = 'password-of-the-tests';
const schema = `
  CREATE ROLE app LOGIN PASSWORD '${password}';
  GRANT CREATE ON SCHEMA public TO app;
  GRANT TEMPORARY ON DATABASE postgres TO app;
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  INSERT INTO customers SELECT n, 'name ' || n, 'ssn ' || n FROM generate_series(1, 5) n;
  GRANT ALL ON customers TO app;
  CREATE SCHEMA other;
  GRANT USAGE ON SCHEMA other TO app;
  CREATE TABLE other.customers (id text);
  GRANT ALL ON other.customers TO app;
  CREATE FUNCTION sets_path() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SET search_path = other; END $$;
  CREATE FUNCTION makes_table() RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN CREATE TEMP TABLE made ON COMMIT PRESERVE ROWS AS SELECT 7 AS seven; END $$;
`;

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let postgres: Postgres;
  let issuer: TestIssuer;
  let gateway: GatewayProcess;
  let folder: string;
  const clients: RawClient[] = [];

  beforeAll(async () => {
    [postgres, issuer, folder] = await Promise.all([
      startPostgres({ version, settings: { log_statement: 'all' } }),
      startIssuer(),
      mkdtemp(join(tmpdir(), 'portcullis-facts-')),
    ]);
    await writeFile(join(folder, 'password'), password);
    const admin = await RawClient.open({
      host: postgres.host,
      port: postgres.port,
      ...postgres.superuser,
      database: 'postgres',
    });
    await admin.rows(schema);
    const role = { role: 'resolver', database: 'postgres', schemas: ['public', 'other'] };
    await admin.rows(`${resolverRoleSql(role)} ALTER ROLE resolver PASSWORD '${password}'`);
    admin.destroy();
    const credential = (user: string) => ({ kind: 'static', user, password_file: join(folder, 'password') });
    gateway = await startGatewayProcess({
      limits: { connections_per_principal: 100 },
      identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
      policy: { open: true },
      resources: [
        {
          name: 'shop',
          upstream: { host: postgres.host, port: postgres.port, database: 'postgres', sslmode: 'disable' },
          credentials: { default: credential('app'), resolver: credential('resolver') },
        },
      ],
    });
    await waitUntil('the catalog is loaded', async () => gateway.logText().includes('catalog version'));
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([postgres?.stop(), issuer?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function direct(): Promise<RawClient> {
    const { host, port } = postgres;
    const client = await RawClient.open({ host, port, user: 'app', password, database: 'postgres' });
    clients.push(client);
    return client;
  }

  async function through(): Promise<RawClient> {
    const { host, port } = gateway;
    const login = { user: 'token', database: 'shop', password: await issuer.token() };
    const client = await RawClient.open({ host, port, ...login });
    clients.push(client);
    return client;
  }

  test.each([
    { name: 'a query', texts: ['SELECT name FROM customers WHERE id = 1'] },
    { name: 'a syntax error', texts: ['SELECT name FORM customers', 'SELECT 1'] },
    { name: 'a syntax error behind others', texts: ['SELECT 1; SELECT 2; SELEC 3', 'SELECT 1'] },
    { name: 'no such column', texts: ['SELECT nam FROM customers', 'SELECT 1'] },
    { name: 'no such table', texts: ['SELECT * FROM nothing'] },
    { name: 'no such function', texts: ["SELECT lower(1, 'x')"] },
    { name: 'an ambiguous column', texts: ['SELECT id FROM customers a, customers b'] },
    {
      name: 'a constant that its type does not take',
      texts: ["SELECT 'a'::int", "INSERT INTO customers VALUES ('x')"],
    },
    { name: 'an error when it runs', texts: ['SELECT 1 / 0', 'INSERT INTO customers VALUES (1)'] },
    {
      name: 'an inner error',
      texts: ['EXPLAIN SELECT nam FROM customers', 'COPY (SELECT nam FROM customers) TO STDOUT'],
    },
    {
      name: 'a transaction that fails',
      texts: ['BEGIN', 'SELECT nam FROM customers', 'SELECT 1', 'ROLLBACK', 'SELECT 1'],
    },
    {
      name: 'a rolled-back savepoint',
      texts: [
        'BEGIN',
        'SAVEPOINT s',
        'SELECT 1 / 0',
        'ROLLBACK TO s',
        'SELECT id FROM customers WHERE id = 2',
        'COMMIT',
      ],
    },
    {
      name: 'the end of a failed transaction and more',
      texts: ['BEGIN', 'SELECT 1 / 0', 'ROLLBACK; SELECT id FROM customers WHERE id = 3'],
    },
    {
      name: 'isolation after a change of the path',
      texts: [
        'BEGIN',
        'SET search_path = other',
        'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
        'SELECT * FROM customers',
        'ROLLBACK',
        'SELECT count(*) FROM customers',
      ],
    },
    {
      name: 'temporary tables',
      texts: [
        'CREATE TEMP TABLE t AS SELECT 1 AS a',
        'SELECT a FROM t',
        'INSERT INTO t VALUES (2) RETURNING a',
        'SELECT b FROM t',
        'DROP TABLE t',
        'SELECT a FROM t',
      ],
    },
    {
      name: 'a temporary table that shadows another',
      texts: [
        'CREATE TEMP TABLE customers AS SELECT 1 AS other',
        'SELECT other FROM customers',
        'SELECT ssn FROM customers',
        'DISCARD ALL',
        'SELECT ssn FROM customers WHERE id = 1',
      ],
    },
    {
      name: 'changes that are not committed',
      texts: [
        'BEGIN',
        'CREATE TABLE fresh (a int)',
        'SELECT a FROM fresh',
        'ROLLBACK',
        'SELECT a FROM fresh',
      ],
    },
    {
      name: 'changes that are',
      texts: [
        'CREATE TABLE fresh (a int)',
        'SELECT a FROM fresh',
        'ALTER TABLE fresh ADD b int',
        'SELECT b FROM fresh',
        'DROP TABLE fresh',
        'SELECT b FROM fresh',
      ],
    },
    {
      name: 'a search path',
      texts: [
        'SET search_path = other',
        'SELECT ssn FROM customers',
        'SELECT id FROM customers',
        'RESET search_path',
        'SELECT ssn FROM customers WHERE id = 1',
      ],
    },
    {
      name: 'a search path that a function sets',
      texts: ['SELECT sets_path()', 'SELECT ssn FROM customers', 'SELECT id FROM customers'],
    },
    {
      name: 'a search path by set_config',
      texts: [
        "SELECT set_config('search_path', 'other', false)",
        'SELECT ssn FROM customers',
        'SELECT id FROM customers',
      ],
    },
    {
      name: 'a table that a function makes',
      texts: ['SELECT seven FROM made', 'SELECT makes_table()', 'SELECT seven FROM made'],
    },
    {
      name: 'prepared statements',
      texts: [
        'PREPARE p AS SELECT name FROM customers WHERE id = $1',
        'EXECUTE p(2)',
        'EXECUTE p(nothing)',
        'DEALLOCATE p',
        'EXECUTE p(1)',
      ],
    },
    {
      name: 'prepared statements with types',
      texts: [
        'PREPARE p(int, text) AS SELECT name FROM customers WHERE id = $1 AND name = $2',
        "EXECUTE p(2, 'name 2')",
      ],
    },
    {
      name: 'cursors',
      texts: [
        'BEGIN',
        'DECLARE c CURSOR FOR SELECT id, ssn FROM customers ORDER BY id',
        'FETCH 2 FROM c',
        'MOVE 1 FROM c',
        'FETCH 9 FROM c',
        'CLOSE c',
        'FETCH c',
        'ROLLBACK',
      ],
    },
    {
      name: 'writes',
      texts: [
        "INSERT INTO customers VALUES (9, 'n') RETURNING *",
        "UPDATE customers SET name = 'm' WHERE id = 9 RETURNING name",
        'DELETE FROM customers WHERE id = 9',
      ],
    },
    {
      name: 'utilities',
      texts: [
        'SHOW search_path',
        'EXPLAIN (COSTS OFF) SELECT name FROM customers',
        'LOCK TABLE customers',
        'DO $$ BEGIN PERFORM 1; END $$',
        'COPY customers TO STDOUT',
      ],
    },
    {
      name: 'functions and rules',
      texts: [
        'CREATE FUNCTION pg_temp.f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a; END',
        'SELECT pg_temp.f(3)',
        'CREATE PROCEDURE pg_temp.p() LANGUAGE sql BEGIN ATOMIC END',
        'CALL pg_temp.p()',
        'CREATE TEMP VIEW v AS SELECT id FROM customers WHERE id < 3',
        'SELECT id FROM v ORDER BY id',
        'CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING',
        'INSERT INTO v VALUES (1)',
      ],
    },
    { name: 'nothing', texts: ['', ';', '-- only a comment'] },
    {
      name: 'a long statement',
      texts: [
        `INSERT INTO customers (id) VALUES ${Array.from({ length: 3000 }, (_, n) => `(${n + 100})`).join()}`,
        'DELETE FROM customers WHERE id >= 100',
      ],
    },
  ])('$name', async ({ texts }) => {
    const wanted = await play(await direct(), texts);
    expect(await play(await through(), texts)).toEqual(wanted);
  });

  test.each([
    { name: 'a query', text: 'SELECT name FROM customers WHERE id = $1', values: ['1'] },
    {
      name: 'a type that the server infers',
      text: 'SELECT $1 || name FROM customers WHERE id = 1',
      values: ['x'],
    },
    { name: 'an error', text: 'SELECT nam FROM customers WHERE id = $1', values: ['1'] },
    { name: 'a parameter whose type nobody can tell', text: 'SELECT $1 IS NULL', values: ['1'] },
  ])('by the extended protocol: $name', async ({ text, values }) => {
    const send = async (client: RawClient): Promise<unknown> => {
      client.send(
        Buffer.concat([f.parse(text), f.bind({ values }), f.describePortal(), f.execute(), f.sync()]),
      );
      return (await client.until('Z')).map(essence);
    };
    const wanted = await send(await direct());
    const client = await through();
    for (let time = 0; time < 2; time++) expect(await send(client)).toEqual(wanted);
  });

  test('the database is asked once for all texts of one shape', async () => {
    const client = await through();
    for (let id = 0; id < 50; id++) await client.rows(`SELECT name AS once FROM customers WHERE id = ${id}`);
    // The statement stands on a line of its own in the function that the resolver makes of it.
    expect(postgres.logText().match(/^\tSELECT name AS once/gm)).toHaveLength(1);
  });

  test('a text that is none leaves the session as it was', async () => {
    const client = await through();
    for (const bytes of [Buffer.from('SELECT 1\0, 2\0'), Buffer.from([0x53, 0xff, 0xfe, 0])]) {
      client.send(message('Q', bytes));
      const [error] = await client.until('Z');
      expect(error?.fields).toMatchObject({ V: 'ERROR', C: expect.stringMatching(/^08P01|22021$/) });
    }
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test('nesting that is too deep is said to be that, and the next statement works', async () => {
    const client = await through();
    const [error] = await client.query(`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`);
    expect(error?.fields).toMatchObject({ C: '54001', M: 'the statement is too deeply nested to be read' });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test('an error behind other statements comes before their rows, since none of them will have run', async () => {
    const client = await through();
    // What a database that is busy has not told in time is not refused before it runs.
    const error = await waitUntil('an answer in time', async () => {
      const [first] = await client.query("SELECT 'ä'; SELECT nam FROM customers");
      return first?.type === 'E' ? first : undefined;
    });
    expect(error.fields).toMatchObject({ C: '42703', M: 'column "nam" does not exist', P: '20' });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });
});

/** What a client sees of each text. */
async function play(client: RawClient, texts: readonly string[]): Promise<unknown> {
  const answers: unknown[] = [];
  for (const text of texts) {
    answers.push({ text: text.slice(0, 80), answer: (await client.query(text)).map(essence) });
  }
  return answers;
}

/** Without where in the server's source an error was raised, and the numbers of this run's objects. */
function essence(answer: BackendMessage): unknown {
  const { type } = answer;
  if (type === 'T') return { type, columns: answer.columns.map(({ tableOid, ...column }) => column) };
  if (type !== 'E' && type !== 'N') return { type, body: answer.body.toString('hex') };
  const { F, L, R, W, ...said } = answer.fields;
  return { type, ...said };
}
