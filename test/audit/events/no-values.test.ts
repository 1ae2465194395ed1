// Nothing of what is labelled or secret is in the journal, the log or the metrics, whatever is sent and however it fails.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { readAttacks } from '../../attacks/catalogue.ts';
import { readHonestItems } from '../../benign/catalogue.ts';
import type { Target } from '../../scores/connection.ts';
import { play } from '../../scores/play.ts';
import { Stage } from '../../scores/stage.ts';
import { frontend as f, RawClient } from '../../support/raw-client.ts';
import { outcomeOf, problemsOf, recordedIn } from './support.ts';

const attacks = (name: string): string => fileURLToPath(new URL(`../../attacks/${name}`, import.meta.url));
const benign = (name: string): string => fileURLToPath(new URL(`../../benign/${name}`, import.meta.url));

let stage: Stage;
let target: Target;
afterEach(() => stage?.stop());

/** What is played beside the statements here; `seed` stands on top of the one that both have. */
const works: readonly Readonly<{ what: string; seed: string; play: () => Promise<number> }>[] = [
  { what: 'attacks', seed: attacks('own-seed.sql'), play: attack },
  { what: 'honest work', seed: benign('seed_benign.sql'), play: workHonestly },
];

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLW5vYm9keQ';
const secrets = [
  jwt,
  'hunter2-of-the-test',
  'AKIAIOSFODNN7EXAMPLE',
  'password-in-a-connection-string',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
];

/** Each with a value in it that must not be seen again. */
const statements: readonly string[] = [
  'SELECT id, ssn, email FROM customers WHERE id < 4',
  "SELECT id FROM customers WHERE ssn = '078-05-1120'",
  "SELECT full_name FROM customers WHERE email LIKE 'bob.vault@leak.example'",
  "SELECT lower(ssn), '457-55-5462' FROM customers WHERE card_number IN ('4929123412341234')",
  'SELECT id FROM hr.salaries WHERE salary = 198765.43 OR salary > 87654.32',
  "SELECT customer_by_id(1), strpos(ssn, '219-09-9999') FROM customers",
  "INSERT INTO customers (id, full_name, ssn) VALUES (77, 'Bob Vault', '219-09-9999')",
  "UPDATE customers SET ssn = '666-12-3456', email = 'cleo.quartz@leak.example' WHERE id = 3",
  "INSERT INTO notes (body) VALUES ('her number is 078-05-1120, write to ada.canary@leak.example')",
  'SELECT 1 -- of ada.canary@leak.example\n',
  'SELECT /* 078-05-1120 */ 1',
  'SELECT 1 AS "078-05-1120"',
  'SELECT id FROM customers WHERE ssn = "078-05-1120"',
  'SELECT id FROM customers WHERE email = ada.canary@leak.example',
  "SELEC id FORM customers WHERE ssn = '078-05-1120'",
  "SELECT id FROM customers WHERE ssn = '078-05-1120",
  "SELECT id FROM nowhere WHERE ssn = '078-05-1120'",
  "SELECT nothing('4929123412341234') FROM customers",
  "DO $body$ BEGIN PERFORM 1 FROM customers WHERE ssn = '078-05-1120'; END $body$",
  'PREPARE "219-09-9999" AS SELECT id FROM customers WHERE ssn = $1',
  'EXECUTE "219-09-9999" (\'219-09-9999\')',
  'DECLARE "ada.canary@leak.example" CURSOR FOR SELECT 1',
  "CREATE ROLE somebody LOGIN PASSWORD 'hunter2-of-the-test'",
  "ALTER USER gw_app WITH PASSWORD 'hunter2-of-the-test'",
  `SELECT set_config('app.token', '${jwt}', false)`,
  `SET app.note = '${jwt}'`,
  "SET application_name = 'AKIAIOSFODNN7EXAMPLE'",
  "SELECT 'postgres://app:password-in-a-connection-string@db/app' AS url",
  "SELECT dblink('host=db user=app password=password-in-a-connection-string', 'SELECT 1')",
  "CREATE SUBSCRIPTION s CONNECTION 'host=db password=password-in-a-connection-string' PUBLICATION p",
  "SELECT 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'",
  "COPY (SELECT ssn FROM customers WHERE ssn <> '078-05-1120') TO STDOUT",
  "NOTIFY news, 'ada.canary@leak.example'",
  "SELECT 1; SELECT id FROM customers WHERE ssn = '078-05-1120'",
  "EXPLAIN SELECT id FROM customers WHERE ssn = '078-05-1120'",
  "SELECT E'\\x30' || '078-05-1120', U&'219-09-9999', $$457-55-5462$$, 'a' '666-98-7654' FROM customers",
];

/** As parameters, in both forms. */
const bound: readonly (readonly [text: string, value: string])[] = [
  ['SELECT id FROM customers WHERE ssn = $1', '078-05-1120'],
  ['SELECT id FROM customers WHERE email = $1', 'ada.canary@leak.example'],
  ['SELECT id FROM hr.salaries WHERE salary = $1::numeric', '198765.43'],
  ['INSERT INTO notes (body) VALUES ($1)', 'call 219-09-9999'],
  ['SELECT $1::text', jwt],
  ['SELECT length($1::text)', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'],
];

async function sendAll(): Promise<void> {
  const client = await RawClient.open({ ...target, parameters: { application_name: jwt } });
  for (const text of statements) {
    client.send(f.query(text));
    await client.until('Z');
  }
  for (const [text, value] of bound)
    for (const formats of [[], [1]]) {
      client.send(f.parse(text), f.bind({ values: [Buffer.from(value)], formats }), f.execute(), f.sync());
      await client.until('Z');
    }
  client.send(f.parse('SELECT id FROM customers WHERE ssn = $1', '666-12-3456'));
  client.send(f.bind({ statement: '666-12-3456', portal: '666-98-7654', values: ['666-98-7654'] }));
  client.send(f.execute('666-98-7654'), f.sync());
  await client.until('Z');
  await client.end();
  for (const login of [{ user: jwt }, { password: 'hunter2-of-the-test' }])
    await RawClient.open({ ...target, ...login }).catch(() => undefined);
}

const plainSteps = new Set([
  'query',
  'parse',
  'bind',
  'execute',
  'describe',
  'sync',
  'flush',
  'copydata',
  'copydone',
]);

/** Those that need nothing beside, a few of each category. */
async function attack(): Promise<number> {
  const all = await readAttacks(attacks('attacks.json'));
  const counts = new Map<string, number>();
  let played = 0;
  const admin = (sql: string) => stage.database.admin(sql);
  for (const { category, steps, setup_sql, profile, upstream_role, leak_oracle } of all) {
    if (setup_sql !== undefined || profile !== undefined || upstream_role !== undefined || leak_oracle)
      continue;
    if (steps.some(({ op }) => !plainSteps.has(op))) continue;
    const count = counts.get(category) ?? 0;
    counts.set(category, count + 1);
    if (count >= 4) continue;
    played += 1;
    await play(steps, { target, admin, gateway: () => Promise.resolve(), fillIn: (text) => text });
  }
  return played;
}

/** All that touches what is labelled, and a few of each category of the rest. */
async function workHonestly(): Promise<number> {
  const counts = new Map<string, number>();
  let played = 0;
  const admin = (sql: string) => stage.database.admin(sql);
  for (const { category, steps, startup } of await readHonestItems(benign('benign.json'))) {
    if (steps.some(({ op }) => !plainSteps.has(op))) continue;
    const count = counts.get(category) ?? 0;
    counts.set(category, count + 1);
    if (count >= 2 && !/customers|ssn|email|card_number/.test(JSON.stringify(steps))) continue;
    played += 1;
    const beside = { admin, gateway: () => Promise.resolve(), fillIn: (text: string) => text };
    await play(steps, { target, ...(startup === undefined ? {} : { startup }), ...beside });
  }
  return played;
}

/** Values of the columns that the profile labels. */
async function labelledValues(): Promise<string[]> {
  const columns = [
    ...['ssn', 'email', 'card_number'].map((name) => ['public.customers', name]),
    ['public.customers_masked_base', 'ssn'],
    ['hr.salaries', 'ssn'],
  ];
  const found: string[] = [];
  for (const [table, column] of columns) {
    const list = await stage.database.admin(`SELECT string_agg(${column}::text, E'\\n') FROM ${table}`);
    found.push(...(list ?? '').split('\n'));
  }
  return [...new Set(found)].filter((value) => value.length >= 5);
}

test.each(works)('no labelled value, token or password: $what', { timeout: 400_000 }, async (work) => {
  const seeds = await Promise.all([attacks('seed.sql'), work.seed].map((file) => readFile(file, 'utf8')));
  stage = await Stage.start({ version: 15, seeds, mayMakeTables: true });
  target = await stage.client('gw_app', 'default');
  const values = await labelledValues();
  await sendAll();
  const played = await work.play();
  const { folder, adminPort, host } = stage.process;
  const metrics = await (await fetch(`http://${host}:${adminPort}/metrics`)).text();
  const health = await (await fetch(`http://${host}:${adminPort}/health`)).text();
  const places: Record<string, string> = { log: stage.process.logText(), metrics, health };
  for (const name of await readdir(join(folder, '.portcullis', 'audit'), { recursive: true }))
    if (name.endsWith('.jsonl'))
      places[name] = await readFile(join(folder, '.portcullis', 'audit', name), 'utf8');
  const events = await recordedIn(join(folder, '.portcullis'));
  expect(await problemsOf(events)).toEqual([]);
  const masked = events.flatMap((event) =>
    event.type === 'statement.outcome' ? (outcomeOf(event).masked ?? []) : [],
  );
  expect(masked).toContainEqual({
    cells: 6,
    columns: ['public.customers.email', 'public.customers.ssn'],
  });
  expect(played).toBeGreaterThan(20);
  expect(events.filter(({ type }) => type.startsWith('statement.')).length).toBeGreaterThan(80);
  expect(Object.keys(places).length).toBeGreaterThan(3);
  const wanted = [...values, ...secrets, target.password];
  const seen = Object.entries(places).flatMap(([place, text]) =>
    wanted.filter((value) => text.includes(value)).map((value) => `${place}: ${value}`),
  );
  const where = seen.flatMap((each) => {
    const value = each.slice(each.indexOf(': ') + 2);
    const line = Object.values(places)
      .flatMap((text) => text.split('\n'))
      .find((one) => one.includes(value));
    return [`${each} in ${line?.slice(0, 1500)}`];
  });
  expect(where).toEqual([]);
});
