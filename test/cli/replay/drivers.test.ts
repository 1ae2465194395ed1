// Sessions of drivers: prepared statements, binary results, results in parts, errors; replayed as their users saw them.
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frontend, RawClient } from '../../support/raw-client.ts';
import { ReplayStage } from './stage.ts';

let stage: ReplayStage;

beforeAll(async () => {
  stage = await ReplayStage.start();
});

afterAll(() => stage.stop());

/** Without the header, and times as they are on no machine twice. */
async function replayed(): Promise<string> {
  const { stdout, stderr, code } = await stage.replay(await stage.lastSession());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .slice(stdout.indexOf('\n\n') + 2)
    .replace(/\[\d\d:\d\d\.\d{3}\]/g, '[time]')
    .replace(/[\d.]+ m?s$/gm, 'N ms');
}

test('a statement that a driver has prepared shows its columns each time it runs', async () => {
  const client = new pg.Client(await stage.login());
  await client.connect();
  for (const given of [1, 2])
    await client.query({ name: 'q', text: 'SELECT $1::int + 1 AS next', values: [given] });
  await client.end();
  expect(await replayed()).toBe(`[time] => SELECT $1::int + {number} AS next
            $1 = (not kept)
 next 
------
    2
(1 row)

            N ms

[time] => SELECT $1::int + {number} AS next
            $1 = (not kept)
 next 
------
    3
(1 row)

            N ms

[time] The session ended: client closed the connection.
`);
});

test('binary results are shown as text', async () => {
  const client = await RawClient.open(await stage.login());
  const parse = frontend.parse(
    "SELECT 7 AS n, 1.50 AS d, timestamptz '2026-11-21 22:00+00' AS t, ARRAY['a b', NULL] AS l, 'x'::text AS s",
  );
  client.send(parse, frontend.bind({ resultFormats: [1] }), frontend.execute(), frontend.sync());
  await client.until('Z');
  client.send(frontend.terminate());
  await client.ended;
  expect(await replayed()).toContain(` n |  d   |           t            |      l       | s 
---+------+------------------------+--------------+---
 7 | 1.50 | 2026-11-21 22:00:00+00 | {"a b",NULL} | x
(1 row)
`);
});

test('nothing of what the gateway asks to know the columns reaches the client', async () => {
  const client = await RawClient.open(await stage.login());
  client.send(frontend.parse('SELECT 1'), frontend.bind({}), frontend.execute(), frontend.sync());
  const types = (await client.until('Z')).map(({ type }) => type).join('');
  client.send(frontend.parse('SELECT 1 / 0'), frontend.bind({}), frontend.execute(), frontend.sync());
  const failed = (await client.until('Z')).map(({ type }) => type).join('');
  client.destroy();
  expect([types, failed]).toEqual(['12DCZ', expect.stringMatching(/^1(2|)EZ$/)]);
});

test('a result that is fetched in parts is one table a part', async () => {
  const client = await RawClient.open(await stage.login());
  const fetch = [frontend.execute('', 2), frontend.execute('', 2), frontend.sync()];
  client.send(frontend.parse('SELECT n FROM generate_series(1, 3) n'), frontend.bind({}), ...fetch);
  await client.until('Z');
  client.send(frontend.terminate());
  await client.ended;
  const text = await replayed();
  expect(text).toContain('(2 rows, and there were more to fetch)');
  expect(text).toContain(' 3\n(1 row)\n');
});

test('errors are shown with their codes, as are statements behind them', async () => {
  const sql = postgres({ ...(await stage.login()), username: 'token', max: 1, fetch_types: false });
  await sql`SELECT 1 / ${0}::int AS never`.catch(() => undefined);
  const [row] = await sql`SELECT ${'given'}::text AS back`;
  expect(row?.back).toBe('given');
  await sql.end();
  const text = await replayed();
  expect(text).toContain('ERROR:  22012: division by zero\n');
  expect(text).toContain(' back  \n-------\n given\n(1 row)\n');
});

test('large results are cut with a marker, and the session goes on', async () => {
  const { stdout } = await stage.psql([
    "SELECT repeat('x', 1000) AS wide FROM generate_series(1, 30000)",
    'SELECT 5 AS five',
  ]);
  expect(stdout.length).toBeGreaterThan(30_000_000);
  const text = await replayed();
  expect(text).toContain(
    'the rest of this answer was not recorded: it reached the limit of a statement (16777216 bytes)',
  );
  expect(text).toContain(' five \n------\n    5\n(1 row)\n');
});
