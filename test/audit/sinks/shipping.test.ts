// The parts of shipping by themselves: pauses, batches, what is read of an event's head, and words without secrets.
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../../gateway/audit/index.ts';
import { batchesOf, ReadersEnd } from '../../../gateway/audit/shipping/batches.ts';
import { SinkStanding } from '../../../gateway/audit/shipping/sink-standing.ts';
import { problemOf, said } from '../../../gateway/audit/sinks/problem.ts';
import { shippedEvent } from '../../../gateway/audit/sinks/shipped-event.ts';
import { pauseMs } from '../../../gateway/lib/index.ts';

const stored = (
  seq: number,
  json = `{"time":"2030-01-01T00:00:00.000Z","type":"a","seq":${seq}}`,
): StoredEvent => ({
  id: `chain/${seq}`,
  seq,
  type: 'a',
  position: { seq, segment: 1, offset: seq },
  json,
  get event() {
    return JSON.parse(json);
  },
});

const pauses = { firstMs: 100, longestMs: 5_000, longestWishMs: 300_000 };

test.each([
  { name: 'the first comes soon', attempts: 1, after: undefined, random: 0, want: 50 },
  { name: 'at most as long as its step', attempts: 1, after: undefined, random: 1, want: 100 },
  { name: 'each is twice as long', attempts: 4, after: undefined, random: 1, want: 800 },
  { name: 'none is longer than the longest', attempts: 400, after: undefined, random: 1, want: 5_000 },
  { name: 'none is shorter than is wished', attempts: 1, after: 7, random: 0, want: 7_000 },
  { name: 'nobody wishes for more than five minutes', attempts: 1, after: 1e9, random: 0, want: 300_000 },
])('pauses: $name', ({ attempts, after, random, want }) => {
  expect(pauseMs(attempts, after, pauses, () => random)).toBe(want);
});

test.each([
  {
    name: 'with everything',
    json: '{"id":"c/1","time":"T","type":"statement.intent","session":"s","statement":"c/1","text":"\\"time\\":\\"x\\""}',
    want: { time: 'T', session: 's', statement: 'c/1' },
  },
  { name: 'with nothing more', json: '{"time":"T","type":"a"}', want: { time: 'T', session: undefined } },
  {
    name: 'with signs that are escaped',
    json: '{"time":"T","type":"a","session":"a\\"b\\\\c"}',
    want: { session: 'a"b\\c', statement: undefined },
  },
])('an event $name is read by its head', ({ json, want }) => {
  expect(shippedEvent({ id: 'c/1', seq: 1, type: 'a', json })).toMatchObject(want);
});

describe('batches', () => {
  const batches = async (events: AsyncIterable<StoredEvent>, limits: object) => {
    const pace = { end: new ReadersEnd(), hurry: new AbortController().signal };
    const all: number[][] = [];
    const whole = { events: 100, bytes: 1e6, milliseconds: 10, ...limits };
    for await (const batch of batchesOf(events, { ...pace, limits: whole })) {
      expect(batch.position.seq).toBe(batch.events.at(-1)?.seq);
      all.push(batch.events.map(({ seq }) => seq));
    }
    return all;
  };
  async function* numbers(count: number, pauseAfter = 0) {
    for (let seq = 1; seq <= count; seq++) {
      yield stored(seq);
      if (seq === pauseAfter) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  test('have so many events at most', async () => {
    expect(await batches(numbers(5), { events: 2 })).toEqual([[1, 2], [3, 4], [5]]);
  });
  test('have so many bytes at most, and a longer event goes alone', async () => {
    async function* long() {
      yield stored(1);
      yield stored(2, 'x'.repeat(5_000));
      yield stored(3);
    }
    expect(await batches(long(), { bytes: 1_024 })).toEqual([[1], [2], [3]]);
  });
  test('wait no longer than they may', async () => {
    expect(await batches(numbers(4, 2), {})).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

test('a sink is away once it fails again, at once when it lies, and back with the first success', () => {
  let now = 1_000;
  const told: (string | undefined)[] = [];
  const standing = new SinkStanding({ now: () => now }, ({ away }) => told.push(away?.problem));
  standing.failed('unavailable', 'cut');
  expect(told).toEqual([]);
  now += 100;
  standing.failed('unavailable', 'cut');
  standing.failed('unavailable', 'cut');
  expect(told).toEqual(['cut']);
  standing.stored(5, 1);
  standing.stored(5, 1);
  expect(told).toEqual(['cut', undefined]);
  standing.failed('lied', 'nothing there');
  expect(told).toEqual(['cut', undefined, 'nothing there']);
  expect(standing.now).toMatchObject({ events: 10, batches: 2, failures: 4 });
});

test('words of a service are short, on one line, and have nothing in them that it was told in confidence', () => {
  expect(said('no\nsuch\u0007 token abc123', ['abc123'])).toBe('no such token …');
  expect(said('x'.repeat(5_000)).length).toBe(200);
  expect(said({ not: 'text' })).toBe('');
  expect(problemOf(Object.assign(new Error('password is abc123'), { code: 'ECONNRESET' }))).toBe(
    'the connection was cut (ECONNRESET)',
  );
  expect(problemOf(new Error('password is abc123'))).toBe('it failed');
});
