// What a server says unasked is recorded with the statement that it is at, and with none where it is at none.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AuditEvent,
  KnownRecording,
  readPrivateKeys,
  readRecording,
} from '../../../gateway/audit/index.ts';
import { ReplayStage } from '../../cli/replay/stage.ts';
import { frontend as f, RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';

let stage: ReplayStage;
const clients: RawClient[] = [];
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await stage.stop();
});

async function open(): Promise<RawClient> {
  const client = await RawClient.open(await stage.login());
  clients.push(client);
  return client;
}

/** The types of the messages of each statement, of the session that was opened at this place, once it has ended. */
async function recordedOf(place: number): Promise<readonly string[]> {
  const own = await waitUntil('the recording to be whole', async () => {
    const events = await stage.events();
    const opened = events.filter(({ type }) => type === 'session.opened')[place];
    const own = events.filter(({ session }) => session === opened?.session);
    return own.some(({ type }) => type === 'session.ended') ? own : undefined;
  });
  const known = new KnownRecording();
  for (const event of own) known.see(event as AuditEvent);
  const keys = await readPrivateKeys(join(stage.folder, 'auditor.pem'));
  const statements = new Map<string, string>();
  for await (const item of readRecording(join(stage.recordings, known.file ?? ''), keys, known))
    if (item.kind === 'message')
      statements.set(item.statement, (statements.get(item.statement) ?? '') + String.fromCharCode(item.type));
  return [...statements.values()];
}

test('an error that ends the session, with the statement that it ends', async () => {
  const [ended, ending] = [await open(), await open()];
  await ended.rows('SELECT 1');
  ended.send(f.query("DO 'BEGIN PERFORM pg_sleep(30); END'"));
  await waitUntil('it to be ended', async () => {
    const [count] = await ending.rows(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE query LIKE 'DO %pg_sleep%'`);
    return count?.[0] === '1';
  });
  await ended.until('E');
  ended.destroy();
  expect(await recordedOf(0)).toEqual(['TDCZ', 'E']);
});

test('a notification between two statements, with neither', async () => {
  const [listening, other] = [await open(), await open()];
  await listening.rows('LISTEN news');
  await listening.rows('SELECT 1');
  await other.rows("NOTIFY news, 'between'");
  await listening.until('A');
  await listening.rows('SELECT 2');
  await listening.end();
  expect(await recordedOf(2)).toEqual(['CZ', 'TDCZ', 'TDCZ']);
});
