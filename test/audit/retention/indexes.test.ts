// The indexes that questions leave beside segments name people: they go with what they were made of.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answers, type Journal } from '../../../gateway/audit/index.ts';
import type { SegmentInfo } from '../../../gateway/audit/journal/types.ts';
import { applyRetention } from '../../../gateway/audit/retention/retention-job.ts';
import { systemClock } from '../../../gateway/lib/index.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
let now: number;
let stage: Stage;
let journal: Journal;

beforeEach(async () => {
  now = today - 400 * day;
  stage = makeStage();
  const clock = { ...systemClock, now: () => now };
  journal = await stage.open({ journal: { segment_bytes: 16_384, max_bytes: 131_072 } }, { clock });
  for (let at = 0; at < 40; at += 1)
    tell(journal, { who: 'human:leaver', session: `a${at}`, text: `SELECT ${at} FROM orders` });
  now = today;
  for (let at = 0; at < 20; at += 1)
    tell(journal, { who: 'human:ada', session: `b${at}`, text: `SELECT ${at} FROM orders` });
  expect(await asked()).toBeGreaterThan(2);
});
afterEach(async () => {
  await journal.close();
  stage.remove();
});

const folder = () => join(stage.folder, 'index');
const indexed = async () => (await readdir(folder())).map((name) => name.replace(/\.json$/, '')).sort();
const indexes = async () =>
  (await Promise.all((await readdir(folder())).map((name) => readFile(join(folder(), name), 'utf8')))).join();
/** Gives how many indexes the question left. */
const asked = async () => {
  await Answers.fromFiles(stage.files()).find({ principal: 'human:leaver' }, 1);
  return (await readdir(folder())).length;
};

test.each([
  {
    name: 'for room',
    go: ({ file }: SegmentInfo) => {
      for (let at = 0; at < 500 && stage.files().includes(file); at += 1)
        tell(journal, { who: 'human:ada', session: `c${at}`, text: `SELECT ${at} FROM orders` });
    },
  },
  {
    name: 'for retention',
    go: (oldest: SegmentInfo) => journal.deleteOldest(({ file }) => file === oldest.file),
  },
])('an index goes with its segment $name, and so does one that was left behind', async ({ go }) => {
  const lost = join(folder(), '000000000099999.jsonl.json');
  await writeFile(lost, '{"principals":["human:leaver"]}');
  const [oldest] = journal.segments() as [SegmentInfo];
  go(oldest);
  const kept = stage.files().map((file) => file.slice(stage.folder.length + 1));
  expect(stage.files()).not.toContain(oldest.file);
  expect((await indexed()).filter((name) => !kept.includes(name))).toEqual([]);
});

test('indexes that cannot be looked into keep no segment', async () => {
  const [oldest] = journal.segments();
  await rm(folder(), { recursive: true });
  await writeFile(folder(), 'no folder');
  expect(journal.deleteOldest(({ file }) => file === oldest?.file)).toBe(1);
  expect(stage.files()).not.toContain(oldest?.file);
});

test('an index of a segment from which something went names nobody who is not in it any more', async () => {
  const request = { rules: [{ kind: 'all' as const, days: 365 }], held: [], now: today, keepsSegments: true };
  const files = journal.segments().map(({ file }) => file);
  await applyRetention({ ...request, files, isDry: true });
  expect(await indexes()).toContain('human:leaver');
  await applyRetention({ ...request, files, isDry: false });
  expect(await indexes()).not.toContain('human:leaver');
  await asked();
  expect(await indexes()).not.toContain('human:leaver');
});
