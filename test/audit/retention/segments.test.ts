// Retention beside a journal that is being written: old segments go, the rest loses what had its time, the chain stays.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { Retention } from '../../../gateway/server/audit/retention/retention.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
let now: number;
const clock = { ...systemClock, now: () => now };
let stage: Stage;

beforeEach(() => {
  stage = makeStage();
});
afterEach(() => stage.remove());

test('of a journal in segments', async () => {
  now = today - 400 * day;
  const journal = await stage.open({ journal: { segment_bytes: 65_536 } }, { clock });
  const old = { who: 'human:ada', session: 'a', text: 'SELECT old FROM orders' };
  for (let at = 0; at < 300; at += 1) tell(journal, { ...old, session: `a${at}` });
  const before = journal.segments().length;
  now = today;
  for (let at = 0; at < 100; at += 1)
    tell(journal, { ...old, text: 'SELECT new FROM orders', session: `b${at}` });
  const told: string[] = [];
  const config = {
    data_dir: stage.folder,
    audit: { retention: [{ kind: 'statement', days: 365 }], recordings: {} },
  };
  const retention = new Retention({
    ...{ config: () => config as unknown as Config, journal: () => journal, clock, log: silentLog },
    hasState: async () => false,
    state: () => Promise.reject(new Error('there is none')),
    tell: (type, members) => {
      told.push(journal.append({ type, members }));
    },
  });
  expect(retention.mayBeHeld).toBe(true);
  const dry = await retention.apply(true);
  expect(journal.segments().length).toBeGreaterThanOrEqual(before);
  expect(told).toEqual([]);
  const applied = await retention.apply(false);
  expect(applied).toEqual(dry);
  expect(applied.segments.deleted).toBeGreaterThan(0);
  expect(applied.events.redacted).toBeGreaterThan(0);
  expect(told).toHaveLength(1);
  expect(retention.mayBeHeld).toBe(false);
  tell(journal, { ...old, text: 'SELECT later FROM orders', session: 'c' });
  await retention.close();
  await journal.close();
  expect(stage.text()).not.toContain('SELECT old');
  expect(stage.text()).toContain('SELECT new');
  const report = await stage.verify();
  expect(report.problem).toBeUndefined();
  expect(report.redacted).toBeGreaterThan(0);
  expect(report.trimmedThrough).toBeGreaterThan(0);
});

test('without the holds, nothing goes', async () => {
  now = today;
  const journal = await stage.open({}, { clock });
  const config = { data_dir: stage.folder, audit: { retention: [{ kind: 'all', days: 1 }], recordings: {} } };
  const retention = new Retention({
    ...{ config: () => config as unknown as Config, journal: () => journal, clock, log: silentLog },
    hasState: async () => true,
    state: () => Promise.reject(new Error('the state database is away')),
    tell: () => undefined,
  });
  await expect(retention.apply(false)).rejects.toThrow('the state database is away');
  await retention.look();
  expect(retention.mayBeHeld).toBe(true);
  await retention.close();
  await journal.close();
});
