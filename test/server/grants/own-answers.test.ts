// What the gateway answers itself in SQL: access that is asked for and listed, and why something was refused.
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BackendMessage, type RawClient, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';
import { shippedPolicy } from './shipped-policy.ts';

const access = {
  roles: { support: { who: { groups: ['support'] }, may: { select: { public: ['orders'] } } } },
  eligible: {
    prices: {
      who: { groups: ['support'] },
      rights: { update: { public: ['orders'] } },
      max_hours: 4,
      approval: { approvers: ['group:dba'] },
    },
    customers: {
      who: { groups: ['support'] },
      rights: { select: { public: ['customers'] } },
      max_hours: 1,
      at_once: true,
    },
  },
};
const schema = 'CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE customers (id int PRIMARY KEY)';
const sam = { sub: 'sam', groups: ['support'] };

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start(schema, await shippedPolicy(access, { columns: {}, functions: {} }));
});
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;
const mine = async (client: RawClient) => await client.rows('SELECT * FROM portcullis.my_access()');

test('access is asked for, begins, is listed, and counts in the same session', async () => {
  const client = await stage.open(sam);
  expect(await mine(client)).toEqual([]);
  expect(errorOf(await client.query('SELECT id FROM customers'))?.C).toBe('42501');
  const asked = await client.query(
    "CALL portcullis.request_access(rights => 'read public.customers', duration => '30 minutes', reason => 'it''s for \\ ticket 7')",
  );
  expect(summary(asked)).toBe('T D C(SELECT 1) Z(I)');
  await waitUntil('it to count', async () => {
    const error = errorOf(await client.query('SELECT id FROM customers'));
    return error === undefined;
  });
  const [row] = await mine(client);
  expect(row?.slice(1, 4)).toEqual(['active', 'shop', 'read public.customers']);
  expect(row?.[6]).toBe("it's for \\ ticket 7");
});

test('access that somebody must approve waits, and the row says what happens next', async () => {
  const client = await stage.open({ ...sam, sub: 'tom' });
  await client.query('BEGIN');
  const [row] = await client.rows(
    "SELECT * FROM portcullis.request_access('update public.orders', '1 hour', 'a wrong price')",
  );
  expect(row?.slice(1, 6)).toEqual(['requested', 'shop', 'update public.orders', null, null]);
  expect(row?.[7]).toMatch(/^It begins when group:dba approves it: portcullis approvals approve [\da-f]{8}$/);
  // It is no part of the transaction.
  await client.query('ROLLBACK');
  expect(await mine(client)).toEqual([row]);
  const approved = await stage.ask({ sub: 'dora', groups: ['dba'] }, 'POST', `approvals/${row?.[0]}/approve`);
  expect(approved.status).toBe(200);
  await waitUntil('it to run', async () => (await mine(client))[0]?.[1] === 'active');
});

test('whoever was refused finds out why, and nobody else does', async () => {
  const client = await stage.open(sam);
  const refused = errorOf(await client.query('DELETE FROM orders WHERE id = 1'));
  const id = /decision ([\da-f-]{36})/.exec(refused?.D ?? '')?.[1] ?? 'no id';
  const [why] = await client.rows(`SELECT * FROM portcullis.why('${id}')`);
  expect(why?.slice(0, 1)).toEqual(['relations.delete']);
  expect(why?.[1]).toContain('delete from public.orders');
  expect(why?.[2]).toContain('Ask the security team');
  const other = await stage.open({ ...sam, sub: 'eve' });
  expect(errorOf(await other.query(`SELECT * FROM portcullis.why('${id}')`))?.C).toBe('42704');
});

test('an earlier process’s refusal, or another’s, is found in the audit journals by whoever it was for', async () => {
  const here = await stage.open(sam);
  const refused = errorOf(await here.query('DELETE FROM orders WHERE id = 2'));
  const id = /decision ([\da-f-]{36})/.exec(refused?.D ?? '')?.[1] ?? 'no id';
  const ask = `SELECT * FROM portcullis.why('${id.toUpperCase()}')`;
  const [before = []] = await here.rows(ask);
  const changes = { data_dir: join(stage.gateway.folder, '.portcullis') };
  const another = await stage.startAnother(undefined, { changes });
  try {
    const [row = []] = await (await stage.open(sam, another)).rows(ask);
    expect(row.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(Math.abs(Date.parse(row[3] ?? '') - Date.parse(before[3] ?? ''))).toBeLessThan(5_000);
    const eve = await stage.open({ ...sam, sub: 'eve' }, another);
    expect(errorOf(await eve.query(ask))?.C).toBe('42704');
    const none = ask.replace(/'[^']*'/, "'00000000-0000-4000-8000-000000000000'");
    expect(errorOf(await eve.query(none))?.C).toBe('42704');
  } finally {
    await another.stop();
  }
});

test('in a transaction that has failed the server answers', async () => {
  const client = await stage.open({ ...sam, sub: 'una' });
  await client.query('BEGIN');
  await client.query('SELECT 1 / 0');
  const call = "CALL portcullis.request_access('read public.customers', '1 hour', 'a')";
  const [error, end] = [errorOf(await client.query(call)), await client.query('ROLLBACK')];
  expect([error?.C, summary(end)]).toEqual(['25P02', 'C(ROLLBACK) Z(I)']);
  expect(await mine(client)).toEqual([]);
});

test.for([
  {
    sql: "CALL portcullis.request_access('delete public.orders', '1 hour', 'a')",
    C: '42501',
    M: 'not eligible',
  },
  { sql: "CALL portcullis.request_access('read orders', '1 hour', 'a')", C: '42883', M: 'names no table' },
  { sql: "CALL portcullis.request_access('read public.a', 'long', 'a')", C: '42883', M: 'is no time' },
  { sql: "CALL portcullis.request_access('read public.a', '1 hour')", C: '42883', M: 'reason is missing' },
  {
    sql: "CALL portcullis.request_access('read public.a', '1 hour', ' ')",
    C: '42883',
    M: 'reason is missing',
  },
  {
    sql: "CALL portcullis.request_access('read public.a', '1 hour', now())",
    C: '42883',
    M: 'no text constant',
  },
  { sql: "CALL portcullis.request_access(what => 'a')", C: '42883', M: 'it takes rights, duration, reason' },
  { sql: 'SELECT * FROM portcullis.my_access(); SELECT 1', C: '42883', M: 'other statements' },
  { sql: "SELECT * FROM portcullis.why('no id')", C: '42704', M: 'no refusal of yours' },
])('$sql: $M', async ({ sql, C, M }) => {
  const client = await stage.open({ ...sam, sub: 'vera' });
  expect(errorOf(await client.query(sql))).toMatchObject({ C, M: expect.stringContaining(M) });
  expect(await client.rows('SELECT 1')).toEqual([['1']]);
});

test('what only looks like one is for the database to answer', async () => {
  const client = await stage.open(sam);
  const error = errorOf(await client.query('SELECT id FROM portcullis.my_access() WHERE true'));
  expect(error?.M).toContain('schema "portcullis" does not exist');
  expect(await client.rows("SELECT 'portcullis.my_access()'")).toEqual([['portcullis.my_access()']]);
});

test.runIf(hasPsql())('psql shows the rows, and what to do next', async () => {
  const { host, port } = stage.gateway;
  const commands = [
    "CALL portcullis.request_access(rights => 'update public.orders', duration => '1 hour', reason => 'a price')",
    'SELECT * FROM portcullis.my_access()',
  ];
  const { stdout } = await promisify(execFile)(
    'psql',
    ['-X', '-A', ...commands.flatMap((each) => ['-c', each])],
    {
      env: {
        ...process.env,
        ...{ PGHOST: host, PGPORT: String(port), PGUSER: 'token', PGDATABASE: 'shop', PGSSLMODE: 'disable' },
        PGPASSWORD: await stage.token({ ...sam, sub: 'walt' }),
      },
    },
  );
  const heading = 'id|status|resource|rights|since|until|reason|next';
  const row =
    /[\da-f-]{36}\|requested\|shop\|update public\.orders\|\|\|a price\|It begins when group:dba approves it: .*/;
  expect(stdout).toMatch(new RegExp(`^${heading.replaceAll('|', '\\|')}\n${row.source}\n\\(1 row\\)\n`));
  expect(stdout.split(heading)).toHaveLength(3);
});
