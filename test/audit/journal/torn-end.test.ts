// A journal whose last record was cut anywhere: what was whole stays, and the chain goes on.
import { cpSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectOf } from '../../../gateway/audit/index.ts';
import { writeStatement } from './settings.ts';
import { makeStage, type Stage } from './stage.ts';

const stages: Stage[] = [];
let crashed: Stage;
let file: string;
let size: number;
/** Ends of the lines, in bytes. */
let ends: number[];

/** As a killed process leaves it: nothing is closed. */
beforeAll(async () => {
  const stage = makeStage();
  stages.push(stage);
  const journal = await stage.open();
  for (let number = 1; number <= 5; number++)
    writeStatement(journal, number, { statement: subjectOf({ text: `SELECT ${number}, 'grün'` }) });
  journal.append({ type: 'session.ended', session: 's1', members: { because: 'it was closed' } });
  crashed = copyOf(stage);
  await journal.close();
  file = crashed.files().at(-1) as string;
  const bytes = readFileSync(file);
  size = bytes.length;
  ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
});

afterAll(() => {
  for (const stage of stages) stage.remove();
});

function copyOf(stage: Stage): Stage {
  const copy = makeStage();
  stages.push(copy);
  cpSync(join(stage.folder, '..'), join(copy.folder, '..'), { recursive: true });
  leaveLock(copy, { started: 'long ago' });
  return copy;
}

/** Whoever held the copied lock is this process; now it is another. */
function leaveLock({ folder }: Stage, change: object): void {
  const lock = join(folder, 'writer-1.lock');
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), ...change }));
  utimesSync(lock, 1, 1);
}

test('is healed at every byte of the last record, and at many of those before it', async () => {
  const from = ends.at(-4) as number;
  const bytes = readFileSync(file);
  const stage = copyOf(crashed);
  const lastFrom = ends.at(-2) as number;
  for (let cut = from; cut <= size; cut += cut < lastFrom ? 7 : 1) {
    const own = stage.files().at(-1) as string;
    writeFileSync(own, bytes);
    truncateSync(own, cut);
    const journal = await stage.open();
    const whole = ends.findLast((end) => end <= cut) as number;
    journal.append({ type: 'session.opened', members: {} });
    expect(readFileSync(own).subarray(0, whole).equals(bytes.subarray(0, whole))).toBe(true);
    await journal.close();
    const report = await stage.verify();
    expect({ cut, problem: report.problem }).toEqual({ cut, problem: undefined });
    const recovered = (await stage.events()).filter(({ type }) => type === 'audit.recovered');
    expect(recovered).toHaveLength(1);
    expect(recovered[0]?.event.recovered).toMatchObject({ cut_bytes: cut - whole });
  }
});

test('a statement whose outcome was not written has one that is unknown, in its session', async () => {
  const stage = copyOf(crashed);
  const own = stage.files().at(-1) as string;
  const lines = readFileSync(own, 'utf8').split('\n');
  const lastIntent = lines.findLastIndex((line) => line.includes('"statement.intent"'));
  writeFileSync(own, `${lines.slice(0, lastIntent + 1).join('\n')}\n`);
  await (await stage.open()).close();
  const events = (await stage.events()).map(({ event }) => event);
  const intent = events.findLast(({ type }) => type === 'statement.intent');
  const outcome = events.findLast(({ type }) => type === 'statement.outcome');
  expect(outcome).toMatchObject({
    statement: intent?.id,
    session: intent?.session,
    outcome: { state: 'unknown', because: 'the gateway ended before the answer was complete' },
  });
});

test('a statement that was open when its segment ended is known in the next one', async () => {
  const stage = makeStage();
  stages.push(stage);
  const journal = await stage.open({ journal: { segment_bytes: 4_096 } });
  const open = journal.append({ type: 'statement.intent', session: 'slow', members: '' });
  for (let number = 1; number <= 200; number++) writeStatement(journal, number);
  expect(journal.health.open).toBe(1);
  const copy = copyOf(stage);
  await journal.close();
  expect(copy.files().length).toBeGreaterThan(3);
  const again = await copy.open();
  await again.close();
  const outcomes = (await copy.events()).filter(({ event }) => event.session === 'slow').slice(1);
  expect(outcomes.map(({ event }) => event)).toMatchObject([
    { type: 'statement.outcome', statement: open, outcome: { state: 'unknown' } },
  ]);
});

test('a bad line before whole ones is no torn end: it stays, is told, and the chain goes on behind it', async () => {
  const stage = copyOf(crashed);
  const own = stage.files().at(-1) as string;
  const bytes = readFileSync(own);
  bytes[(ends.at(-4) as number) + 40] = 0x7e;
  writeFileSync(own, bytes);
  const journal = await stage.open();
  journal.append({ type: 'session.opened', members: {} });
  await journal.close();
  expect(readFileSync(own).equals(bytes)).toBe(true);
  const recovered = (await stage.events()).find(({ type }) => type === 'audit.recovered');
  expect(recovered?.event.recovered).toMatchObject({ damaged: { segment: 1, offset: ends.at(-4) } });
  expect((await stage.verify()).problem?.seq).toBeLessThan(recovered?.seq ?? 0);
});

test('a journal whose last segment has no whole event is not written on: its numbers may be in use', async () => {
  const stage = copyOf(crashed);
  writeFileSync(stage.files().at(-1) as string, 'what is this\n');
  await expect(stage.open()).rejects.toThrow(/damaged/);
});

test('after a machine stopped, numbers that a sink may know are not used again', async () => {
  const stage = copyOf(crashed);
  leaveLock(stage, { boot: 'another' });
  // Not even when it could not be opened the first time.
  await expect(stage.open({}, { keyFile: '/proc/no-such-key' })).rejects.toThrow();
  const before = (await stage.events()).at(-1)?.seq ?? 0;
  const journal = await stage.open();
  journal.append({ type: 'session.opened', members: {} });
  await journal.close();
  const report = await stage.verify();
  expect(report).toMatchObject({ problem: undefined, skipped: [{ after: before }] });
  expect(report.last).toBeGreaterThan(before + 1_000_000);
});
