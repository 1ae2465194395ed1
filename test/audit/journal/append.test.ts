// Events in the journal: how they are numbered, chained, shared, bounded and given up.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventHash } from '../../../gateway/audit/event/line.ts';
import { beginning, canonicalJson, readEvents, subjectOf } from '../../../gateway/audit/index.ts';
import { defaultKeyFile } from '../../../gateway/audit/journal/signing-key.ts';
import type { Journal } from '../../../gateway/audit/journal/types.ts';
import { writeStatement } from './settings.ts';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
const opened: Journal[] = [];
const open: Stage['open'] = async (...settings) => {
  const journal = await stage.open(...settings);
  opened.push(journal);
  return journal;
};

beforeEach(() => {
  stage = makeStage();
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  stage.remove();
});

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

const subject = subjectOf({ text: 'SELECT 1', facts: { kind: 'select' } });

describe('an event', () => {
  test('is in the file when append returns, and can be verified from what is shipped', async () => {
    const journal = await open();
    const id = journal.append({
      type: 'statement.intent',
      session: 's"1',
      subjects: { statement: subject, session: subjectOf({ principal: 'agent:é' }) },
      members: { parameters: ['a\0b', '\ud800'], approval: { by: ['x'] } },
    });
    expect(stage.text()).toContain(`"statement":"${id}"`);
    const event = (await stage.events()).at(-1)?.event;
    expect(event).toMatchObject({
      id,
      type: 'statement.intent',
      session: 's"1',
      statement: id,
      subjects: {
        statement: { text: 'SELECT 1', facts: { kind: 'select' } },
        session: { principal: 'agent:é' },
      },
      parameters: ['a\ufffdb', '\ufffd'],
      approval: { by: ['x'] },
    });
    expect(event && eventHash(event)).toBe(event?.hash);
    expect(event && eventHash(JSON.parse(canonicalJson(event)))).toBe(event?.hash);
  });

  test('that is put together by hand loses the escapes that databases refuse', async () => {
    const journal = await open();
    journal.append({ type: 'x', members: '"a":"\\u0000b"' });
    expect((await stage.events()).at(-1)?.event.a).toBe('\ufffdb');
  });

  test('names what it shares by hash, and each segment has that once', async () => {
    const journal = await open({ journal: { segment_bytes: 16_384 } });
    for (let number = 1; number <= 100; number++) writeStatement(journal, number, { statement: subject });
    await journal.close();
    const files = stage.files();
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const lines = readFileSync(file, 'utf8').split('\n');
      expect(lines.filter((line) => line.startsWith('{"shape"'))).toHaveLength(1);
    }
    const intents = (await stage.events()).filter(({ type }) => type === 'statement.intent');
    expect(new Set(intents.map(({ event }) => event.subjects?.statement?.text))).toEqual(
      new Set(['SELECT 1']),
    );
  });

  test('that nothing waits for is written with the next one, or soon', async () => {
    const journal = await open();
    journal.appendSoon({ type: 'late', members: '' });
    expect(stage.text()).not.toContain('"late"');
    await vi.waitFor(() => expect(stage.text()).toContain('"late"'), 5_000);
    journal.appendSoon({ type: 'later', members: '' });
    journal.append({ type: 'now', members: '' });
    expect(stage.text()).toMatch(/"later"[^\n]*\n[^\n]*"now"/);
  });

  test('is refused once the journal is closed', async () => {
    const journal = await open();
    await journal.close();
    expect(() => journal.append({ type: 'x', members: '' })).toThrow(/cannot be recorded/);
    expect(journal.health.writable).toBe(false);
  });
});

describe('a chain', () => {
  test('goes on when it is opened again, under the name that it was given once', async () => {
    const first = await open();
    first.append({ type: 'one', members: '' });
    await first.close();
    const second = await open();
    second.append({ type: 'two', members: '' });
    await second.close();
    expect(second.chain).toBe(first.chain);
    expect(first.chain).toMatch(/^gateway-0\.[a-z0-9]{6}$/);
    expect((await stage.events()).map(({ type }) => type)).toEqual([
      'audit.head',
      'one',
      'audit.head',
      'two',
      'audit.head',
    ]);
    expect(await stage.verify()).toMatchObject({ problem: undefined, events: 5, heads: 3 });
  });

  test('is signed while there are new events, by a key that only its owner can read', async () => {
    const journal = await open({ every_seconds: 0.05 });
    journal.append({ type: 'one', members: '' });
    await vi.waitFor(async () => expect((await stage.events()).at(-1)?.type).toBe('audit.head'), 5_000);
    const { length } = await stage.events();
    await sleep(200);
    expect(await stage.events()).toHaveLength(length);
    expect(statSync(defaultKeyFile(dirname(stage.folder))).mode & 0o777).toBe(0o600);
    expect(await stage.verify()).toMatchObject({ problem: undefined, attested: { seq: 2 } });
  });
});

describe('the bound', () => {
  const journal = { max_bytes: 65_536, segment_bytes: 8_192 };
  const fill = (target: Journal, most: number): number => {
    for (let number = 1; number <= most; number++) target.append({ type: 'x', members: { number } });
    return most;
  };

  test('lets the oldest segments go where there is no sink, and says so in the chain', async () => {
    const own = await open({ journal });
    fill(own, 1_000);
    expect(own.health).toMatchObject({ writable: true, full: false });
    expect(own.health.bytes).toBeLessThan(65_536 + 8_192);
    await own.close();
    const report = await stage.verify();
    expect(report.problem).toBeUndefined();
    expect(report.first).toBeGreaterThan(1);
    expect(report.trimmedThrough).toBe(report.first - 1);
  });

  test('refuses while a sink lacks what would have to go, and accepts when the sink has it', async () => {
    const own = await open({ journal }, { sinks: ['archive'] });
    expect(own.sinks.register('archive')).toEqual(beginning);
    expect(() => fill(own, 1_000)).toThrow(/audit journal is full/);
    expect(own.health).toMatchObject({ writable: false, full: true });
    expect(own.health.sinks[0]).toMatchObject({ name: 'archive', behind: own.health.lastSeq });
    expect(
      own.families().find(({ name }) => name === 'portcullis_audit_refused_total')?.samples[0]?.value,
    ).toBe(1);

    // What has been forwarded is completed all the same.
    own.appendSoon({ type: 'statement.outcome', statement: 'x/1', members: '' });

    const events = await stage.events();
    const middle = events[Math.floor(events.length / 2)];
    own.sinks.acknowledge('archive', middle?.position ?? beginning);
    expect(own.health.writable).toBe(true);
    own.append({ type: 'again', members: '' });
    const first = (await stage.events())[0]?.seq ?? 0;
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThanOrEqual(middle?.seq ?? 0);
    await own.close();
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('deletes nothing that may not go', async () => {
    const own = await open({ journal }, { mayDelete: () => false });
    expect(() => fill(own, 1_000)).toThrow(/audit journal is full/);
    expect((await stage.events())[0]?.seq).toBe(1);
  });

  test('deletes for retention as far as it may, oldest first', async () => {
    const own = await open({ journal: { segment_bytes: 8_192 } });
    fill(own, 300);
    const segments = own.segments();
    expect(own.deleteOldest(({ segment }) => segment < (segments[3]?.segment ?? 0))).toBe(3);
    expect(own.segments()[0]).toEqual(segments[3]);
    expect((await stage.events())[0]?.seq).toBe(segments[3]?.segment);
    expect(own.deleteOldest(() => true)).toBe(segments.length - 4);
    expect(own.segments()).toHaveLength(1);
  });
});

describe('a sink', () => {
  test('goes on where it was after a restart; one that is gone is forgotten', async () => {
    const first = await open({}, { sinks: ['archive'] });
    first.append({ type: 'one', members: '' });
    const position = (await stage.events()).at(-1)?.position ?? beginning;
    first.sinks.acknowledge('archive', position);
    await first.close();
    const second = await open({}, { sinks: ['archive', 'new'] });
    expect(second.sinks.register('archive')).toEqual(position);
    expect(second.sinks.register('new')).toEqual(beginning);
    await second.close();
    const third = await open({}, { sinks: ['new'] });
    expect(third.health.sinks.map(({ name }) => name)).toEqual(['new']);
  });

  test('that is taken out of the configuration keeps nothing back any more', async () => {
    const own = await open(
      { journal: { max_bytes: 65_536, segment_bytes: 8_192 } },
      { sinks: ['old', 'new'] },
    );
    const position = { seq: 1_000_000, segment: 1, offset: 0 };
    own.sinks.acknowledge('new', position);
    const fill = () => {
      for (let number = 0; number < 1_000; number++) own.append({ type: 'x', members: {} });
    };
    expect(fill).toThrow(/audit journal is full/);
    own.sinks.retire('old');
    own.sinks.acknowledge('old', position);
    fill();
    expect(own.health.sinks.map(({ name }) => name)).toEqual(['new']);
  });

  test('keeps strict mode waiting until it has the event', async () => {
    const own = await open(
      { mode: 'strict', strict_sink: 'archive', strict_seconds: 20 },
      { sinks: ['archive'] },
    );
    const id = own.append({ type: 'one', members: '' });
    let isAcknowledged = false;
    const waiting = own.acknowledged(id).then(() => {
      isAcknowledged = true;
    });
    await sleep(20);
    expect(isAcknowledged).toBe(false);
    own.sinks.acknowledge('archive', (await stage.events()).at(-1)?.position ?? beginning);
    await waiting;
    await own.acknowledged(id);
  });

  test('that is away or too slow lets strict mode refuse', async () => {
    const own = await open(
      { mode: 'strict', strict_sink: 'archive', strict_seconds: 0.1 },
      { sinks: ['archive'] },
    );
    const id = own.append({ type: 'one', members: '' });
    await expect(own.acknowledged(id)).rejects.toMatchObject({ code: 'audit_unavailable' });
    const waiting = own.acknowledged(id);
    own.sinks.away('archive', 'ECONNREFUSED');
    await expect(waiting).rejects.toMatchObject({ code: 'audit_unavailable' });
    await expect(own.acknowledged(id)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(own.health.sinks[0]?.away).toBe('ECONNREFUSED');
    own.sinks.back('archive');
    own.sinks.acknowledge('archive', { seq: 100, segment: 1, offset: 0 });
    await own.acknowledged(id);
  });
});

describe('what cannot be read', () => {
  test('is said, to whoever reads and to whoever opens', async () => {
    await (await open()).close();
    // In the place of a file, what reading always fails at.
    mkdirSync(join(stage.folder, '000000000900.jsonl'));
    await expect(stage.events()).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(open()).rejects.toMatchObject({ code: 'EISDIR' });
    rmdirSync(join(stage.folder, '000000000900.jsonl'));
    await (await open()).close();
  });
});

describe('a file that is lost while it is written', () => {
  test('lets everything be denied, and what was forwarded be told as soon as it can', async () => {
    const own = await open();
    const id = own.append({ type: 'statement.intent', session: 's', members: '' });
    const file = stage.files()[0] as string;
    const fd = readdirSync('/proc/self/fd').find((each) => linkOf(each) === file);
    // In its place stands what nothing can be written to.
    closeSync(Number(fd));
    expect(openSync('/dev/null', 'r')).toBe(Number(fd));
    expect(() => own.append({ type: 'x', members: '' })).toThrow(/cannot be recorded/);
    expect(own.health).toMatchObject({
      writable: false,
      full: false,
      lastError: expect.stringMatching(/^E/),
    });
    const outcome = { type: 'statement.outcome', statement: id, members: '' };
    own.appendSoon(outcome);
    await vi.waitFor(() => expect(own.health.writable).toBe(true), 10_000);
    own.append({ type: 'after', members: '' });
    await own.close();
    expect((await stage.events()).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['statement.intent', 'statement.outcome', 'after']),
    );
    expect((await stage.verify()).problem).toBeUndefined();
  });
});

describe('a reader', () => {
  test('follows across segments and starts where it was', async () => {
    const own = await open({ journal: { segment_bytes: 4_096 } });
    const ending = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of readEvents(stage.folder, { follow: ending.signal })) seen.push(seq);
    })();
    for (let number = 1; number <= 60; number++) {
      writeStatement(own, number, { statement: subject });
      if (number % 10 === 0) await sleep(5);
    }
    await vi.waitFor(() => expect(seen.at(-1)).toBe(own.health.lastSeq), 10_000);
    ending.abort();
    await reading;
    expect(seen).toEqual(seen.map((_, at) => at + 1));

    const events = await stage.events();
    const from = events[70]?.position ?? beginning;
    const rest = [];
    for await (const event of readEvents(stage.folder, { from })) rest.push(event);
    expect(rest[0]?.seq).toBe(72);
    expect(rest.at(-1)?.json).toBe(events.at(-1)?.json);
    expect(
      rest.filter(({ type }) => type === 'statement.intent').every(({ event }) => event.subjects?.statement),
    ).toBe(true);
  });

  test('passes over what is no event and says where it was', async () => {
    const own = await open();
    own.append({ type: 'one', members: '' });
    const { appendFileSync } = await import('node:fs');
    const file = stage.files()[0] as string;
    const { size } = statSync(file);
    appendFileSync(file, 'nothing\n');
    own.append({ type: 'two', members: '' });
    const damage: number[] = [];
    const types = [];
    for await (const { type } of readEvents(stage.folder, { onDamage: ({ offset }) => damage.push(offset) }))
      types.push(type);
    expect(types).toEqual(['audit.head', 'one', 'two']);
    expect(damage).toEqual([size]);
  });
});
