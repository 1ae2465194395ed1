// Lines that hold several events, as those who read a chain's folder find them: in order, from any place, and after a crash.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../gateway/audit/event/event.ts';
import { type LineHead, readLine } from '../../../gateway/audit/event/line.ts';
import {
  readStatements,
  redactedStatements,
  type StatementsLine,
} from '../../../gateway/audit/event/statements-line.ts';
import { hashOf, subjectOf } from '../../../gateway/audit/event/subject.ts';
import { readEvents } from '../../../gateway/audit/journal/read-events.ts';
import { scanSegment } from '../../../gateway/audit/journal/scan-segment.ts';
import { segmentFile } from '../../../gateway/audit/journal/segments.ts';
import type { ReadOptions, StoredEvent } from '../../../gateway/audit/journal/types.ts';
import { EntryReader } from '../../../gateway/audit/query/source/entry.ts';
import { statementsBody } from '../lines-of-events.ts';
import { chain, intent, MixedSegment, outcome } from './mixed-segment.ts';

const subjects = {
  session: subjectOf({ principal: 'ada' }),
  statement: subjectOf({ text: 'SELECT \'é\', "of":[' }),
};
let folder: string;
let file: string;
let segment: MixedSegment;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'several-'));
  file = segmentFile(folder, 1);
  segment = new MixedSegment();
  segment.alone('audit.head', { head: {}, open: { [`${chain}/0`]: 'before' } });
  segment.alone('session.opened', { session: 'a' }, { session: subjects.session });
  const [first = '', second = ''] = segment.together(
    intent('a', subjects, { parameters: ['7', null, '"of":["x"],"count":2,"hash":"'] }),
    intent('b', subjects),
  );
  segment.together(
    outcome('a', first, 3),
    intent('a', subjects, { text: "SELECT '\"é]', [0,1]" }),
    outcome('a', `${chain}/${segment.seq + 2}`),
    intent('a', subjects, { parameters: ['open'], text: 'SELECT $1 "],"count":4' }),
  );
  segment.alone('session.ended', { session: 'a' });
  segment.together(outcome('b', second));
  writeFileSync(file, segment.text);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of readEvents(folder, options)) events.push(event);
  return events;
}

const seqs = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);

describe('whoever reads them', () => {
  test('gets their events in order, each with its own id, place and subjects', async () => {
    const events = await read();
    expect(seqs(events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(events.map(({ id }) => id)).toEqual(seqs(events).map((seq) => `${chain}/${seq}`));
    const lines = segment.ends.filter((_, at) => segment.lines[at]?.startsWith('{"version"'));
    expect(events.map(({ position }) => position)).toEqual(
      [0, 1, 2, 2, 3, 3, 3, 3, 4, 5].map((line, at) => ({ seq: at + 1, segment: 1, offset: lines[line] })),
    );
    expect(events[2]?.event).toMatchObject({
      ...{ type: 'statement.intent', session: 'a', statement: `${chain}/3`, path: 'query' },
      parameters: ['7', null, '"of":["x"],"count":2,"hash":"'],
      sealed: { count: 2, first: 3 },
      subjects: { session: { principal: 'ada' }, statement: { text: 'SELECT \'é\', "of":[' } },
    });
    expect(events[4]?.event).toMatchObject({
      ...{ type: 'statement.outcome', statement: `${chain}/3` },
      outcome: { rows: 3, milliseconds: 5.321, state: 'complete' },
    });
    expect(events[5]?.event).toMatchObject({ text: "SELECT '\"é]', [0,1]" });
    expect(events[5]?.event).not.toHaveProperty('parameters');
    expect(events[7]?.event).toMatchObject({ parameters: ['open'], text: 'SELECT $1 "],"count":4' });
    expect(Object.keys(events[7]?.event ?? {}).slice(-6)).toEqual([
      ...['parameters', 'path', 'text', 'hash', 'sealed', 'subjects'],
    ]);
    expect(events.every(({ type, event }) => type === event.type)).toBe(true);
  });

  test('gets what the line is made from again', async () => {
    const events = (await read()).map(({ event }) => event);
    for (const line of [events.slice(2, 4), events.slice(4, 8), events.slice(9)])
      expect(hashOf(statementsBody(line))).toBe(line[0]?.hash);
  });

  test('goes on in the middle of one', async () => {
    const all = await read();
    for (const { position } of all)
      expect(seqs(await read({ from: position }))).toEqual(seqs(all).slice(position.seq));
  });

  test('follows them as they are written, whole', async () => {
    const bytes = Buffer.from(segment.text);
    const ending = new AbortController();
    const seen: number[] = [];
    writeFileSync(file, '');
    let written = 0;
    const news = async () => {
      if (written >= bytes.length) ending.abort();
      appendFileSync(file, bytes.subarray(written, written + 40));
      written += 40;
    };
    for await (const { seq } of readEvents(folder, { follow: ending.signal, news })) seen.push(seq);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('is told of a line whose context is damaged, and of the context', async () => {
    const damage: number[] = [];
    const at = segment.lines.findIndex((line) => line.startsWith('{"context"') && line.includes('"of b"'));
    const line = segment.lines.findIndex((each) => each.includes('"seq":3,'));
    writeFileSync(file, segment.text.replace('"decision_id":"of b"', '"decision_id":"of c"'));
    const events = await read({ onDamage: ({ offset }) => damage.push(offset) });
    expect(damage).toEqual([segment.ends[at - 1], segment.ends[line - 1]]);
    expect(seqs(events)).toEqual([1, 2, 5, 6, 7, 8, 9, 10]);
  });

  test('as entries, gets the same events', async () => {
    const reader = new EntryReader();
    const entries = segment.text
      .trimEnd()
      .split('\n')
      .flatMap((line) => reader.read(line));
    const events = (await read()).map(({ event }) => event);
    expect(entries.map(({ event }) => event)).toEqual(
      events.map(({ subjects: _, ...event }): AuditEvent => event),
    );
    const sealed = (some: readonly AuditEvent[]) => JSON.stringify(some.filter((event) => 'sealed' in event));
    expect(sealed(entries.map(({ event }) => event))).toBe(
      sealed(events.map(({ subjects: _, ...event }): AuditEvent => event)),
    );
    expect(entries.map((entry) => entry.subjects)).toEqual(events.map((event) => event.subjects ?? {}));
    expect(entries[2]?.subjects).toBe(entries[5]?.subjects);
    expect(reader.unreadable).toBe(0);
  });
});

test('of a line whose details are gone, there is what happened to whom', async () => {
  const at = segment.lines.findIndex((line) => line.includes('"seq":5,'));
  const line = segment.lines[at] as string;
  const statements = readStatements(line.trimEnd(), readLine(line.trimEnd()) as LineHead) as StatementsLine;
  const { begin, end } = redactedStatements(statements);
  writeFileSync(
    file,
    segment.text.replace(line, `${begin}${end.padStart(line.length - 1 - begin.length)}\n`),
  );
  const events = (await read()).map(({ event }) => event);
  expect(seqs(events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(events[4]).toMatchObject({ statement: `${chain}/3`, session: 'a', redacted: 'age' });
  expect(events[4]).not.toHaveProperty('outcome');
  expect(events[7]).toMatchObject({ sealed: { check: 0, count: 4, first: 5 } });
  for (const gone of ['parameters', 'text']) expect(events[7]).not.toHaveProperty(gone);
  const reader = new EntryReader();
  const entries = segment.lines.flatMap((each) =>
    reader.read(each === line ? `${begin}${end}` : each.trimEnd()),
  );
  expect(entries[7]?.event).toEqual({ ...events[7], subjects: undefined });
});

describe('a segment that is opened again', () => {
  test('ends with the last number of its last line', () => {
    const { last, wholeBytes, damagedAt, open, subjects: known, contexts } = scanSegment(file);
    expect(last).toMatchObject({ seq: 10, type: 'statements' });
    expect(wholeBytes).toBe(Buffer.byteLength(segment.text));
    expect(damagedAt).toBeUndefined();
    expect([...open]).toEqual([
      [`${chain}/0`, 'before'],
      [`${chain}/8`, 'a'],
    ]);
    expect([...known].sort()).toEqual(
      Object.values(subjects)
        .map(({ hash }) => hash)
        .sort(),
    );
    expect(contexts.known.size).toBe(segment.lines.filter((line) => line.startsWith('{"context"')).length);
  });

  test('is cut behind its last whole line, wherever it was torn', () => {
    const bytes = Buffer.from(segment.text);
    const { ends } = segment;
    const from = ends.at(-5) as number;
    for (let cut = from; cut < bytes.length; cut++) {
      writeFileSync(file, bytes.subarray(0, cut));
      const { wholeBytes, last, damagedAt, contexts } = scanSegment(file);
      const whole = ends.findLast((end) => end <= cut) as number;
      const lines = segment.lines.slice(0, ends.indexOf(whole) + 1);
      expect({ cut, wholeBytes, damagedAt }).toEqual({ cut, wholeBytes: whole, damagedAt: undefined });
      const seq = { true: 9, false: lines.some((line) => line.includes('"seq":5,')) ? 8 : 4 };
      expect(last?.seq).toBe(seq[`${lines.some((line) => line.includes('"session.ended"'))}`]);
      expect(contexts.known.size).toBe(lines.filter((line) => line.startsWith('{"context"')).length);
    }
  });

  test('whose last line is changed in any byte ends before it', () => {
    const bytes = Buffer.from(segment.text);
    const from = segment.ends.at(-2) as number;
    for (let at = from; at < bytes.length - 1; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      writeFileSync(file, changed);
      const { last, wholeBytes, open } = scanSegment(file);
      expect({ at, seq: last?.seq, wholeBytes }).toEqual({ at, seq: 9, wholeBytes: from });
      expect(open.has(`${chain}/4`)).toBe(true);
    }
  });

  test('a context that is not what its hash says is damage, and is not known', () => {
    const before = scanSegment(file);
    writeFileSync(file, segment.text.replace('"decision_id":"of b"', '"decision_id":"of c"'));
    const { damagedAt, contexts, open, last } = scanSegment(file);
    const at = segment.lines.findIndex((line) => line.includes('"decision_id":"of b"'));
    expect({ damagedAt, seq: last?.seq }).toEqual({ damagedAt: segment.ends[at - 1], seq: 10 });
    expect(contexts.known.size).toBe(before.contexts.known.size - 1);
    expect([...open.keys()]).toEqual([...before.open.keys()]);
  });
});
