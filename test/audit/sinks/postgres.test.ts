// PostgreSQL as a sink: a real server, set up by the very SQL that the command prints, and a role that adds and does no more.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setUpSql } from '../../../gateway/audit/index.ts';
import { createCertificates } from '../../support/certificates.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';
import { openStage, type SinkConfig, secret, sinkConfig, temporaryFolder } from './stage.ts';

let server: Postgres;
let owner: pg.Client;
let folder: string;
let passwordFile: string;
const role = 'audit "writer"';
const closing: (() => Promise<unknown>)[] = [];
const passwordIs = (password: string) => owner.query(`ALTER ROLE "audit ""writer""" PASSWORD '${password}'`);

beforeAll(async () => {
  server = await startPostgres({ tls: true });
  owner = new pg.Client({ connectionString: server.connectionString('postgres') });
  await owner.connect();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await owner.end();
  await server.stop();
});
beforeEach(async () => {
  await owner.query('DROP SCHEMA IF EXISTS portcullis_audit CASCADE');
  await owner.query(setUpSql({ role, database: 'postgres' }));
  await passwordIs(secret);
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${secret}\n`);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const url = (parameters = '') =>
  `postgres://${encodeURIComponent(role)}@127.0.0.1:${server.port}/postgres${parameters}`;

async function stageWith(more: Partial<SinkConfig> = {}, options: Parameters<typeof openStage>[1] = {}) {
  const config = sinkConfig({
    kind: 'postgres',
    name: 'database',
    url: url(),
    password_file: passwordFile,
    ...more,
  });
  const stage = await openStage([config], options);
  closing.push(() => stage.close());
  return stage;
}

const idsThere = async (): Promise<string[]> =>
  (await owner.query(`SELECT chain || '/' || seq AS id FROM portcullis_audit.events ORDER BY seq`)).rows.map(
    ({ id }) => id,
  );

async function loggedIn(): Promise<pg.Client> {
  const { host, port } = server;
  const client = new pg.Client({
    host,
    port,
    user: role,
    password: secret,
    database: 'postgres',
    ssl: false,
  });
  await client.connect();
  closing.push(() => client.end());
  return client;
}

describe('the set-up', () => {
  test('can be run again, and keeps what is there', async () => {
    const { append, shipped } = await stageWith();
    const sent = append(10);
    await shipped();
    await owner.query(setUpSql({ role, database: 'postgres' }));
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
  });

  test.each([
    { what: 'read events', sql: 'SELECT FROM portcullis_audit.events' },
    { what: 'read subjects', sql: 'SELECT hash FROM portcullis_audit.subjects' },
    { what: 'change events', sql: "UPDATE portcullis_audit.events SET type = 'x'" },
    { what: 'delete events', sql: 'DELETE FROM portcullis_audit.events' },
    { what: 'empty the table', sql: 'TRUNCATE portcullis_audit.events' },
    { what: 'drop the table', sql: 'DROP TABLE portcullis_audit.events' },
    {
      what: 'overwrite by a conflict',
      sql: `INSERT INTO portcullis_audit.events (time, chain, seq, type, event) VALUES (now(), 'x', 1, 'x', '{}')
        ON CONFLICT (chain, seq, time) DO UPDATE SET type = 'y'`,
    },
    {
      what: 'read back what it adds',
      sql: `INSERT INTO portcullis_audit.events (time, chain, seq, type, event) VALUES (now(), 'x', 1, 'x', '{}')
        RETURNING event`,
    },
    { what: 'make tables', sql: 'CREATE TABLE portcullis_audit.mine (a int)' },
    { what: 'detach a day', sql: 'ALTER TABLE portcullis_audit.events DETACH PARTITION portcullis_audit.x' },
    { what: 'make days without end', sql: "SELECT portcullis_audit.prepare('2030-01-01', '2040-01-01')" },
  ])('the role cannot $what', async ({ sql }) => {
    const client = await loggedIn();
    await expect(client.query(sql)).rejects.toThrow(/permission denied|must be owner|more than 400 days/);
  });

  test('the role cannot reach a partition by its own name either', async () => {
    const client = await loggedIn();
    const { rows } = await owner.query(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'portcullis_audit.events'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(7);
    for (const { name } of rows)
      for (const sql of [`SELECT FROM ${name}`, `DELETE FROM ${name}`, `INSERT INTO ${name} DEFAULT VALUES`])
        await expect(client.query(sql)).rejects.toThrow(/permission denied/);
  });
});

describe('events', () => {
  test('are rows by which they are found, and subjects are there once', async () => {
    const { append, shipped, journal } = await stageWith();
    const sent = append(1_000);
    await shipped();
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
    const { rows } = await owner.query(
      `SELECT * FROM portcullis_audit.events WHERE chain = $1 AND seq = $2`,
      sent[6]?.split('/'),
    );
    expect(rows[0]).toMatchObject({
      type: 'statement.refused',
      session: 'session-1',
      principal: 'agent:bot-1',
      rule: 'pii.mask_ssn',
      decision: 'decision-6',
      event: { chain: journal.chain, decision_id: 'decision-6', parameters: ['$1 redacted'] },
    });
    expect(rows[0].event.subjects).toBeUndefined();
    const subjects = await owner.query(
      'SELECT * FROM portcullis_audit.subjects WHERE cardinality(columns) > 0',
    );
    expect(subjects.rows).toHaveLength(10);
    expect(subjects.rows[0]).toMatchObject({ labels: ['pii.ssn'] });
    expect(subjects.rows.map(({ columns }) => columns[0])).toContain('public.customers_3.ssn');
    const joined = await owner.query(
      `SELECT count(*)::int AS count FROM portcullis_audit.events AS e
       JOIN portcullis_audit.subjects AS s ON s.hash = e.shape AND s.day = e.time::date
       WHERE 'public.customers_3.ssn' = ANY (s.columns)`,
    );
    expect(joined.rows[0].count).toBe(100);
  });

  test('come twice without being there twice', async () => {
    const first = await stageWith({}, { folder: await temporaryFolder() });
    first.append(50);
    await first.shipped();
    const before = await idsThere();
    const { PostgresSink } = await import('../../../gateway/audit/sinks/postgres/postgres.ts');
    const { readEvents, systemClockOfTests } = await eventsOf(first.folder);
    const sink = new PostgresSink({
      name: 'again',
      place: { url: url(), passwordFile },
      ...systemClockOfTests,
    });
    closing.push(() => sink.close());
    await sink.deliver({ chain: first.journal.chain, events: readEvents }, AbortSignal.timeout(5_000));
    expect(await idsThere()).toEqual(before);
    // Under the id of one that is there, another: whoever sends it learns that it isn't stored.
    const changed = readEvents.map((event) => ({
      ...event,
      json: event.json.replace(/"hash":"[^"]+"/, `"hash":"${'B'.repeat(43)}"`),
    }));
    await expect(
      sink.deliver({ chain: first.journal.chain, events: changed }, AbortSignal.timeout(5_000)),
    ).rejects.toMatchObject({ because: 'lied', message: expect.stringContaining('are not there') });
  });

  test('of a day without a partition get one', async () => {
    await owner.query('DROP SCHEMA portcullis_audit CASCADE');
    await owner.query(
      setUpSql({ role, database: 'postgres' }).replace(/SELECT portcullis_audit.prepare.*/, ''),
    );
    const { append, shipped } = await stageWith();
    const sent = append(10);
    await shipped();
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
    const { rows } = await owner.query(
      `SELECT count(*)::int AS days FROM pg_inherits WHERE inhparent = 'portcullis_audit.events'::regclass`,
    );
    expect(rows[0].days).toBe(8);
  });
});

describe('a database', () => {
  test('in which a trigger takes events away is found out, and gets them again', async () => {
    await owner.query(`CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER nothing BEFORE INSERT ON portcullis_audit.events FOR EACH ROW EXECUTE FUNCTION public.nothing()`);
    const { append, report, shipped } = await stageWith();
    const sent = append(20);
    await waitUntil('it to be away', () => report('database').state === 'away');
    expect(report('database')).toMatchObject({
      because: 'lied',
      problem: expect.stringMatching(/^of \d+ events, \d+ are not there/),
    });
    await owner.query('DROP TRIGGER nothing ON portcullis_audit.events; DROP FUNCTION public.nothing');
    await shipped();
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
  });

  test('that was never set up says what is missing', async () => {
    await owner.query('DROP SCHEMA portcullis_audit CASCADE');
    const { append, report, shipped } = await stageWith();
    append(5);
    await waitUntil('it to be away', () => report('database').state === 'away');
    expect(report('database').problem).toContain('portcullis audit sink-sql');
    await owner.query(setUpSql({ role, database: 'postgres' }));
    await shipped();
  });

  test('whose password was changed gets events again once its file has the new one', async () => {
    const words: string[] = [];
    const { pino } = await import('pino');
    const log = pino({ level: 'debug' }, { write: (line: string) => void words.push(line) });
    const { append, shipped, report } = await stageWith({}, { log });
    append(5);
    await shipped();
    await passwordIs(`${secret}-new`);
    await owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
    const sent = append(5);
    await waitUntil('it to be away', () => report('database').state === 'away');
    expect(report('database').problem).toMatch(/password authentication failed/);
    await writeFile(passwordFile, `${secret}-new\n`);
    await shipped();
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
    expect(`${words.join('')}${JSON.stringify(report('database'))}`).not.toContain(secret);
  });

  test('must have a certificate of the authority that is named', async () => {
    const strange = await createCertificates(await temporaryFolder());
    const good = await stageWith({
      url: url('?sslmode=verify-full'),
      ca: server.certificates?.ca ?? '',
    });
    const sent = good.append(5);
    await good.shipped();
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
    const bad = await stageWith({ url: url('?sslmode=verify-full'), ca: strange.ca });
    bad.append(5);
    await waitUntil('it to be away', () => bad.report('database').state === 'away');
    expect(bad.report('database').problem).toMatch(/certificate/);
  });

  test('in which a lock holds everything up is away until it is gone', async () => {
    const { append, shipped, report } = await stageWith({ timeout_seconds: 0.4 });
    append(5);
    await shipped();
    await owner.query('BEGIN; LOCK TABLE portcullis_audit.events IN ACCESS EXCLUSIVE MODE');
    const sent = append(5);
    await waitUntil('it to be away', () => report('database').state === 'away');
    expect(report('database').problem).toBe('it took too long');
    await owner.query('COMMIT');
    await shipped();
    expect(await idsThere()).toEqual(expect.arrayContaining(sent));
  });

  test('that acknowledges before it has written is made to write first; a role that may more is told of', async () => {
    await owner.query(`ALTER ROLE "audit ""writer""" SET synchronous_commit = off`);
    await owner.query(`GRANT SELECT ON portcullis_audit.events TO "audit ""writer"""`);
    const words: string[] = [];
    const { pino } = await import('pino');
    const log = pino({ level: 'debug' }, { write: (line: string) => void words.push(line) });
    const { append, shipped } = await stageWith({}, { log });
    append(5);
    await shipped();
    expect(words.join('')).toContain('the role of this sink may do more than add events');
    await owner.query(`ALTER ROLE "audit ""writer""" RESET synchronous_commit`);
  });
});

async function eventsOf(folderOfChain: string) {
  const { readEvents } = await import('../../../gateway/audit/index.ts');
  const { shippedEvent } = await import('../../../gateway/audit/sinks/shipped-event.ts');
  const { silentLog, systemClock } = await import('../../../gateway/lib/index.ts');
  const events = [];
  for await (const event of readEvents(folderOfChain)) events.push(shippedEvent(event));
  return { readEvents: events, systemClockOfTests: { log: silentLog, clock: systemClock } };
}
