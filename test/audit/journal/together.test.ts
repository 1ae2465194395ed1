// Statements of a few milliseconds share a line: what is written is what its form says, and what reads it finds the same.
import { appendFileSync, statfsSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contextIn } from '../../../gateway/audit/event/context.ts';
import { Contexts } from '../../../gateway/audit/event/contexts.ts';
import { lineEndBytes, readLine } from '../../../gateway/audit/event/line.ts';
import { eventsIn, readStatements } from '../../../gateway/audit/event/statements-line.ts';
import type { Journal } from '../../../gateway/audit/index.ts';
import { statementsBody } from '../lines-of-events.ts';
import { answer, begin, complete, contextOfSession, sealed } from './shared-statements.ts';
import { makeStage, type Stage } from './stage.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, statfsSync: vi.fn(fs.statfsSync), writeSync: vi.fn(fs.writeSync) };
});

let stage: Stage;
let journal: Journal;
let now: number;
beforeEach(async () => {
  stage = makeStage();
  now = Date.parse('2031-02-03T04:05:06.789Z');
  journal = await stage.open({}, { clock: { now: () => now } });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.mocked(statfsSync).mockRestore();
  vi.mocked(writeSync).mockRestore();
  await journal.close();
  stage.remove();
});

/** However long a test takes, no line is sealed because nothing followed. */
const withoutFlush = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

function flushed(): Promise<boolean> {
  vi.advanceTimersByTime(100);
  vi.useRealTimers();
  return sealed(journal, stage);
}

/** Each line of several events, with what its form makes of it. */
function linesOfSeveral() {
  const contexts = new Contexts();
  const found = [];
  for (const text of stage.text().split('\n').filter(Boolean)) {
    const context = contextIn(text);
    if (context !== undefined) contexts.add(context);
    const head = readLine(text);
    const line = head && readStatements(text, head);
    if (line === undefined) continue;
    const events = eventsIn(line, contexts);
    found.push({ text, head: line.head, events: events ?? [] });
  }
  return found;
}

describe('events of some milliseconds', () => {
  test('have no times that go back, though a turn has but one', async () => {
    const one = contextOfSession('one');
    const first = begin(journal, one);
    now += 3;
    journal.append({ type: 'session.ended', session: 'other', members: '' });
    complete(journal, first);
    begin(journal, one);
    now += 4;
    journal.appendAhead({ type: 'statement.intent', session: 'other', members: '' });
    begin(journal, one);
    await turn();
    begin(journal, one);
    await turn();
    await sealed(journal, stage);
    const times = (await stage.events()).map(({ event }) => Date.parse(event.time));
    expect(times).toEqual(times.toSorted((before, after) => before - after));
    expect(new Set(times).size).toBeGreaterThan(2);
  });

  test('stand in one line, which can be made again from them', async () => {
    const one = contextOfSession('one');
    const other = contextOfSession('other', 'SELECT $1');
    for (const each of [one, other]) begin(journal, each);
    await turn();
    now += 10;
    const first = begin(journal, one);
    begin(journal, other, '["7","a.b",null]');
    complete(journal, first, 5321);
    await sealed(journal, stage);
    const line = linesOfSeveral().at(-1);
    expect(line?.events).toMatchObject([
      { id: `${journal.chain}/4`, type: 'statement.intent', session: 'one', path: 'bind' },
      { seq: 5, session: 'other', statement: `${journal.chain}/5`, parameters: ['7', 'a.b', null] },
      {
        ...{ seq: 6, type: 'statement.outcome', session: 'one', statement: `${journal.chain}/4` },
        outcome: { ...answer, milliseconds: 5.321, state: 'complete' },
        sealed: { count: 3, first: 4 },
      },
    ]);
    expect(line?.events[0]).not.toHaveProperty('parameters');
    expect(line?.text.slice(0, -lineEndBytes)).toBe(statementsBody(line?.events ?? []));
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are the only ones in it: a later one, one of another kind and what is new begin another line', async () => {
    const one = contextOfSession('one');
    begin(journal, one);
    await turn();
    now += 9;
    begin(journal, one);
    now += 1;
    begin(journal, one);
    await turn();
    const third = begin(journal, one);
    journal.append({ type: 'gateway.started', members: {} });
    complete(journal, third, 1);
    begin(journal, contextOfSession('other'));
    await sealed(journal, stage);
    expect(linesOfSeveral().map(({ events }) => events.map(({ seq }) => seq))).toEqual([
      [2, 3, 4],
      [5],
      [7],
      [8],
    ]);
    expect(linesOfSeveral()[1]?.events[0]?.time).toBe('2031-02-03T04:05:06.799Z');
    expect((await stage.events()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('have the time of their turn, whatever it began with', async () => {
    const one = contextOfSession('one');
    for (const minutes of [0, 1, 2]) {
      now += minutes * 60_000;
      journal.appendAhead({ type: 'statement.intent', session: 'two', members: {} });
      complete(journal, begin(journal, one), 1);
      await turn();
    }
    await sealed(journal, stage);
    expect(linesOfSeveral().map(({ head }) => head.time)).toEqual([
      '2031-02-03T04:05:06.789Z',
      '2031-02-03T04:06:06.789Z',
      '2031-02-03T04:08:06.789Z',
    ]);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are in the file at the end of their turn, and go on in the same line until another begins', async () => {
    withoutFlush();
    const one = contextOfSession('one');
    const first = begin(journal, one);
    await turn();
    expect(stage.text()).toMatch(/"events":\["[\w-]{43}",\[0,0,\d+\]$/);
    expect(journal.ahead.pending).toBe(false);
    expect((await stage.events()).map(({ seq }) => seq)).toEqual([1]);
    now += 9;
    complete(journal, first, 7);
    begin(journal, one, '["x"]');
    await turn();
    expect(stage.text()).toMatch(/\[0,\["x"\],\d+\]$/);
    now += 1;
    begin(journal, one);
    await turn();
    const [whole, next] = linesOfSeveral();
    expect(whole?.events.map(({ seq, type }) => [seq, type])).toEqual([
      [2, 'statement.intent'],
      [3, 'statement.outcome'],
      [4, 'statement.intent'],
    ]);
    expect(whole?.text.slice(0, -lineEndBytes)).toBe(statementsBody(whole?.events ?? []));
    expect(next).toBeUndefined();
    await flushed();
    expect(linesOfSeveral()).toHaveLength(2);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('end their line where it becomes long', async () => {
    withoutFlush();
    const one = contextOfSession('one');
    for (let at = 0; at < 40; at++) {
      begin(journal, one, `["${'x'.repeat(4_000)}"]`);
      await turn();
    }
    await flushed();
    const lengths = linesOfSeveral().map(({ text }) => text.length);
    expect(lengths).toHaveLength(3);
    for (const length of lengths) expect(length).toBeLessThan(70_000);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are sealed with their turn where a sink has to have them first', async () => {
    await journal.close();
    journal = await stage.open({ mode: 'strict', strict_sink: 'one' }, { clock: { now: () => now } });
    begin(journal, contextOfSession('one'));
    await turn();
    expect(linesOfSeveral()).toHaveLength(1);
    expect((await stage.events()).at(-1)?.seq).toBe(journal.health.lastSeq);
  });

  test('that a disk took no more of go on behind what it has, once it does', async () => {
    withoutFlush();
    const one = contextOfSession('one');
    const first = begin(journal, one);
    await turn();
    const before = stage.text();
    now += 1;
    vi.mocked(writeSync).mockImplementationOnce((...call) => {
      appendFileSync(stage.files().at(-1) as string, ',[0,[');
      throw Object.assign(new Error(`EIO ${call.length}`), { code: 'EIO' });
    });
    const lost: unknown[] = [];
    begin(journal, one);
    journal.ahead.wait({ recorded: () => lost.push('recorded'), lost: (fault) => lost.push(fault.code) });
    await turn();
    expect(lost).toEqual(['audit_lost']);
    expect(journal.health.writable).toBe(false);
    vi.advanceTimersByTime(100);
    await vi.waitFor(() => expect(journal.health.writable).toBe(true), 10_000);
    complete(journal, first, 7);
    await flushed();
    expect(stage.text().slice(0, before.length)).toBe(before);
    const types = (await stage.events()).map(({ event }) => event.type);
    expect(types.filter((type) => type.startsWith('statement.'))).toEqual([
      'statement.intent',
      'statement.intent',
      'statement.outcome',
    ]);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('name what they share once, whoever has made it', async () => {
    const contexts = [1, 2, 3].map(() => contextOfSession('one'));
    for (const each of contexts) begin(journal, each);
    await turn();
    now += 10;
    for (const each of contexts) complete(journal, begin(journal, each), 1);
    await sealed(journal, stage);
    const line = linesOfSeveral().at(-1);
    expect(line?.events).toHaveLength(6);
    expect(line?.text.slice(0, -lineEndBytes)).toBe(statementsBody(line?.events ?? []));
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are known as open until they are complete, across segments, whose heads name them', async () => {
    await journal.close();
    journal = await stage.open({ journal: { segment_bytes: 4_096 } }, { clock: { now: () => now } });
    const one = contextOfSession('one');
    const stays = begin(journal, one);
    for (let at = 0; stage.files().length < 3; at++) {
      now += 1;
      complete(journal, begin(journal, one, `["${at}"]`), at);
      await turn();
      expect(at).toBeLessThan(200);
    }
    expect(journal.health.open).toBe(1);
    const heads = (await stage.events()).filter(({ event }) => event.type === 'audit.head' && event.open);
    expect(heads.at(-1)?.event.open).toEqual({ [`${journal.chain}/${stays.seq}`]: 'one' });
    complete(journal, stays, 1);
    expect(journal.health.open).toBe(0);
    journal.end();
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are taken back where they could not be written at once, and what they share is written with the next', async () => {
    const one = contextOfSession('one');
    begin(journal, one);
    await turn();
    vi.mocked(statfsSync).mockImplementation(() => {
      throw new Error('EIO');
    });
    now += 1_000;
    const other = contextOfSession('other');
    const before = journal.health.lastSeq;
    vi.mocked(writeSync).mockImplementationOnce(() => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    });
    expect(() => begin(journal, other)).toThrow(/full/);
    expect(journal.health.lastSeq).toBe(before);
    expect(journal.ahead.pending).toBe(false);
    vi.mocked(statfsSync).mockRestore();
    await vi.waitFor(() => expect(journal.health.writable).toBe(true), 10_000);
    now += 1_000;
    complete(journal, begin(journal, other), 1);
    await sealed(journal, stage);
    const last = linesOfSeveral().at(-1);
    expect(last?.events.map(({ session }) => session)).toEqual(['other', 'other']);
    expect((await stage.events()).at(-1)?.event.session).toBe('other');
    expect((await stage.verify()).problem).toBeUndefined();
  });
});
