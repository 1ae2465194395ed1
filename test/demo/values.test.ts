// No labelled value of the shop is in anything that the demo's gateway keeps or says, whatever is asked about it.
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EntryReader } from '../../gateway/audit/query/source/entry.ts';
import { Screen } from '../../gateway/demo/screen.ts';
import { generateShop, type SampleRow } from '../../gateway/demo/shop/generate.ts';
import { type Demo, DemoParts, startDemo } from '../../gateway/demo/start.ts';
import { playTour } from '../../gateway/demo/tour.ts';
import { findPostgresHome } from '../../gateway/state/index.ts';
import { ValueFinder } from '../support/find-values.ts';
import { frontend as f, RawClient } from '../support/raw-client.ts';

const shop = new Map(generateShop().map(({ table, rows }) => [table, rows]));
const rowsOf = (table: string): readonly SampleRow[] => shop.get(table) ?? [];
const customer = rowsOf('public.customers')[41] ?? {};
const employee = rowsOf('hr.employees')[7] ?? {};
const address = rowsOf('public.addresses')[3] ?? {};
const ticket = rowsOf('public.tickets')[5] ?? {};
const review = rowsOf('hr.reviews')[2] ?? {};
const text = (value: unknown): string => `'${String(value).replaceAll("'", "''")}'`;

let folder: string;
let demo: Demo;
const parts = new DemoParts();
const screen = () => new Screen(new PassThrough().resume() as unknown as NodeJS.WriteStream);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-demo-values-'));
  await chmod(folder, 0o755);
  demo = await startDemo(folder, parts, screen());
}, 180_000);
afterAll(async () => {
  await parts.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Each asks about a column with labels, by what stands in it. */
const asked: readonly (readonly [column: string, value: unknown])[] = [
  ...Object.entries(customer).flatMap(([column, value]) =>
    ['name', 'email', 'phone', 'date_of_birth', 'ssn', 'card_number', 'card_expires'].includes(column)
      ? [[`customers ${column}`, value] as const]
      : [],
  ),
  ['addresses street', address.street],
  ['addresses postal_code', address.postal_code],
  ['tickets body', ticket.body],
  ['hr.employees name', employee.name],
  ['hr.employees email', employee.email],
  ['hr.employees iban', employee.iban],
  ['hr.reviews comment', review.comment],
];

const statements = asked.flatMap(([place, value]) => {
  const [table, column] = place.split(' ');
  const constant = text(value);
  return [
    `SELECT * FROM ${table} WHERE ${column} = ${constant}`,
    `SELECT count(*) FROM ${table} WHERE ${column}::text IN (${constant}, 'x') -- ${String(value)}`,
    `SELECT ${constant}, ${column} FROM ${table} LIMIT 1`,
    `SELECT id FROM ${table} WHERE ${column} LIKE ${constant} || '%' /* ${String(value)} */`,
    `SELEC id FROM ${table} WHERE ${column} = ${constant}`,
    `SELECT id FROM ${table} WHERE ${column} = ${constant} AND nothing = 1`,
    `SELECT id FROM ${table} WHERE ${column} = ${constant.slice(0, -1)}`,
    `EXPLAIN SELECT id FROM ${table} WHERE ${column} = ${constant}`,
    `COPY (SELECT id FROM ${table} WHERE ${column} = ${constant}) TO STDOUT`,
    `SELECT 1; SELECT id FROM ${table} WHERE ${column} = ${constant}`,
    `DECLARE c CURSOR FOR SELECT ${column} FROM ${table} WHERE ${column} <> ${constant}`,
  ];
});

async function login(file: string): Promise<RawClient> {
  const password = (await readFile(join(folder, file), 'utf8')).trim();
  return RawClient.open({
    ...{ host: '127.0.0.1', port: demo.ports.gateway, database: 'shop', user: 'token', password },
  });
}

async function ask(client: RawClient): Promise<void> {
  for (const sql of statements) {
    client.send(f.query(sql));
    await client.until('Z');
  }
  for (const [place, value] of asked) {
    const [table, column] = place.split(' ');
    for (const formats of [[], [1]]) {
      const query = `SELECT id, ${column} FROM ${table} WHERE ${column}::text = $1`;
      const values = [Buffer.from(String(value))];
      client.send(f.parse(query), f.bind({ values, formats }), f.execute(), f.sync());
      await client.until('Z');
    }
  }
}

/** Labels of columns stand in their comments. */
async function labelledValues(): Promise<string[]> {
  const schema = await readFile(new URL('../../gateway/demo/shop/schema.sql', import.meta.url), 'utf8');
  const found: string[] = [];
  for (const [, place = ''] of schema.matchAll(/COMMENT ON COLUMN ([\w.]+) IS '[^']*@label/g)) {
    const names = place.split('.');
    const column = names.pop() ?? '';
    const table = names.length === 1 ? `public.${names[0]}` : names.join('.');
    expect(rowsOf(table).length, place).toBeGreaterThan(0);
    for (const row of rowsOf(table)) if (typeof row[column] === 'string') found.push(row[column]);
  }
  // Shorter ones stand in times and hashes by chance; days do in times.
  const day = /^\d{4}-\d\d-\d\d$/;
  const days = [customer.date_of_birth, customer.card_expires];
  return [...new Set(found)].filter(
    (value) => value.length >= 8 && (!day.test(value) || days.includes(value)),
  );
}

test('nothing of it is in the journal, the state, the log, the metrics, or a recording', async () => {
  // How it goes is another test's matter.
  await playTour(demo, screen());
  for (const file of ['dba.token', 'support.token', 'analytics.token']) {
    const client = await login(file);
    await ask(client);
    client.destroy();
  }
  const holding = await login('dba.token');
  holding.send(f.query(`UPDATE tickets SET body = ${text(ticket.body)} WHERE status = 'solved'`));
  await holding.until('N');
  holding.destroy();
  const admin = `http://127.0.0.1:${demo.ports.admin}`;
  const places: Record<string, Buffer> = {
    metrics: Buffer.from(await (await fetch(`${admin}/metrics`)).arrayBuffer()),
    health: Buffer.from(await (await fetch(`${admin}/health`)).arrayBuffer()),
  };
  // The state database may have to be in a folder that its user can read.
  const { data } = await findPostgresHome(join(folder, 'state'));
  for (const below of [folder, data])
    for (const name of await readdir(below, { recursive: true })) {
      // The shop itself, and what its own server says.
      if (below === folder && /^(?:postgres|data)\b/.test(name)) continue;
      const content = await readFile(join(below, name)).catch(() => undefined);
      if (content !== undefined) places[below === data ? join('state', 'data', name) : name] = content;
    }
  const names = Object.keys(places);
  for (const wanted of [
    /^state\/data\/base\//,
    /^audit\/.*\.jsonl$/,
    /^gateway\.log$/,
    /^recordings\/.*\.rec$/,
  ])
    expect(names.filter((name) => wanted.test(name)).length, String(wanted)).toBeGreaterThan(0);
  const journal = names.filter((name) => name.endsWith('.jsonl')).map((name) => String(places[name]));
  const events = journal.flatMap((text) => {
    const reader = new EntryReader();
    return text.split('\n').flatMap((line) => reader.read(line));
  });
  expect(events.filter(({ event }) => event.type.startsWith('statement.')).length).toBeGreaterThan(
    statements.length,
  );
  const values = await labelledValues();
  expect(values.length).toBeGreaterThan(3_000);
  const finder = new ValueFinder(values);
  const seen = Object.entries(places).flatMap(([name, bytes]) =>
    finder.find(bytes).map((value) => `${name}: ${value}`),
  );
  expect(seen.slice(0, 20)).toEqual([]);
}, 500_000);
