// Sessions that a gateway had when it was killed: the next process says that they have ended, once.
import { cpSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Journal } from '../../../gateway/audit/index.ts';
import { writeStatement } from './settings.ts';
import { makeStage, type Stage } from './stage.ts';

const stages: Stage[] = [];
const stageOf = (stage: Stage): Stage => {
  stages.push(stage);
  return stage;
};
afterEach(() => {
  for (const stage of stages.splice(0)) stage.remove();
});

/** What a process that is killed now would leave. */
function killed(stage: Stage): Stage {
  const copy = stageOf(makeStage());
  cpSync(join(stage.folder, '..'), join(copy.folder, '..'), { recursive: true });
  for (const name of readdirSync(copy.folder).filter((each) => each.endsWith('.lock'))) {
    const lock = join(copy.folder, name);
    writeFileSync(lock, JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), started: 'long ago' }));
    utimesSync(lock, 1, 1);
  }
  return copy;
}

const opened = (journal: Journal, session: string): string =>
  journal.append({ type: 'session.opened', session, members: { method: 'oidc' } });
const ended = (journal: Journal, session: string): string =>
  journal.append({ type: 'session.ended', session, members: { why: 'client closed the connection' } });

const endsOf = async (stage: Stage): Promise<readonly (readonly unknown[])[]> =>
  (await stage.events())
    .filter(({ type }) => type === 'session.ended')
    .map(({ event }) => [event.session, event.why]);

const why = 'the gateway ended before the session did';

test('whose beginnings stand in the last segment', async () => {
  const stage = stageOf(makeStage());
  const journal = await stage.open();
  for (const session of ['one', 'other', 'third']) opened(journal, session);
  ended(journal, 'other');
  const left = killed(stage);
  await journal.close();
  for (const _ of ['first', 'second']) await (await left.open()).close();
  expect(await endsOf(left)).toEqual([
    ['other', 'client closed the connection'],
    ['one', why],
    ['third', why],
  ]);
  expect((await left.verify()).problem).toBeUndefined();
});

test('whose beginnings stand in earlier ones, and those that had been left already', async () => {
  const stage = stageOf(makeStage());
  const journal = await stage.open({ journal: { segment_bytes: 4_096 } });
  for (const session of ['one', 'other', 'third']) opened(journal, session);
  for (let number = 1; number <= 60; number++) writeStatement(journal, number, {});
  ended(journal, 'third');
  const left = killed(stage);
  expect(left.files().length).toBeGreaterThan(2);
  await journal.close();
  const next = await left.open({ journal: { segment_bytes: 4_096 } });
  opened(next, 'later');
  for (let number = 1; number <= 60; number++) writeStatement(next, number, {});
  const again = killed(left);
  await next.close();
  await (await again.open()).close();
  expect(await endsOf(again)).toEqual([
    ['third', 'client closed the connection'],
    ['one', why],
    ['other', why],
    ['later', why],
  ]);
});
