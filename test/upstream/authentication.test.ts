// Every authentication method of pg_hba.conf, against PostgreSQL 15 and 18.
import { appendFile, rename, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { ServerRefused } from '../../gateway/upstream/index.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait.ts';
import { type Bench, createBench, encryption, query } from './fixture.ts';

const password = 'correct horse battery staple';
const unicodePassword = 'pässwörd\u00adⅨ';

const hba = `
host    all trusted   127.0.0.1/32 trust
host    all cleartext 127.0.0.1/32 password
host    all hashed    127.0.0.1/32 md5
hostssl all certified 127.0.0.1/32 cert
host    all shut      127.0.0.1/32 reject
hostnossl all plain   127.0.0.1/32 scram-sha-256
hostssl all plain     127.0.0.1/32 reject
`;

describe.each([15, 18] as const)('PostgreSQL %d', (version) => {
  let server: Postgres;
  let bench: Bench;
  let admin: pg.Client;

  beforeAll(async () => {
    server = await startPostgres({ version, tls: true, hba, settings: { max_connections: '400' } });
    bench = await createBench();
    admin = new pg.Client(server.connectionString());
    await admin.connect();
    for (const role of ['trusted', 'cleartext', 'certified', 'shut', 'plain', 'salted']) {
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    }
    await admin.query(`CREATE ROLE prepared LOGIN PASSWORD '${unicodePassword}'`);
    await admin.query(`CREATE ROLE locked LOGIN PASSWORD '${password}' VALID UNTIL '2001-01-01'`);
    await admin.query(`SET password_encryption = md5; CREATE ROLE hashed LOGIN PASSWORD '${password}'`);
    await admin.end();
  });
  afterEach(() => bench.finish());
  afterAll(async () => {
    await bench.stop();
    await server.stop();
  });

  const secured = () =>
    ({ port: server.port, sslmode: 'verify-full', ca: server.certificates?.ca ?? '' }) as const;

  test.each([
    { name: 'trust', user: 'trusted', secret: undefined },
    { name: 'trust with a password that nobody asks for', user: 'trusted', secret: password },
    { name: 'a cleartext password from loopback', user: 'cleartext', secret: password },
    { name: 'md5', user: 'hashed', secret: password },
    { name: 'SCRAM', user: 'salted', secret: password },
    { name: 'SCRAM with a password that SASLprep changes', user: 'prepared', secret: unicodePassword },
    { name: 'a password file that ends in a line end', user: 'salted', secret: `${password}\n` },
    { name: 'a password file that ends as on Windows', user: 'salted', secret: `${password}\r\n` },
  ])('$name', async ({ user, secret }) => {
    const { connect } = await bench.subject({ port: server.port, user, password: secret });
    expect(await query(await connect(), 'SELECT current_user')).toContain(user);
  });

  test.each([
    { user: 'trusted' },
    { user: 'cleartext' },
    { user: 'hashed' },
    { user: 'salted' },
    { user: 'prepared', secret: unicodePassword },
  ])('$user over TLS', async ({ user, secret = password }) => {
    const { connect } = await bench.subject({ ...secured(), user, password: secret });
    expect(await query(await connect(), encryption)).toContain('by TLS');
  });

  test('a client certificate', async () => {
    const issued = await server.certificates?.issue('certified', { commonName: 'certified' });
    const { connect } = await bench.subject({ ...secured(), ...issued, user: 'certified' });
    expect(await query(await connect(), 'SELECT current_user')).toContain('certified');
  });

  test("no client certificate where one is demanded: refused, and the log has the server's words", async () => {
    const { failure, logged } = await bench.subject({ ...secured(), user: 'certified' });
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()).toMatchObject([
      { stage: 'login', sqlstate: '28000', server_message: expect.any(String) },
    ]);
  });

  test.each([
    { name: 'a wrong password', user: 'salted', secret: 'wrong horse' },
    { name: 'a wrong md5 password', user: 'hashed', secret: 'wrong horse' },
    { name: 'a wrong cleartext password', user: 'cleartext', secret: 'wrong horse' },
    { name: 'an unknown role', user: 'nobody_here', secret: password },
    { name: 'a role that pg_hba.conf rejects', user: 'shut', secret: password },
    { name: 'a role whose password has expired', user: 'locked', secret: password },
  ])('$name: the client learns only that the database refused', async ({ user, secret }) => {
    const { failure, logged } = await bench.subject({ port: server.port, user, password: secret });
    const error = await failure();
    expect(error).toBeInstanceOf(Fault);
    expect(error.message).toBe('the database of resource "orders" refused the gateway');
    expect(logged()).toMatchObject([
      {
        resource: 'orders',
        host: '127.0.0.1',
        port: server.port,
        stage: 'login',
        sqlstate: expect.stringMatching(/^28/),
      },
    ]);
  });

  test('a password that is asked for and not configured', async () => {
    const { failure, logged } = await bench.subject({ port: server.port, user: 'salted' });
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()[0]?.reason).toContain('password_file');
  });

  test.each(['', '\n', 'a\0b'])('an unusable password file (%j)', async (content) => {
    const { failure, logged, passwordFile } = await bench.subject({ port: server.port, password });
    await writeFile(passwordFile, content);
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()).toMatchObject([{ stage: 'credential' }]);
  });

  test('a missing password file', async () => {
    const { failure, logged, passwordFile } = await bench.subject({ port: server.port, password });
    await rename(passwordFile, `${passwordFile}.away`);
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()[0]?.reason).toContain('ENOENT');
  });

  test("a rotated password: the next connection reads it, whatever the file's time stamp says", async () => {
    const client = new pg.Client(server.connectionString());
    await client.connect();
    await client.query(`CREATE ROLE rotating LOGIN PASSWORD 'first-secret-1'`);
    const { connect, passwordFile, logged } = await bench.subject({
      port: server.port,
      user: 'rotating',
      password: 'first-secret-1',
    });
    await connect();
    await client.query(`ALTER ROLE rotating PASSWORD 'second-secret2'`);
    await writeFile(passwordFile, 'second-secret2');
    // All of them have the old one in memory, and only one of them is the first to read the new one.
    await Promise.all(Array.from({ length: 10 }, () => connect()));
    await connect();
    expect(logged()).toEqual([]);
    await client.end();
  });

  test('a refused password whose file has not changed is tried once', async () => {
    const { failure } = await bench.subject({ port: server.port, user: 'salted', password: 'wrong horse 2' });
    const before = server.logText().length;
    await failure();
    const tries = () =>
      server
        .logText()
        .slice(before)
        .match(/password authentication failed/g)?.length ?? 0;
    await waitUntil('the server to log it', () => tries() > 0);
    expect(tries()).toBe(1);
  });

  describe('channel binding', () => {
    test.each(['prefer', 'require'] as const)('%s binds SCRAM to TLS', async (channel_binding) => {
      const { connect } = await bench.subject({ ...secured(), user: 'salted', password, channel_binding });
      await connect();
    });
    test('disable logs in without', async () => {
      const { connect } = await bench.subject({
        ...secured(),
        user: 'salted',
        password,
        channel_binding: 'disable',
      });
      await connect();
    });
    test.each([
      { name: 'a connection without TLS', user: 'salted', tls: false },
      { name: 'trust', user: 'trusted', tls: true },
      { name: 'a cleartext password', user: 'cleartext', tls: true },
      { name: 'md5', user: 'hashed', tls: true },
    ])('require refuses $name', async ({ user, tls }) => {
      const { failure, logged } = await bench.subject({
        ...secured(),
        ...(tls ? {} : { sslmode: 'disable' }),
        user,
        password,
        channel_binding: 'require',
      });
      expect(await failure()).toMatchObject({ code: 'upstream_refused' });
      expect(logged()[0]?.reason).toContain('channel_binding');
    });
  });

  test('prefer goes on without TLS where pg_hba.conf has no line for TLS', async () => {
    const { connect } = await bench.subject({
      port: server.port,
      user: 'plain',
      password,
      sslmode: 'prefer',
    });
    expect(await query(await connect(), encryption)).toContain('in the clear');
  });

  test('startup parameters arrive, and the greeting shows them', async () => {
    const { connect } = await bench.subject({ port: server.port, password: server.superuser.password });
    const connection = await connect({
      application_name: 'agent:bot',
      DateStyle: 'German',
      client_encoding: 'UTF8',
    });
    const greeting = Buffer.concat([...connection.greeting]).toString();
    expect(greeting).toContain('application_name\0agent:bot\0');
    expect(greeting).toContain('DateStyle\0German');
    expect(greeting).toContain('client_encoding\0UTF8\0');
  });

  test.each([
    { name: 'an invalid value', parameters: { DateStyle: 'nonsense' }, sqlstate: '22023' },
    { name: 'an unknown parameter', parameters: { no_such_setting: 'x' }, sqlstate: '42704' },
  ])("$name of a startup parameter is the client's business", async ({ parameters, sqlstate }) => {
    const { failure } = await bench.subject({ port: server.port, password: server.superuser.password });
    const error = await failure(parameters as Record<string, string>);
    expect(error).toBeInstanceOf(ServerRefused);
    const { response, fields } = error as ServerRefused;
    expect(fields.get('C')).toBe(sqlstate);
    expect(response[0]).toBe(0x45);
    expect(response.readUInt32BE(1)).toBe(response.length - 1);
  });

  test('a startup parameter that would end the startup message early never leaves', async () => {
    const { failure } = await bench.subject({ port: server.port, user: 'trusted' });
    for (const parameters of [{ application_name: 'x\0user\0postgres' }, { 'a\0b': 'c' }, { '': 'x' }]) {
      expect(await failure(parameters as Record<string, string>)).toMatchObject({
        code: 'startup_parameter_refused',
      });
    }
  });

  test('startup parameters cannot name another user or database', async () => {
    const { connect } = await bench.subject({ port: server.port, user: 'trusted' });
    const connection = await connect({ user: 'postgres', database: 'template1' });
    const answer = await query(connection, "SELECT current_user || '@' || current_database()");
    expect(answer).toContain('trusted@postgres');
  });

  test("a database that does not exist is the operator's business", async () => {
    const { failure, logged } = await bench.subject({
      port: server.port,
      user: 'trusted',
      database: 'nowhere_db',
    });
    const error = await failure();
    expect(error).toMatchObject({ code: 'upstream_refused' });
    expect(error.message).not.toContain('nowhere_db');
    expect(logged()).toMatchObject([
      { sqlstate: '3D000', server_message: expect.stringContaining('nowhere_db') },
    ]);
  });

  test('a full server says so itself', async () => {
    const client = new pg.Client(server.connectionString());
    await client.connect();
    await client.query(`CREATE ROLE single LOGIN PASSWORD '${password}' CONNECTION LIMIT 1`);
    const { connect, failure } = await bench.subject({ port: server.port, user: 'single', password });
    await connect();
    const error = await failure();
    expect(error).toBeInstanceOf(ServerRefused);
    expect((error as ServerRefused).sqlstate).toBe('53300');
    await client.end();
  });

  test('credentials by name, and a name that does not exist', async () => {
    const { upstream, logged } = await bench.subject({ port: server.port, user: 'trusted' });
    await expect(upstream.connect({ startupParameters: {}, credential: 'other' })).rejects.toMatchObject({
      code: 'upstream_refused',
    });
    expect(logged()).toMatchObject([{ stage: 'credential' }]);
  });

  test('hundreds of connections, good and refused, leave no backend behind', async () => {
    const good = await bench.subject({ ...secured(), user: 'salted', password });
    const bad = await bench.subject({ ...secured(), user: 'salted', password: 'wrong horse 3' });
    for (let round = 0; round < 4; round++) {
      const opened = Array.from({ length: 25 }, async () => (await good.connect()).socket.destroy());
      const refused = Array.from({ length: 25 }, () => bad.failure());
      await Promise.all([...opened, ...refused]);
    }
    const client = new pg.Client(server.connectionString());
    await client.connect();
    await waitUntil('the backends to be gone', async () => {
      const { rows } = await client.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'salted'`,
      );
      return rows[0].n === 0;
    });
    await client.end();
  });

  test('the password file may grow a line end under a running gateway', async () => {
    const { connect, passwordFile } = await bench.subject({ port: server.port, user: 'salted', password });
    await connect();
    await appendFile(passwordFile, '\n');
    await connect();
  });
});
