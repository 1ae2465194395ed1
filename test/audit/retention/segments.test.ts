// Retention beside a journal that is being written: old segments go, the rest loses what had its time, the chain stays.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { Retention } from '../../../gateway/server/audit/retention/retention.ts';
import type { StateSource } from '../../../gateway/server/state/state-source.ts';
import { runCli } from '../../cli/run-cli.ts';
import { auditConfig } from '../journal/settings.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
let now: number;
const clock = { ...systemClock, now: () => now };
let dataDir: string;
let stage: Stage;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'portcullis-segments-'));
  stage = makeStage(join(dataDir, 'audit'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const stateless = {
  isNeeded: async () => false,
  onNeeded: () => undefined,
  open: () => Promise.reject(new Error('there is none')),
};

function retentionOf(
  journal: Journal,
  rules: readonly object[],
  { source = stateless, told = [] }: { source?: object; told?: object[] } = {},
): Retention {
  const config = { data_dir: dataDir, workers: 1, audit: { retention: rules, recordings: {}, sinks: [] } };
  return new Retention({
    ...{ index: 0, elsewhere: undefined, clock, log: silentLog },
    config: () => config as unknown as Config,
    journal: () => journal,
    source: source as StateSource,
    tell: (type, members) => {
      journal.append({ type, members });
      told.push({ type, ...members });
    },
  });
}

/** What another process wrote, and is done with. */
async function leave(chain: string, text: string, daysAgo: readonly number[]): Promise<string> {
  const folder = join(dataDir, 'audit', chain);
  const config = auditConfig({ journal: { segment_bytes: 65_536 } });
  const journal = await openJournal({ folder, chain, config, log: silentLog, clock });
  const before = now;
  for (const days of daysAgo) {
    now = today - days * day;
    for (let at = 0; at < 150; at += 1)
      tell(journal, { who: 'human:ada', session: `${chain}-${at}`, text: `${text} of ${days} days` });
  }
  now = before;
  await journal.close();
  return folder;
}

const textIn = async (folder: string): Promise<string> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
};

test('of a journal in segments', async () => {
  now = today - 400 * day;
  const journal = await stage.open({ journal: { segment_bytes: 65_536 } }, { clock });
  const old = { who: 'human:ada', session: 'a', text: 'SELECT old FROM orders' };
  for (let at = 0; at < 300; at += 1) tell(journal, { ...old, session: `a${at}` });
  const before = journal.segments().length;
  now = today;
  for (let at = 0; at < 100; at += 1)
    tell(journal, { ...old, text: 'SELECT new FROM orders', session: `b${at}` });
  const told: object[] = [];
  const retention = retentionOf(journal, [{ kind: 'statement', days: 365 }], { told });
  expect(retention.mayBeHeld).toBe(true);
  const dry = await retention.apply(true);
  expect(journal.segments().length).toBeGreaterThanOrEqual(before);
  expect(told).toEqual([]);
  const applied = await retention.apply(false);
  expect(applied).toEqual(dry);
  expect(applied.chains).toEqual(['gateway-0']);
  expect(applied.segments.deleted).toBeGreaterThan(0);
  expect(applied.events.redacted).toBeGreaterThan(0);
  expect(told).toHaveLength(1);
  await retention.start();
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

test('what is over behind a segment that stays loses what was in it, and all is said as it is done', async () => {
  now = today - 400 * day;
  const journal = await stage.open({ journal: { segment_bytes: 65_536 } }, { clock });
  // No rule is about these: the segment in which they stand is never over, and the oldest one.
  journal.append({ type: 'gateway.started', members: {} });
  const old = { who: 'human:ada', session: 'a', text: 'SELECT old FROM orders' };
  for (let at = 0; at < 300; at += 1) tell(journal, { ...old, session: `a${at}` });
  now = today;
  for (let at = 0; at < 100; at += 1)
    tell(journal, { ...old, text: 'SELECT new FROM orders', session: `b${at}` });
  const files = () => journal.segments().map(({ file }) => file);
  const before = files();
  const told: object[] = [];
  const retention = retentionOf(journal, [{ kind: 'statement', days: 365 }], { told });
  const dry = await retention.apply(true);
  expect(stage.text()).toContain('SELECT old');
  const applied = await retention.apply(false);
  expect(stage.text()).not.toContain('SELECT old');
  expect(stage.text()).toContain('SELECT new');
  expect(files()).toEqual(before);
  expect(dry).toEqual(applied);
  expect(applied).toMatchObject({ segments: { deleted: 0 }, events: { redacted: 600, held: 0 } });
  expect(told).toMatchObject([{ retention: { segments: { deleted: 0 }, events: { redacted: 600 } } }]);
  expect((await retention.apply(true)).events).toEqual({ redacted: 0, held: 0 });
  expect((await retention.apply(false)).events).toEqual({ redacted: 0, held: 0 });
  expect(told).toHaveLength(1);
  await retention.close();
  await journal.close();
  expect(await stage.verify()).toMatchObject({ problem: undefined, redacted: 600, trimmedThrough: 0 });
});

test('without the holds, nothing goes', async () => {
  now = today;
  const journal = await stage.open({}, { clock });
  const source = {
    ...stateless,
    isNeeded: async () => true,
    open: () => Promise.reject(new Error('the state database is away')),
  };
  const retention = retentionOf(journal, [{ kind: 'all', days: 1 }], { source });
  await expect(retention.apply(false)).rejects.toThrow('the state database is away');
  await retention.start();
  expect(retention.mayBeHeld).toBe(true);
  await retention.close();
  await journal.close();
});

test('chains that no process writes any more lose what had its time, and go when nothing is left', async () => {
  now = today;
  const over = await leave('gateway-1', 'SELECT old', [400, 380]);
  const partly = await leave('gateway-2', 'SELECT mixed', [400, 5]);
  const journal = await stage.open({}, { clock });
  const told: object[] = [];
  const retention = retentionOf(journal, [{ kind: 'statement', days: 365 }], { told });
  const dry = await retention.apply(true);
  expect(await textIn(over)).toContain('SELECT old of 400 days');
  const applied = await retention.apply(false);
  expect(applied).toEqual(dry);
  expect(applied).toMatchObject({ chains: ['gateway-0', 'gateway-1', 'gateway-2'], left_out: [], silent: 0 });
  expect(applied.removed_chains).toEqual([expect.stringMatching(/^gateway-1\./)]);
  expect(told).toMatchObject([{ retention: { removed_chains: applied.removed_chains } }]);
  expect(await readdir(over)).toEqual([expect.stringMatching(/^writer-/)]);
  expect(await textIn(partly)).not.toContain('mixed of 400 days');
  expect(await textIn(partly)).toContain('mixed of 5 days');
  const verified = await runCli(['audit', 'verify', '--audit', join(dataDir, 'audit'), '--json']);
  expect(verified.code, verified.stdout).toBe(0);
  expect((await retention.apply(false)).events).toEqual({ redacted: 0, held: 0 });

  // What begins there later is another chain, which goes from its beginning to the sinks.
  await leave('gateway-1', 'SELECT anew', [1]);
  expect(await textIn(over)).toMatch(/"seq":1,/);
  await retention.close();
  await journal.close();
});

test('a hold keeps chains that no process writes any more', async () => {
  now = today;
  const folder = await leave('gateway-1', 'SELECT old', [400]);
  const before = await textIn(folder);
  const journal = await stage.open({}, { clock });
  const hold = { id: 'h', scope: {}, reason: 'case', placed_by: 'sam', placed_at: new Date(now) };
  const source = {
    ...stateless,
    isNeeded: async () => true,
    open: async () => ({ query: async () => [hold] }),
  };
  const retention = retentionOf(journal, [{ kind: 'all', days: 1 }], { source });
  const applied = await retention.apply(false);
  expect(applied).toMatchObject({ segments: { deleted: 0 }, events: { redacted: 0 } });
  expect(applied.events.held).toBeGreaterThanOrEqual(300);
  expect(await textIn(folder)).toBe(before);
  await retention.close();
  await journal.close();
});

test('a chain that a process writes, or that is not finished, is left out and named', async () => {
  now = today;
  await leave('gateway-0-2', 'SELECT old', [400]);
  const folder = join(dataDir, 'audit', 'gateway-0-2');
  const other = await openJournal({
    ...{ folder, chain: 'gateway-0-2', config: auditConfig(), log: silentLog, clock },
  });
  const journal = await stage.open({}, { clock });
  const retention = retentionOf(journal, [{ kind: 'all', days: 1 }]);
  expect(await retention.apply(false)).toMatchObject({
    left_out: [{ chain: 'gateway-0-2', because: 'written' }],
  });
  tell(other, { who: 'human:ada', session: 'last', text: 'SELECT old' });
  await other.close();
  expect(await textIn(folder)).toContain('SELECT old');
  const last = join(
    folder,
    (await readdir(folder))
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .at(-1) ?? '',
  );
  const lines = (await readFile(last, 'utf8')).split('\n');
  await writeFile(last, `${lines.slice(0, -2).join('\n')}\n`);
  expect(await retention.apply(false)).toMatchObject({
    left_out: [{ chain: 'gateway-0-2', because: 'behind' }],
  });
  await retention.close();
  await journal.close();
});
