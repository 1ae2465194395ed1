// A journal that ended in a line of several events, or beside one: what was whole stays, and the chain goes on.
import { cpSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journal, readEvents } from '../../../gateway/audit/index.ts';
import { answer, contextOfSession, saying } from './shared-statements.ts';
import { makeStage, type Stage } from './stage.ts';

const stages: Stage[] = [];
let now = Date.parse('2031-02-03T04:05:06.789Z');
const clock = { now: () => now };
let crashed: Stage;
let file: string;
let bytes: Buffer;
/** Ends of the lines, in bytes. */
let ends: number[];

/** Three lines of one, three and two events, the last two of which follow what the third statement shares. */
async function runStatements(journal: Journal): Promise<void> {
  const [one, other] = [contextOfSession('one'), contextOfSession('other', 'SELECT $1')];
  const first = journal.begin(one, saying('0'));
  await turn();
  now += 1;
  journal.complete(one, first, 5321, answer);
  journal.begin(one, saying('["grün"]'));
  const second = journal.begin(one, saying('0'));
  await turn();
  now += 1;
  journal.complete(one, second, 1, answer);
  journal.begin(other, saying('["7",null]'));
  await turn();
}

/** As a killed process leaves it: nothing is closed. */
beforeAll(async () => {
  const stage = makeStage();
  stages.push(stage);
  const journal = await stage.open({}, { clock });
  await runStatements(journal);
  crashed = copyOf(stage);
  await journal.close();
  file = crashed.files().at(-1) as string;
  bytes = readFileSync(file);
  ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
});

afterAll(() => {
  for (const stage of stages) stage.remove();
});

/** Whoever held the copied lock is this process; now it is another. */
function copyOf(stage: Stage): Stage {
  const copy = makeStage();
  stages.push(copy);
  cpSync(join(stage.folder, '..'), join(copy.folder, '..'), { recursive: true });
  const lock = join(copy.folder, 'writer-1.lock');
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), started: 'long ago' }));
  utimesSync(lock, 1, 1);
  return copy;
}

const eventsIn = (line: string): number => Number(/"type":"statements".*"count":(\d+),/.exec(line)?.[1] ?? 1);

test('is healed at every byte of the last line, and at many of those before it', async () => {
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  const stage = copyOf(crashed);
  const own = stage.files().at(-1) as string;
  const from = ends.at(-9) as number;
  const lastFrom = ends.at(-2) as number;
  for (let cut = from; cut <= bytes.length; cut += cut < lastFrom ? 11 : 1) {
    writeFileSync(own, bytes);
    truncateSync(own, cut);
    const journal = await stage.open({}, { clock });
    await runStatements(journal);
    await journal.close();
    const whole = ends.findLast((end) => end <= cut) as number;
    expect(readFileSync(own).subarray(0, whole).equals(bytes.subarray(0, whole))).toBe(true);
    const damage: number[] = [];
    const events = [];
    for await (const event of readEvents(stage.folder, { onDamage: ({ offset }) => damage.push(offset) }))
      events.push(event);
    expect({ cut, damage }).toEqual({ cut, damage: [] });
    // No number is missing, and none is used twice.
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    const kept = lines
      .slice(0, ends.indexOf(whole) + 1)
      .filter((line) => line.startsWith('{"version"'))
      .reduce((sum, line) => sum + eventsIn(line), 0);
    const at = events.findIndex(({ type }) => type === 'audit.recovered');
    expect({ cut, at }).toEqual({ cut, at: kept });
    expect(events[at]?.event.recovered).toMatchObject({ cut_bytes: cut - whole });
    for (const { event } of events)
      if (event.type === 'statement.intent')
        expect(event.subjects).toMatchObject({ session: { principal: event.session } });
    expect({ cut, problem: (await stage.verify()).problem }).toEqual({ cut, problem: undefined });
  }
});

test('statements in it without an outcome have one that is unknown, each in its session', async () => {
  const stage = copyOf(crashed);
  await (await stage.open()).close();
  const events = (await stage.events()).map(({ event }) => event);
  const intents = events.filter(({ type }) => type === 'statement.intent');
  const outcomes = events.filter(({ type }) => type === 'statement.outcome');
  expect(outcomes.map(({ statement }) => statement).sort()).toEqual(intents.map(({ id }) => id).sort());
  const unknown = outcomes.filter(({ outcome }) => (outcome as { state: string }).state === 'unknown');
  expect(unknown).toMatchObject([
    { statement: intents[1]?.id, session: 'one' },
    { statement: intents[3]?.id, session: 'other' },
  ]);
});

test('what its events share is not written again in its segment', async () => {
  const stage = copyOf(crashed);
  const before = stage.text();
  const journal = await stage.open({}, { clock });
  journal.begin(contextOfSession('other', 'SELECT $1'), saying('0'));
  await turn();
  await journal.close();
  const after = stage.text().slice(before.length);
  expect(after).toContain('"type":"statements"');
  expect(after).not.toMatch(/^\{"(?:shape|context)"/m);
  expect((await stage.events()).at(-2)?.event).toMatchObject({ session: 'other', path: 'bind' });
});
