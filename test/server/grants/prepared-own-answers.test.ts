// What the gateway answers itself where drivers prepare what they send: parameters, formats, pipelines, transactions.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BackendMessage, frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { PolicyStage } from '../policy-stage.ts';
import { shippedPolicy } from './shipped-policy.ts';

const access = {
  roles: {
    support: { who: { groups: ['support'] }, may: { select: { public: ['orders'], pg_catalog: 'all' } } },
  },
  eligible: {
    prices: {
      who: { groups: ['support'] },
      rights: { update: { public: ['orders'] } },
      max_hours: 4,
      approval: { approvers: ['group:dba'] },
    },
  },
};
const schema = 'CREATE TABLE orders (id int PRIMARY KEY)';
const sam = { sub: 'sam', groups: ['support'] };
const REQUEST = 'SELECT * FROM portcullis.request_access($1, $2, $3)';
const MINE = 'SELECT * FROM portcullis.my_access()';
const arguments_ = ['update public.orders', '1 hour', "it's for \\ ticket 7"];

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start(schema, await shippedPolicy(access, { columns: {}, functions: {} }));
});
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;
const rowsOf = (answer: readonly BackendMessage[]) =>
  answer.filter(({ type }) => type === 'D').map(({ texts }) => texts);
const bodyOf = (answer: readonly BackendMessage[], type: string) =>
  answer.find((each) => each.type === type)?.body ?? Buffer.alloc(0);

async function sends(client: RawClient, ...messages: readonly Buffer[]): Promise<readonly BackendMessage[]> {
  client.send(...messages, f.sync());
  return await client.until('Z');
}

test('a call is prepared once, described as the client wrote it, and executed many times', async () => {
  const client = await stage.open({ ...sam, sub: 'una' });
  const described = await sends(client, f.parse(REQUEST, 'ask'), f.describeStatement('ask'));
  expect(summary(described)).toBe('1 t T Z(I)');
  const parameters = bodyOf(described, 't');
  expect(parameters.readUInt16BE(0)).toBe(3);
  expect([2, 6, 10].map((at) => parameters.readUInt32BE(at))).toEqual([25, 25, 25]);
  expect(parameters).toHaveLength(14);
  for (const reason of ['the first', 'the second']) {
    const values = ['update public.orders', '1 hour', reason];
    const answer = await sends(client, f.bind({ statement: 'ask', values }), f.execute());
    expect(summary(answer)).toBe('2 D C(SELECT 1) Z(I)');
    expect(rowsOf(answer)[0]?.[6]).toBe(reason);
  }
  const mine = await sends(client, f.extended(MINE));
  expect(summary(mine)).toBe('1 2 T D D C(SELECT 2) Z(I)');
  expect(await sends(client, f.closeStatement('ask')).then(summary)).toBe('3 Z(I)');
});

test('its rows come in binary, and a few at a time', async () => {
  const client = await stage.open({ ...sam, sub: 'vic' });
  const values = arguments_.map((each) => Buffer.from(each));
  const formats = [1];
  const [first, second] = [
    await sends(client, f.parse(REQUEST), f.bind({ values, formats, resultFormats: [1] }), f.execute()),
    await sends(client, f.parse(REQUEST), f.bind({ values, formats, resultFormats: [1] }), f.execute()),
  ];
  expect([summary(first), summary(second)]).toEqual(['1 2 D C(SELECT 1) Z(I)', '1 2 D C(SELECT 1) Z(I)']);
  // The length of the first column, a uuid.
  expect(bodyOf(first, 'D').readInt32BE(2)).toBe(16);
  const suspended = await sends(client, f.parse(MINE), f.bind({}), f.execute('', 1), f.execute('', 5));
  expect(summary(suspended)).toBe('1 2 D s D C(SELECT 1) Z(I)');
});

test('a pipeline keeps its order, and what stands behind a failure is not asked for', async () => {
  const client = await stage.open({ ...sam, sub: 'wim' });
  const ask = [f.parse(REQUEST), f.bind({ values: arguments_ }), f.execute()];
  const whole = await sends(client, f.extended('SELECT 1'), ...ask, f.extended(MINE), f.extended('SELECT 2'));
  expect(summary(whole)).toBe(
    '1 2 T D C(SELECT 1) 1 2 D C(SELECT 1) 1 2 T D C(SELECT 1) 1 2 T D C(SELECT 1) Z(I)',
  );
  const failed = await sends(client, f.extended('SELECT 1/(SELECT 0)'), ...ask);
  expect([errorOf(failed)?.C, summary(failed).endsWith('Z(I)')]).toEqual(['22012', true]);
  expect(await client.rows(MINE)).toHaveLength(1);
});

test('it is in a transaction as any other statement, and fails in a failed one', async () => {
  const client = await stage.open({ ...sam, sub: 'xia' });
  await sends(client, f.parse(REQUEST, 'ask'));
  await client.query('BEGIN');
  const inside = await sends(client, f.bind({ statement: 'ask', values: arguments_ }), f.execute());
  expect(summary(inside)).toBe('2 D C(SELECT 1) Z(T)');
  await client.query('SELECT 1/0');
  const bound = await sends(client, f.bind({ statement: 'ask', values: arguments_ }), f.execute());
  const parsed = await sends(client, f.parse(MINE));
  expect([bound, parsed].map((each) => [errorOf(each)?.C, summary(each).slice(-4)])).toEqual([
    ['25P02', 'Z(E)'],
    ['25P02', 'Z(E)'],
  ]);
  await client.query('ROLLBACK');
  expect(await client.rows(MINE)).toHaveLength(1);
});

test('its name is the session’s own: it is there until it is deallocated', async () => {
  const client = await stage.open({ ...sam, sub: 'yma' });
  await sends(client, f.parse(MINE, 'mine'));
  // Another segment, whose Parse is in flight still.
  client.send(f.parse(MINE, 'more'), f.sync(), f.describeStatement('more'), f.sync());
  await client.until('Z');
  expect(bodyOf(await client.until('Z'), 't').readUInt16BE(0)).toBe(0);
  // Code that could have done anything: the server is asked what the name stands for.
  await client.query('DO $$ BEGIN END $$');
  expect(summary(await sends(client, f.describeStatement('mine')))).toBe('t T Z(I)');
  expect(summary(await sends(client, f.bind({ statement: 'mine' }), f.execute()))).toBe('2 C(SELECT 0) Z(I)');
  await client.query('DEALLOCATE ALL');
  expect(errorOf(await sends(client, f.bind({ statement: 'mine' })))?.C).toBe('26000');
});

test.for([
  { sql: "CALL portcullis.request_access($1, '1 hour', $2)", values: ['update public.orders', 'mixed'] },
  {
    sql: 'CALL portcullis.request_access(reason => $1, rights => $3::varchar, duration => $2::text)',
    values: ['named', '1 hour', 'update public.orders'],
  },
])('$sql', async ({ sql, values }) => {
  const client = await stage.open({ ...sam, sub: 'zoe' });
  const answer = await sends(client, f.parse(sql), f.bind({ values }), f.execute());
  expect(rowsOf(answer)[0]?.slice(1, 4)).toEqual(['requested', 'shop', 'update public.orders']);
});

test.for([
  { what: 'a NULL', sql: REQUEST, values: ['update public.orders', '1 hour', null], M: 'reason is no text' },
  { what: 'too few', sql: REQUEST, values: ['update public.orders'], M: 'prepared with 3 parameters' },
  { what: 'one more', sql: MINE, values: ['[]'], M: 'prepared with 0 parameters' },
  { what: 'a number', sql: REQUEST, types: [23], values: [], M: '$1 is no text' },
  { what: 'an expression', sql: REQUEST.replace('$1', "$1 || 'a'"), values: [], M: 'no text constant' },
  { what: 'no id', sql: 'SELECT * FROM portcullis.why($1)', values: ['a'], M: 'no refusal of yours' },
])('$what is refused in words, and the session goes on: $M', async ({ sql, types, values, M }) => {
  const client = await stage.open(sam);
  const answer = await sends(client, f.parse(sql, '', types), f.bind({ values }), f.execute());
  expect(errorOf(answer)).toMatchObject({ M: expect.stringContaining(M) });
  expect(await client.rows('SELECT 1')).toEqual([['1']]);
});

test('a refusal is asked for by a uuid in binary', async () => {
  const client = await stage.open(sam);
  const refused = errorOf(await client.query('DELETE FROM orders WHERE id = 1'));
  const id = /decision ([\da-f-]{36})/.exec(refused?.D ?? '')?.[1] ?? '';
  const values = [Buffer.from(id.replaceAll('-', ''), 'hex')];
  const parse = f.parse('SELECT * FROM portcullis.why($1::uuid)');
  const answer = await sends(client, parse, f.bind({ values, formats: [1] }), f.execute());
  expect(rowsOf(answer)[0]?.[0]).toBe('relations.delete');
});

const login = async () => {
  const { host, port } = stage.gateway;
  return { host, port, database: 'shop', user: 'token', password: await stage.token({ ...sam, sub: 'dan' }) };
};

test('node-postgres asks with parameters, and by a named statement', async () => {
  const client = new pg.Client(await login());
  await client.connect();
  const { rows } = await client.query(REQUEST, arguments_);
  expect(rows[0]).toMatchObject({ status: 'requested', reason: arguments_[2] });
  for (let times = 0; times < 2; times++) {
    const named = await client.query({ name: 'mine', text: MINE });
    expect(named.rows.map(({ id }) => id)).toEqual([rows[0].id]);
  }
  await client.end();
});

test('postgres.js asks with tagged parameters, also in a transaction', async () => {
  const { user, ...rest } = await login();
  const sql = postgres({ ...rest, username: user, max: 1, fetch_types: false });
  const [asked] = await sql.begin(
    (all) =>
      all`SELECT * FROM portcullis.request_access(${'update public.orders'}, ${'2 hours'}, ${'a price'})`,
  );
  expect(asked).toMatchObject({ status: 'requested', reason: 'a price' });
  const mine = await sql`SELECT * FROM portcullis.my_access()`;
  expect(mine.map(({ id }) => id)).toContain(asked?.id);
  await sql.end();
});

/** Where the lane of the clients puts Python's drivers. */
const python = join(import.meta.dirname, '../../../.cache/clients/python/bin/python3');

test('psycopg, asyncpg and SQLAlchemy ask as they send everything', async ({ skip }) => {
  if (!existsSync(python)) skip('npm run test:clients builds them');
  const { host, port, database, user, password } = await login();
  const address = { PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGSSLMODE: 'disable' };
  const env = { ...process.env, ...address, PGUSER: user, PGPASSWORD: password };
  const script = join(import.meta.dirname, 'own_answers.py');
  const { stdout } = await promisify(execFile)(python, [script], { env, timeout: 60_000 });
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told).toEqual([
    { driver: 'psycopg', status: 'requested', reason: 'psycopg', listed: Array(6).fill(true) },
    { driver: 'asyncpg', status: 'requested', reason: 'asyncpg', listed: Array(3).fill(true) },
    { driver: 'SQLAlchemy', status: 'requested', reason: 'SQLAlchemy', listed: [true] },
  ]);
});
