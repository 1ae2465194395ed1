// Nothing runs that can't be recorded: with a full journal statements are refused, and the session goes on.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Stage } from '../../session/support.ts';
import { frontend as f, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { recordedIn, textOf } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({
    config: {
      audit: {
        journal: { max_bytes: 65_536, segment_bytes: 8_192 },
        // Nobody is there.
        sinks: [{ name: 'away', kind: 'http', url: 'http://127.0.0.1:9/' }],
      },
    },
  });
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

test('a full journal refuses statements in words, of every kind, and what was refused never ran', async () => {
  const client = await stage.open();
  const errorTo = async (...messages: readonly Buffer[]) => {
    client.send(...messages);
    const answer = await client.until('Z');
    return { line: summary(answer), error: answer.find(({ type }) => type === 'E')?.fields };
  };
  let count = 0;
  const { error } = await waitUntil('the journal to be full', async () => {
    count += 1;
    const told = await errorTo(f.query(`SELECT ${count} AS ran_${count}`));
    return told.error === undefined ? undefined : told;
  });
  expect(error).toMatchObject({ C: '53100', M: expect.stringContaining('no room to record it') });
  // What the server has run was recorded, each time.
  const ran = new Set(stage.postgres.logText().match(/\bran_\d+\b/g));
  const told = (await recordedIn(`${stage.folder}/.portcullis`)).filter(
    ({ type }) => type === 'statement.intent',
  );
  const intents = new Set(told.flatMap((event) => textOf(event).match(/\bran_\d+\b/g) ?? []));
  expect([...ran].filter((marker) => !intents.has(marker))).toEqual([]);
  expect(ran.has(`ran_${count}`)).toBe(false);

  const extended = [f.parse('SELECT 1 AS never_runs'), f.bind({}), f.execute(), f.sync()];
  expect((await errorTo(...extended)).error).toMatchObject({ C: '53100' });
  expect((await errorTo(f.query('BEGIN'))).error).toMatchObject({ C: '53100' });
  expect((await errorTo(f.functionCall(89))).error).toMatchObject({ C: '53100' });
  expect(stage.postgres.logText()).not.toContain('execute <unnamed>: SELECT 1 AS never_runs');
  const [health] = await stage.gateway.health();
  expect(health).toMatchObject({ ready: false, reason: expect.stringContaining('journal is full') });
  await expect(stage.open()).rejects.toThrow();

  // What has happened already is told all the same: that sessions ended, and that somebody was not let in.
  await client.end();
  const late = await waitUntil('the end of the session on the record', async () => {
    const events = await recordedIn(`${stage.folder}/.portcullis`);
    return events.some(({ type }) => type === 'session.ended') ? events : undefined;
  });
  expect(late.filter(({ type }) => type === 'session.refused')).not.toEqual([]);
});
