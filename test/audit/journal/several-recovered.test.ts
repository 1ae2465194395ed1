// A journal that ended in a line of several events, or beside one: what was whole stays, and the chain goes on.
import { cpSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journal, readEvents } from '../../../gateway/audit/index.ts';
import { begin, complete, contextOfSession } from './shared-statements.ts';
import { makeStage, type Stage } from './stage.ts';

const stages: Stage[] = [];
let now = Date.parse('2031-02-03T04:05:06.789Z');
const clock = { now: () => now };
let crashed: Stage;
let file: string;
let bytes: Buffer;
/** Ends of the lines, in bytes. */
let ends: number[];

/** Three lines, the last of which has two events and no end yet. */
async function runStatements(journal: Journal): Promise<void> {
  const [one, other] = [contextOfSession('one'), contextOfSession('other', 'SELECT $1')];
  const first = begin(journal, one);
  await turn();
  now += 1;
  complete(journal, first, 5321);
  begin(journal, one, '["grün"]');
  const second = begin(journal, one);
  await turn();
  now += 10;
  complete(journal, second, 1);
  begin(journal, other, '["7",null]');
  await turn();
  now += 10;
  begin(journal, one, '["[\\\\\\"]"]');
  begin(journal, other);
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
function copyOf(stage: Stage, more: object = {}): Stage {
  const copy = makeStage();
  stages.push(copy);
  cpSync(join(stage.folder, '..'), join(copy.folder, '..'), { recursive: true });
  const lock = join(copy.folder, 'writer-1.lock');
  writeFileSync(
    lock,
    JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), started: 'long ago', ...more }),
  );
  utimesSync(lock, 1, 1);
  return copy;
}

const eventsIn = (line: string): number => Number(/"type":"statements".*"count":(\d+),/.exec(line)?.[1] ?? 1);

/** Of a line without its end: its events that are whole, and where the last of them ends. */
function wholeOf(text: string): { count: number; bytes: number } {
  for (let end = text.length; end > 0; end--) {
    if (text[end - 1] !== ']') continue;
    try {
      const { events } = JSON.parse(`${text.slice(0, end)}]}`);
      return { count: events.filter(Array.isArray).length, bytes: Buffer.byteLength(text.slice(0, end)) };
    } catch {}
  }
  return { count: 0, bytes: 0 };
}

test('is healed at every byte of the last line, and at many of those before it', async () => {
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  const stage = copyOf(crashed);
  const own = stage.files().at(-1) as string;
  const from = ends.at(-8) as number;
  const lastFrom = ends.at(-1) as number;
  expect(wholeOf(bytes.toString('utf8', lastFrom))).toEqual({ count: 2, bytes: bytes.length - lastFrom });
  for (let cut = from; cut <= bytes.length; cut += cut < lastFrom ? 11 : 1) {
    writeFileSync(own, bytes);
    truncateSync(own, cut);
    const journal = await stage.open({}, { clock });
    await runStatements(journal);
    await journal.close();
    const lastEnd = ends.findLast((end) => end <= cut) as number;
    const tail = wholeOf(bytes.toString('utf8', lastEnd, cut));
    const whole = lastEnd + tail.bytes;
    expect(readFileSync(own).subarray(0, whole).equals(bytes.subarray(0, whole))).toBe(true);
    const damage: number[] = [];
    const events = [];
    for await (const event of readEvents(stage.folder, { onDamage: ({ offset }) => damage.push(offset) }))
      events.push(event);
    expect({ cut, damage }).toEqual({ cut, damage: [] });
    // No number is missing, and none is used twice.
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    const kept = lines
      .slice(0, ends.indexOf(lastEnd) + 1)
      .filter((line) => line.startsWith('{"version"'))
      .reduce((sum, line) => sum + eventsIn(line), tail.count);
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
    { statement: intents[4]?.id, session: 'one' },
    { statement: intents[5]?.id, session: 'other' },
  ]);
  expect(intents[4]?.parameters).toEqual(['[\\"]']);
});

test('what its events share is not written again in its segment', async () => {
  const stage = copyOf(crashed);
  const before = stage.text();
  const journal = await stage.open({}, { clock });
  begin(journal, contextOfSession('other', 'SELECT $1'));
  await turn();
  await journal.close();
  const after = stage.text().slice(before.length);
  expect(after).toContain('"type":"statements"');
  expect(after).not.toMatch(/^\{"(?:shape|context)"/m);
  expect((await stage.events()).at(-2)?.event).toMatchObject({ session: 'other', path: 'bind' });
});

test('after a machine stopped, a line without an end goes: a sink may have it with more events', async () => {
  const stage = copyOf(crashed, { boot: 'another' });
  const journal = await stage.open({}, { clock });
  begin(journal, contextOfSession('other', 'SELECT $1'));
  await journal.close();
  const tail = bytes.length - (ends.at(-1) as number);
  const events = await stage.events();
  const recovered = events.find(({ type }) => type === 'audit.recovered');
  expect(recovered?.event.recovered).toMatchObject({ cut_bytes: tail });
  const sealedBefore = events.filter(({ seq }) => seq < 1_000_000).at(-1)?.seq;
  expect(await stage.verify()).toMatchObject({ problem: undefined, skipped: [{ after: sealedBefore }] });
  expect(readFileSync(stage.files()[0] as string).length).toBe(ends.at(-1));
});

test.each([
  ['of another line', (text: string) => text.replace(/"previous":"./, '"previous":"')],
  ['of other numbers', (text: string) => text.replace(/"seq":/, '"seq":1')],
  ['whose first event was changed', (text: string) => text.replace('[0,["', '[0,["x')],
])('an end %s is cut', async (_, change) => {
  const stage = copyOf(crashed);
  const own = stage.files().at(-1) as string;
  const from = ends.at(-1) as number;
  const tail = change(bytes.toString('utf8', from));
  expect(tail).not.toBe(bytes.toString('utf8', from));
  writeFileSync(own, bytes.subarray(0, from) + tail);
  await (await stage.open({}, { clock })).close();
  const recovered = (await stage.events()).find(({ type }) => type === 'audit.recovered');
  expect(recovered?.event.recovered).toMatchObject({ cut_bytes: Buffer.byteLength(tail) });
  expect((await stage.verify()).problem).toBeUndefined();
});
