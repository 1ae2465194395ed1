// The role that clients' statements run as: what the SQL that makes it gives and keeps from it, and what the check says.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogQuery, checkLoginRole, loginRoleSql } from '../../../gateway/catalog/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';

test('names are quoted in the SQL that creates it', () => {
  const sql = loginRoleSql({ role: 'a"b', database: 'x; DROP', schemas: ['s"'], writes: true });
  expect(sql).toContain('CREATE ROLE "a""b" LOGIN NOSUPERUSER');
  expect(sql).toContain('GRANT CONNECT ON DATABASE "x; DROP" TO "a""b";');
  expect(sql).toContain('GRANT USAGE ON SCHEMA "s""" TO "a""b";');
});

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let server: Postgres;
  let admin: pg.Client;
  let client: pg.Client;
  let reader: pg.Client;

  const connect = async (user?: string) => {
    const { host, port, superuser } = server;
    const login = user === undefined ? superuser : { user, password: superuser.password };
    const opened = new pg.Client({ host, port, database: 'postgres', ...login });
    await opened.connect();
    return opened;
  };

  beforeAll(async () => {
    server = await startPostgres({ version });
    admin = await connect();
    await admin.query(`CREATE TABLE orders (id serial PRIMARY KEY, note text); INSERT INTO orders (note) VALUES ('a');
      CREATE SCHEMA payroll; CREATE TABLE payroll.salaries (salary int); CREATE ROLE owner_of_things`);
    const role = { database: 'postgres', schemas: ['public'] };
    await admin.query(loginRoleSql({ ...role, role: 'gateway', writes: true }));
    await admin.query(loginRoleSql({ ...role, role: 'gateway_ro', writes: false }));
    for (const name of ['gateway', 'gateway_ro'])
      await admin.query(`ALTER ROLE ${name} PASSWORD '${server.superuser.password}'`);
    client = await connect('gateway');
    reader = await connect('gateway_ro');
  });
  afterAll(async () => {
    await Promise.all([client?.end(), reader?.end(), admin?.end()]);
    await server?.stop();
  });

  const codeOf = (asker: pg.Client, text: string) =>
    asker.query(text).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );

  test.each([
    { text: 'SELECT note FROM orders', code: 'done' },
    { text: "INSERT INTO orders (note) VALUES ('b')", code: 'done' },
    { text: "UPDATE orders SET note = 'c' WHERE id = 1", code: 'done' },
    { text: 'DELETE FROM orders WHERE id = 2', code: 'done' },
    { text: 'SELECT * FROM payroll.salaries', code: '42501' },
    { text: 'TRUNCATE orders', code: '42501' },
    { text: 'ALTER TABLE orders ADD x int', code: '42501' },
    { text: 'CREATE TABLE mine (id int)', code: '42501' },
    { text: 'CREATE TEMPORARY TABLE mine (id int)', code: '42501' },
    { text: 'CREATE SCHEMA mine', code: '42501' },
    { text: 'CREATE ROLE mine', code: '42501' },
    { text: "SELECT pg_read_file('postgresql.conf')", code: '42501' },
    { text: "COPY orders TO PROGRAM 'cat'", code: '42501' },
    { text: "COPY orders TO '/tmp/orders'", code: '42501' },
    { text: 'SELECT * FROM pg_authid', code: '42501' },
    { text: 'SET ROLE owner_of_things', code: '42501' },
    { text: 'ALTER SYSTEM SET log_statement = none', code: '42501' },
  ])('$text: $code', async ({ text, code }) => {
    expect(await codeOf(client, text)).toBe(code);
  });

  test('one that only reads, and the time-outs', async () => {
    expect(await codeOf(reader, 'SELECT note FROM orders')).toBe('done');
    expect(await codeOf(reader, "INSERT INTO orders VALUES (9, 'b')")).toBe('42501');
    expect(await codeOf(reader, "SELECT nextval('orders_id_seq')")).toBe('42501');
    expect((await reader.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '5min' }]);
  });

  const check = () => checkLoginRole(catalogQuery(client));

  test('as it is created nothing is said of it', async () => {
    expect(await check()).toEqual([]);
  });

  test.each([
    {
      change: 'ALTER ROLE gateway CREATEROLE CREATEDB BYPASSRLS REPLICATION',
      back: 'ALTER ROLE gateway NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION',
      what: [
        'may bypass row security',
        'may create databases',
        'may create roles',
        'may replicate the whole server',
      ],
    },
    {
      change: 'ALTER ROLE gateway SUPERUSER',
      back: 'ALTER ROLE gateway NOSUPERUSER',
      what: ['is a superuser: nothing in the database holds it back'],
    },
    {
      change: 'GRANT pg_read_server_files, pg_execute_server_program TO gateway',
      back: 'REVOKE pg_read_server_files, pg_execute_server_program FROM gateway',
      what: ['is a member of roles of the server: pg_execute_server_program, pg_read_server_files'],
    },
    {
      change: 'GRANT owner_of_things TO gateway',
      back: 'REVOKE owner_of_things FROM gateway',
      what: ['may become other roles: owner_of_things'],
    },
    {
      change: 'ALTER TABLE orders OWNER TO gateway',
      back: 'REASSIGN OWNED BY gateway TO CURRENT_USER; GRANT ALL ON orders TO gateway',
      what: [
        'owns relations, which row security does not hold back and whose definition it may change: public.orders',
      ],
    },
    {
      change: 'GRANT CREATE ON DATABASE postgres TO gateway; GRANT CREATE ON SCHEMA payroll TO PUBLIC',
      back: 'REVOKE CREATE ON DATABASE postgres FROM gateway; REVOKE CREATE ON SCHEMA payroll FROM PUBLIC',
      what: ['may create in schemas: payroll', 'may create in the database'],
    },
  ])('$change', async ({ change, back, what }) => {
    await admin.query(change);
    try {
      expect((await check()).map((finding) => finding.what)).toEqual(what);
    } finally {
      await admin.query(back);
    }
    expect(await check()).toEqual([]);
  });
});
