// Statements within a millisecond share a line: what is written is what its form says, and what reads it finds the same.
import { statfsSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contextIn } from '../../../gateway/audit/event/context.ts';
import { Contexts } from '../../../gateway/audit/event/contexts.ts';
import { lineEndBytes, readLine } from '../../../gateway/audit/event/line.ts';
import { eventsIn, readStatements } from '../../../gateway/audit/event/statements-line.ts';
import type { Journal } from '../../../gateway/audit/index.ts';
import { statementsBody } from '../lines-of-events.ts';
import { answer, contextOfSession, saying } from './shared-statements.ts';
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
  vi.mocked(statfsSync).mockRestore();
  vi.mocked(writeSync).mockRestore();
  await journal.close();
  stage.remove();
});

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

describe('events within a millisecond', () => {
  test('stand in one line, which can be made again from them', async () => {
    const one = contextOfSession('one');
    const other = contextOfSession('other', 'SELECT $1');
    for (const each of [one, other]) journal.begin(each, saying('0'));
    await turn();
    now += 1;
    const first = journal.begin(one, saying('0'));
    journal.begin(other, saying('["7","a.b",null]'));
    journal.complete(one, first, 5321, answer);
    await turn();
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
    journal.begin(one, saying('0'));
    now += 1;
    journal.begin(one, saying('0'));
    now += 1;
    const third = journal.begin(one, saying('0'));
    journal.append({ type: 'gateway.started', members: {} });
    journal.complete(one, third, 1, answer);
    journal.begin(contextOfSession('other'), saying('0'));
    await turn();
    expect(linesOfSeveral().map(({ events }) => events.map(({ seq }) => seq))).toEqual([
      [2, 3],
      [4],
      [6],
      [7],
    ]);
    expect(linesOfSeveral()[1]?.events[0]?.time).toBe('2031-02-03T04:05:06.791Z');
    expect((await stage.events()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('name what they share once, whoever has made it', async () => {
    const contexts = [1, 2, 3].map(() => contextOfSession('one'));
    for (const each of contexts) journal.begin(each, saying('0'));
    await turn();
    now += 1;
    for (const each of contexts) journal.complete(each, journal.begin(each, saying('0')), 1, answer);
    await turn();
    const line = linesOfSeveral().at(-1);
    expect(line?.events).toHaveLength(6);
    expect(line?.text.slice(0, -lineEndBytes)).toBe(statementsBody(line?.events ?? []));
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are known as open until they are complete, across segments, whose heads name them', async () => {
    await journal.close();
    journal = await stage.open({ journal: { segment_bytes: 4_096 } }, { clock: { now: () => now } });
    const one = contextOfSession('one');
    const stays = journal.begin(one, saying('0'));
    for (let at = 0; stage.files().length < 3; at++) {
      now += 1;
      journal.complete(one, journal.begin(one, saying(`["${at}"]`)), at, answer);
      await turn();
      expect(at).toBeLessThan(200);
    }
    expect(journal.health.open).toBe(1);
    const heads = (await stage.events()).filter(({ event }) => event.type === 'audit.head' && event.open);
    expect(heads.at(-1)?.event.open).toEqual({ [`${journal.chain}/${stays}`]: 'one' });
    journal.complete(one, stays, 1, answer);
    expect(journal.health.open).toBe(0);
    journal.end();
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('are taken back where they could not be written at once, and what they share is written with the next', async () => {
    const one = contextOfSession('one');
    journal.begin(one, saying('0'));
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
    expect(() => journal.begin(other, saying('0'))).toThrow(/full/);
    expect(journal.health.lastSeq).toBe(before);
    expect(journal.ahead.pending).toBe(false);
    vi.mocked(statfsSync).mockRestore();
    await vi.waitFor(() => expect(journal.health.writable).toBe(true), 10_000);
    now += 1_000;
    journal.complete(other, journal.begin(other, saying('0')), 1, answer);
    await turn();
    const last = linesOfSeveral().at(-1);
    expect(last?.events.map(({ session }) => session)).toEqual(['other', 'other']);
    expect((await stage.events()).at(-1)?.event.session).toBe('other');
    expect((await stage.verify()).problem).toBeUndefined();
  });
});
