// Whoever asks for a principal finds what the principal asked approval for, and what became of that, wherever it is kept.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/lib/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';
import { Places, placeNames } from './places.ts';

let stage: Stage;
let folder: string;
let places: Places;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-requester-'));
  stage = makeStage();
  let now = Date.parse('2026-03-01T10:00:00Z');
  const clock = { ...systemClock, now: () => now };
  const journal = await stage.open({ journal: { segment_bytes: 16_384 } }, { clock });
  const approvalOf = (requester: string) => ({
    resource: 'shop',
    approval: { id: `of ${requester}`, requester, approvers: [] },
  });
  for (const who of ['human:ada', 'human:bob']) {
    now += 1_000;
    journal.append({ type: 'approval.requested', session: who, members: approvalOf(who) });
    now += 1_000;
    // By oneself as well, as who breaks the glass does.
    for (const principal of ['human:dora', who])
      journal.append({ type: 'approval.decided', members: { ...approvalOf(who), principal } });
  }
  // In another segment, in which nobody did anything but ask.
  for (let at = 0; at < 60; at += 1)
    tell(journal, { who: 'service:shop', session: `s${at}`, text: `SELECT ${at} FROM orders` });
  now += 1_000;
  journal.append({ type: 'approval.requested', session: 'later', members: approvalOf('human:eve') });
  await journal.close();
  expect(stage.files().length).toBeGreaterThan(1);
  places = await Places.of(stage, folder);
}, 120_000);
afterAll(async () => {
  stage.remove();
  await places.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(placeNames)('of %s', (place) => {
  const ask = (...words: string[]) => places.ask(place, ...words);

  test.each([
    { who: 'human:ada', found: ['approval.decided', 'approval.decided', 'approval.requested'] },
    { who: 'human:dora', found: ['approval.decided', 'approval.decided'] },
    { who: 'human:eve', found: ['approval.requested'] },
    { who: 'human:nobody', found: [] },
  ])('what $who did and asked for, the newest first', async ({ who, found }) => {
    // Twice: the first question leaves the indexes by which the second is answered.
    for (const _ of [1, 2]) {
      const events = await ask('--principal', who);
      expect(events.map(({ type }) => type)).toEqual(found);
    }
    const counted = await ask('--principal', who, '--by', 'type');
    const times = (type: unknown) => found.filter((each) => each === type).length;
    expect(counted.map(({ value }) => value).sort()).toEqual([...new Set(found)].sort());
    for (const count of counted) expect(count.times).toBe(times(count.value));
  });

  test('who asked is told with what was approved', async () => {
    const counted = await ask('--approved', '--by', 'principal');
    expect(Object.fromEntries(counted.map(({ value, times }) => [value, times]))).toEqual({
      ...{ 'human:ada': 2, 'human:bob': 2, 'human:dora': 2, 'human:eve': 1 },
    });
    const { stdout } = await runCli(['audit', 'query', '--audit', places.get(place), '--approved']);
    expect(stdout).toMatch(/human:eve/);
  });
});
