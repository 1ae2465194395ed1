// A client that puts its values into the text sends another one each time: their events share lines all the same.
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
  "CREATE TABLE items (id int, name text); INSERT INTO items SELECT g, 'é' FROM generate_series(1, 9) g";

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start(schema, rules);
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const dataDir = () => join(stage.gateway.folder, '.portcullis');

/** Of the last session, once each of so many intents has its outcome. */
const statementsOf = (count: number): Promise<readonly AuditEvent[]> =>
  waitUntil('all outcomes on the record', async () => {
    const events = await recordedIn(dataDir());
    const session = events.findLast(({ type }) => type === 'session.opened')?.session;
    const own = events.filter((event) => event.session === session && event.type.startsWith('statement.'));
    return own.length === count * 2 ? own : undefined;
  });

const intentsOf = (events: readonly AuditEvent[]) => events.filter(({ type }) => type === 'statement.intent');

async function linesOfIntents(): Promise<number> {
  const chains = join(dataDir(), 'audit');
  const texts = (await readdir(chains, { recursive: true }))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => readFile(join(chains, name), 'utf8'));
  return (await Promise.all(texts)).join('').match(/"type":"statement\.intent","session"/g)?.length ?? 0;
}

test('each of them says its own text, as it would alone', async () => {
  const client = await stage.open();
  const texts = Array.from({ length: 20 }, (_, at) => `SELECT name, '"é]${at}' FROM items WHERE id = ${at}`);
  for (const text of texts) await client.query(text);
  const events = await statementsOf(texts.length);
  expect(intentsOf(events).map(textOf)).toEqual(texts);
  expect(await problemsOf(events)).toEqual([]);
  expect(events.every(({ sealed }) => sealed !== undefined)).toBe(true);
  expect(await linesOfIntents()).toBe(0);
});

test('with parameters beside, and in a portal that goes on', async () => {
  const client = await stage.open();
  const texts = Array.from({ length: 6 }, (_, at) => `SELECT ${at}, id FROM items WHERE id > $1 LIMIT 3`);
  for (const text of texts) {
    client.send(f.parse(text), f.bind({ values: ['2'] }), f.execute('', 2), f.execute('', 2), f.sync());
    await client.until('Z');
  }
  const events = await statementsOf(texts.length);
  expect(intentsOf(events).map((event) => [textOf(event), event.parameters])).toEqual(
    texts.map((text) => [text, ['2']]),
  );
  expect(await problemsOf(events)).toEqual([]);
});

test('without what looks like a secret in it', async () => {
  const client = await stage.open();
  const secret = (at: number) => `ada.${at}@leak.example`;
  const texts = Array.from(
    { length: 8 },
    (_, at) => `SELECT '${secret(at)}' AS x FROM items WHERE id = ${at}`,
  );
  for (const text of texts) await client.query(text);
  const events = await statementsOf(texts.length);
  expect(intentsOf(events).map((event) => textOf(event).includes('FROM items WHERE id ='))).toEqual(
    texts.map(() => true),
  );
  expect(JSON.stringify(events)).not.toContain('leak.example');
});

test('a long one stands alone', async () => {
  const client = await stage.open();
  const before = await linesOfIntents();
  const texts = Array.from({ length: 8 }, (_, at) => `SELECT ${at} /* ${'x'.repeat(5_000)} */ FROM items`);
  for (const text of texts) await client.query(text);
  const events = await statementsOf(texts.length);
  expect(intentsOf(events).map(textOf)).toEqual(texts);
  expect((await linesOfIntents()) - before).toBeGreaterThan(2);
});
