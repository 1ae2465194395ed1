// What stands beside words such as "password" is on the record neither as a constant nor as a parameter.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '../../../gateway/audit/index.ts';
import { PolicyStage } from '../../server/policy-stage.ts';
import { rules } from '../../server/standing/rules.ts';
import { frontend as f } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { problemsOf, recordedIn, textOf } from './support.ts';

const schema =
  'CREATE TABLE accounts (id int, name text, password text, api_key text); CREATE TABLE items (id int, name text)';

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start(schema, rules);
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

/** The intents and refusals of the last session, once it has as many. */
const begun = (count: number): Promise<readonly AuditEvent[]> =>
  waitUntil('all of them on the record', async () => {
    const events = await recordedIn(dataDir());
    const session = events.findLast(({ type }) => type === 'session.opened')?.session;
    const own = events.filter(
      (event) => event.session === session && /\.(?:intent|refused)$/.test(event.type),
    );
    return own.length === count ? own : undefined;
  });

const dataDir = () => join(stage.gateway.folder, '.portcullis');

async function journal(): Promise<string> {
  const names = await readdir(join(dataDir(), 'audit'), { recursive: true });
  const segments = names.filter((name) => name.endsWith('.jsonl'));
  return (await Promise.all(segments.map((name) => readFile(join(dataDir(), 'audit', name), 'utf8')))).join(
    '',
  );
}

const mark = { redacted: true };

const bound: readonly Readonly<{ name: string; text: string; values: string[]; said: readonly unknown[] }>[] =
  [
    {
      name: 'a password in a condition',
      text: 'SELECT id FROM accounts WHERE password = $1',
      values: ['hunter2xyz'],
      said: [mark],
    },
    {
      name: 'a value that is looked for beside it',
      text: 'SELECT id FROM accounts WHERE name = $1 AND password = $2',
      values: ['dora', 'S3cretPass'],
      said: [mark, mark],
    },
    {
      name: 'what a setting is set to',
      text: "SELECT set_config('app.token', $1, false)",
      values: ['tok-abc'],
      said: [mark],
    },
    {
      name: 'a password behind a text that is cut',
      text: `SELECT id /* ${'x'.repeat(40_000)} */ FROM accounts WHERE password = $1`,
      values: ['cut-away'],
      said: [mark],
    },
    {
      name: 'what no word is beside',
      text: 'SELECT id FROM items WHERE name = $1',
      values: ['a name'],
      said: ['a name'],
    },
  ];

test.each(bound)('$name: in events that share a line', async ({ text, values, said }) => {
  const client = await stage.open();
  client.send(f.parse(text, 's'), f.sync());
  await client.until('Z');
  // The second time it is known, and a portal is executed once more after its end.
  client.send(f.bind({ statement: 's', values }), f.execute(), f.sync());
  client.send(f.bind({ statement: 's', values }), f.execute(), f.execute(), f.sync());
  for (let answer = 0; answer < 2; answer++) await client.until('Z');
  const events = await begun(3);
  expect(events.map(({ parameters }) => parameters)).toEqual([said, said, said]);
  expect(events.every(({ sealed }) => sealed !== undefined)).toBe(true);
  expect(await problemsOf(events)).toEqual([]);
});

test.each(bound)('$name: in an event with a line of its own', async ({ text, values, said }) => {
  const client = await stage.open();
  // They are too long to be kept as long as their portal.
  const long = values.map((value) => value.padEnd(5_000, '-'));
  client.send(f.parse(text), f.bind({ values: long }), f.execute(), f.sync());
  await client.until('Z');
  const [event] = await begun(1);
  expect(event?.sealed).toBeUndefined();
  const shown = said.map((each) => (each === mark ? mark : expect.stringMatching(`^${each}`)));
  expect(event?.parameters).toEqual(shown);
});

test('a password in one of many texts, each of which stands in its event', async () => {
  const client = await stage.open();
  const texts = Array.from({ length: 8 }, (_, at) => `SELECT id, ${at} FROM accounts WHERE api_key = $1`);
  for (const text of texts) {
    client.send(f.parse(text), f.bind({ values: ['short-key'] }), f.execute(), f.sync());
    await client.until('Z');
  }
  const events = await begun(texts.length);
  expect(events.map(({ parameters }) => parameters)).toEqual(texts.map(() => [mark]));
  expect(events.filter(({ text }) => text !== undefined).length).toBeGreaterThan(3);
});

test.each([
  ["EXECUTE p('hunter2exec')", 'EXECUTE p({text})'],
  ["EXPLAIN EXECUTE p('hunter2exec')", 'EXPLAIN EXECUTE p({text})'],
  ["CREATE TEMPORARY TABLE t AS EXECUTE p('hunter2exec')", 'CREATE TEMPORARY TABLE t AS EXECUTE p({text})'],
])('what is handed to a statement that SQL prepared: %s', async (text, said) => {
  const client = await stage.open();
  await client.query('PREPARE p AS SELECT id FROM accounts WHERE password = $1');
  await client.query(text);
  const events = await begun(2);
  expect(events.map(textOf)).toEqual(['PREPARE p AS SELECT id FROM accounts WHERE password = $1', said]);
});

test('none of the values is anywhere in the journal', async () => {
  const written = await journal();
  const hidden = bound.flatMap(({ values, said }) => values.filter((_, at) => said[at] === mark));
  expect([...hidden, 'short-key', 'hunter2exec'].filter((value) => written.includes(value))).toEqual([]);
  expect(written).toContain('a name');
});
