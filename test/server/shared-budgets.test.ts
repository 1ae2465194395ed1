// Budgets of gateways that share a state database: one count for all of them, whichever ends, and however it ends.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GatewayProcess } from '../support/gateway.ts';
import { type BackendMessage, frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { sleep, waitUntil } from '../support/wait.ts';
import { shippedPolicy } from './grants/shipped-policy.ts';
import { PolicyStage } from './policy-stage.ts';

const schema = `CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, repeat('x', 90) FROM generate_series(1, 5000) n;
  CREATE TABLE customers (id int PRIMARY KEY, ssn text);
  COMMENT ON COLUMN customers.ssn IS '@label(pii.ssn)';
  INSERT INTO customers SELECT n, 'ssn' || n FROM generate_series(1, 10) n;
  CREATE TABLE lines AS SELECT n AS id FROM generate_series(1, 60000) n`;
const every = (of: string, seconds: number, most: number) => ({
  budgets: [{ of, window_seconds: seconds, most }],
});
const limits: Readonly<Record<string, object>> = {
  rows: { rows_per_day: 1_000 },
  changes: { affected_rows_per_day: 10 },
  statements: { statements_per_day: 30 },
  prober: { probes_per_day: 3 },
  rolls: every('statements', 3, 4),
  killed: { rows_per_day: 100_000 },
  drained: { rows_per_day: 1_000 },
  away: { statements_per_day: 100 },
  keeps: { statements_per_day: 5 },
  late: every('rows', 3_600, 10),
};
const places = { public: 'all', pg_catalog: 'all' };
const roles = Object.fromEntries(
  Object.entries(limits).map(([name, own]) => [
    name,
    {
      who: { principals: [name] },
      may: { select: places, update: places, filter_by: ['*'] },
      without_key: 'allow',
      limits: own,
    },
  ]),
);

let stage: PolicyStage;
let another: GatewayProcess;
beforeAll(async () => {
  const policy = await shippedPolicy({ roles }, { columns: {}, functions: {} });
  stage = await PolicyStage.start(schema, policy);
  another = await stage.startAnother();
});
afterEach(() => stage.hangUp());
afterAll(async () => {
  await another.stop();
  await stage.stop();
});

const rowsOf = (answer: readonly BackendMessage[]): number =>
  answer.filter(({ type }) => type === 'D').length;
const codeOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields?.C;
const onBoth = (sub: string, each: number): Promise<[RawClient, RawClient, ...RawClient[]]> =>
  Promise.all(
    [stage.gateway, another].flatMap((gateway) =>
      Array.from({ length: each }, () => stage.open({ sub }, gateway)),
    ),
  ) as Promise<[RawClient, RawClient, ...RawClient[]]>;
const state = () => stage.admin('state');

test('of rows: eight dumps at once over two gateways get exactly as many as there may be', async () => {
  const clients = await onBoth('rows', 4);
  const answers = await Promise.all(clients.map((client) => client.query('SELECT id, note FROM orders')));
  expect(answers.reduce((sum, answer) => sum + rowsOf(answer), 0)).toBe(1_000);
  expect(answers.map(codeOf)).toEqual(Array<string>(8).fill('53400'));
  expect(summary(await clients[0].query('SELECT id FROM orders'))).toBe('E(53400) Z(I)');
});

test('of changed rows: a write that is over what another gateway has left is undone', async () => {
  const [first, second] = await onBoth('changes', 1);
  const update = (most: number) => `UPDATE orders SET note = 'y' WHERE id <= ${most}`;
  expect(summary(await first.query(update(6)))).toBe('C(UPDATE 6) Z(I)');
  expect(codeOf(await second.query(update(5)))).toBe('53400');
  await waitUntil('the rest to come back', async () => codeOf(await second.query(update(4))) === undefined);
  expect(codeOf(await first.query(update(1)))).toBe('53400');
  expect(await (await stage.admin()).rows("SELECT count(*) FROM orders WHERE note = 'y'")).toEqual([['6']]);
});

test('of statements: sessions on both send no more than there may be', async () => {
  const clients = await onBoth('statements', 3);
  const counts = await Promise.all(
    clients.map(async (client) => {
      let ran = 0;
      for (let count = 0; count < 15; count++)
        if (codeOf(await client.query('SELECT id FROM orders WHERE id = 1')) === undefined) ran += 1;
      return ran;
    }),
  );
  const sum = counts.reduce((total, each) => total + each, 0);
  expect(sum).toBeLessThanOrEqual(30);
  // What was handed out and not used comes back within a second.
  expect(sum).toBeGreaterThan(20);
});

test('of probes: a value counts once, wherever it is looked for', async () => {
  const [first, second] = await onBoth('prober', 1);
  const look = (client: RawClient, value: string) =>
    client.query(`SELECT id FROM customers WHERE ssn = '${value}'`).then(codeOf);
  expect([await look(first, 'a'), await look(second, 'a'), await look(second, 'b')]).toEqual(
    Array(3).fill(undefined),
  );
  expect([await look(first, 'c'), await look(second, 'd'), await look(first, 'd')]).toEqual([
    undefined,
    '53400',
    '53400',
  ]);
  // The values are nowhere.
  const [[kept]] = (await (
    await state()
  ).rows(
    "SELECT string_agg(counts::text, '') FROM portcullis.budget_account WHERE account LIKE '%prober%'",
  )) as [[string]];
  expect(kept).toMatch(/probes/);
  expect(kept).not.toMatch(/"[abcd]"/);
});

test('there is room again when the time is over, at both', async () => {
  const [first, second] = await onBoth('rolls', 1);
  const happened: number[] = [];
  const began = performance.now();
  while (performance.now() - began < 9_000) {
    for (const client of [first, second]) {
      const asked = performance.now();
      if (codeOf(await client.query('SELECT id FROM orders WHERE id = 1')) === undefined)
        happened.push(asked);
    }
    await sleep(50);
  }
  for (const from of happened)
    expect(happened.filter((at) => at >= from && at < from + 2_900).length).toBeLessThanOrEqual(4);
  expect(happened.length).toBeGreaterThanOrEqual(8);
});

test('what a gateway had when it was killed counts as used, and the rest is for the others', async () => {
  const doomed = await stage.startAnother();
  const client = await stage.open({ sub: 'killed' }, doomed);
  const first = rowsOf(await client.query('SELECT id FROM lines LIMIT 100'));
  client.send(f.query('SELECT id FROM lines'));
  await client.until('D');
  doomed.signal('SIGKILL');
  await doomed.exited;
  const survivor = await stage.open({ sub: 'killed' });
  let got = 0;
  // Only who isn't heard of for ten seconds is dead; what it had is a half at the most, or two.
  for (let turn = 0; turn < 3; turn++) got += rowsOf(await survivor.query('SELECT id FROM lines'));
  expect(first + got).toBeLessThanOrEqual(100_000);
  expect(got).toBeGreaterThan(20_000);
  const [[counted]] = (await (
    await state()
  ).rows(`SELECT count(*) FROM portcullis.budget_account WHERE account LIKE '%killed%'`)) as [[string]];
  expect(counted).toBe('1');
});

test('a gateway that is ended gives back what it has', async () => {
  const leaving = await stage.startAnother();
  const client = await stage.open({ sub: 'drained' }, leaving);
  expect(rowsOf(await client.query('SELECT id FROM orders LIMIT 10'))).toBe(10);
  client.destroy();
  await leaving.stop();
  const other = await stage.open({ sub: 'drained' });
  expect(rowsOf(await other.query('SELECT id FROM orders'))).toBe(990);
});

test('a gateway that stood still for long does not use what others have counted', async () => {
  const stalled = await stage.startAnother();
  const client = await stage.open({ sub: 'late' }, stalled);
  await client.query('BEGIN');
  await client.query('DECLARE c CURSOR FOR SELECT id FROM orders');
  client.send(f.parse('SELECT id FROM orders'), f.bind({}), f.execute('', 2), f.sync());
  await client.until('Z');
  stalled.signal('SIGSTOP');
  try {
    await (await state()).rows(
      "UPDATE portcullis.budget_holder SET alive_until = clock_timestamp() - interval '1 second'",
    );
    const other = await stage.open({ sub: 'late' });
    expect(rowsOf(await other.query('SELECT id FROM orders'))).toBe(0);
    await sleep(8_500);
  } finally {
    stalled.signal('SIGCONT');
  }
  const answer = await client.query('FETCH 5 FROM c');
  expect([rowsOf(answer), codeOf(answer)]).toEqual([0, '53400']);
  await stalled.stop();
});

test('while the state database is away nothing with a budget runs, or each counts for itself', async () => {
  stage.state = { when_away: 'keep' };
  const keeping = await stage.startAnother();
  stage.state = {};
  const [strict, keeps] = await Promise.all([
    stage.open({ sub: 'away' }),
    stage.open({ sub: 'keeps' }, keeping),
  ]);
  const select = 'SELECT id FROM orders WHERE id = 1';
  expect([codeOf(await strict.query(select)), codeOf(await keeps.query(select))]).toEqual([
    undefined,
    undefined,
  ]);
  const admin = await stage.admin();
  await admin.rows('ALTER DATABASE state ALLOW_CONNECTIONS false');
  await admin.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'state'");
  try {
    await sleep(1_500);
    const refused = await strict.query(select);
    expect(refused.find(({ type }) => type === 'E')?.fields).toMatchObject({
      C: '53400',
      M: 'the statement was refused because its budget cannot be counted now',
    });
    const codes: unknown[] = [];
    for (let count = 0; count < 6; count++) codes.push(codeOf(await keeps.query(select)));
    expect(codes).toEqual([...Array(5).fill(undefined), '53400']);
  } finally {
    await admin.rows('ALTER DATABASE state ALLOW_CONNECTIONS true');
  }
  await waitUntil('it to be back', async () => codeOf(await strict.query(select)) === undefined);
  await keeping.stop();
});
