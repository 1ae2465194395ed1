// Events that were sealed together, as they are shipped: whoever changes one, drops it or moves it is found.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventHash } from '../../../gateway/audit/event/line.ts';
import { hashOf } from '../../../gateway/audit/event/subject.ts';
import type { AuditEvent } from '../../../gateway/audit/index.ts';
import { checkOfEvent, statementsBody } from '../lines-of-events.ts';
import { anyOf, type Story, tellStory } from './sealed-story.ts';

// biome-ignore lint/suspicious/noExplicitAny: events are changed in ways that no type allows
type Changing = { -readonly [key in string]: any };

let story: Story;
beforeAll(async () => {
  story = await tellStory();
});
afterAll(() => story.remove());

const indexOf = (seq: number): number => story.shipped.findIndex((event) => event.seq === seq);
/** The events with this one changed. */
const having = (seq: number, change: (event: Changing) => void): AuditEvent[] => {
  const event = structuredClone(story.shipped[indexOf(seq)]) as AuditEvent;
  change(event as Changing);
  return story.shipped.with(indexOf(seq), event);
};
/** It says something else, and its check is what it has to be. */
function fitting(event: AuditEvent): AuditEvent {
  const copy = structuredClone(event) as Changing;
  if (copy.type === 'statement.intent') copy.parameters = ['8'];
  else copy.outcome.rows += 1;
  const places = [...new Set(story.eight.events.map(contextKey))];
  copy.sealed.check = checkOfEvent(copy as AuditEvent, places.indexOf(contextKey(event)));
  return copy as AuditEvent;
}
const contextKey = ({ type, session }: AuditEvent): string => `${type} ${session}`;
const numbers = () => story.eight.events.map(({ seq }) => seq);

describe('what nobody touched', () => {
  test('is whole, and has lines of several events', async () => {
    expect(story.eight.events).toHaveLength(8);
    expect(await story.shippedAs(story.shipped, { heads: story.heads })).toMatchObject({
      ...{ problem: undefined, events: story.shipped.length, duplicates: 0 },
      attested: { seq: story.shipped.length - 1 },
    });
  });

  test('is whole however it was cut and came again', async () => {
    const { length } = story.shipped;
    for (let cut = 1; cut <= length; cut++)
      for (let from = 0; from < cut; from++) {
        const events = [...story.shipped.slice(0, cut), ...story.shipped.slice(from)];
        expect({ cut, from, ...(await story.shippedAs(events)) }).toMatchObject({
          ...{ cut, from, problem: undefined, duplicates: cut - from },
        });
      }
  });

  test('is whole when a part of it came late, twice and again', async () => {
    const { shipped } = story;
    const { first } = story.eight;
    const late = [
      ...shipped.slice(0, first + 4),
      ...shipped.slice(2, first + 1),
      ...shipped.slice(first - 1, first + 5),
    ];
    for (const events of [
      [...late, ...shipped.slice(first + 2)],
      [...late, ...late, ...shipped],
      [...shipped, ...shipped.slice(first + 3), ...shipped.slice(first + 1, first + 3)],
    ])
      expect((await story.shippedAs(events)).problem).toBeUndefined();
  });
});

describe('a changed value is found at its event', () => {
  const anywhere: Record<string, (event: Changing) => void> = {
    id: (event) => (event.id = `${event.chain}/${event.seq + 1}`),
    previous: (event) => (event.previous = 'B'.repeat(43)),
    hash: (event) => (event.hash = 'B'.repeat(43)),
    time: (event) => (event.time = '2001-02-03T04:05:06.789Z'),
    type: (event) =>
      (event.type = event.type === 'statement.intent' ? 'statement.outcome' : 'statement.intent'),
    'another type': (event) => (event.type = 'statement.refused'),
    session: (event) => (event.session = 'mine'),
    'no session': (event) => delete event.session,
    statement: (event) => (event.statement = `${event.chain}/1`),
    "another chain's statement": (event) => (event.statement = `x${event.statement}`),
    'added shapes': (event) => (event.shapes = { ...event.shapes, other: 'B'.repeat(43) }),
    'an added member': (event) => (event.rule = 'allowed'),
    'an added subject': (event) => (event.subjects = { ...event.subjects, other: { a: 1 } }),
    check: (event) => (event.sealed.check += 1),
    'a check that is none': (event) => (event.sealed.check = `${event.sealed.check}`),
    'more events': (event) => (event.sealed.count += 1),
    'many more events': (event) => (event.sealed.count += 1000),
    'fewer events': (event) => (event.sealed.count -= 1),
    'an earlier first': (event) => (event.sealed.first -= 1),
    'itself as the first': (event) =>
      (event.sealed = { ...event.sealed, first: event.seq, count: event.sealed.first === event.seq ? 1 : 8 }),
    'more about the line': (event) => (event.sealed.more = 1),
    'nothing about the line': (event) => delete event.sealed,
    'no line': (event) => (event.sealed = null),
    'a redaction beside its content': (event) => (event.redacted = 'age'),
  };
  const intents: Record<string, (event: Changing) => void> = {
    parameters: (event) => (event.parameters = ['8']),
    'other parameters than there were': (event) => {
      if (event.parameters === undefined) event.parameters = [];
      else delete event.parameters;
    },
    'parameters 0': (event) => (event.parameters = 0),
    text: (event) => (event.text = 'SELECT 3'),
    'another text than there was': (event) => {
      if (event.text === undefined) event.text = '';
      else delete event.text;
    },
    'a text that is none': (event) => (event.text = { text: event.text }),
    path: (event) => (event.path = 'query'),
    'no shapes': (event) => delete event.shapes,
    'a changed subject': (event) => (event.subjects.statement.text = 'SELECT 2'),
    'a missing subject': (event) => delete event.subjects.session,
    'an outcome': (event) => (event.outcome = { rows: 1 }),
  };
  const outcomes: Record<string, (event: Changing) => void> = {
    rows: (event) => (event.outcome.rows += 1),
    'rows as text': (event) => (event.outcome.rows = `${event.outcome.rows}`),
    bytes: (event) => (event.outcome.bytes += 1),
    affected: (event) => (event.outcome.affected += 1),
    tag: (event) => (event.outcome.tag += '0'),
    milliseconds: (event) => (event.outcome.milliseconds += 0.001),
    'less than a microsecond': (event) => (event.outcome.milliseconds += 0.0001),
    state: (event) => (event.outcome.state = 'failed'),
    'no tag': (event) => delete event.outcome.tag,
    'more of the outcome': (event) => (event.outcome.masked = { cells: 1 }),
    'no outcome': (event) => delete event.outcome,
    parameters: (event) => (event.parameters = ['7']),
  };

  const namesIt = async (seq: number, change: (event: Changing) => void) => {
    const { problem } = await story.shippedAs(having(seq, change));
    expect({ ...problem, at: seq }).toMatchObject({
      ...{ seq, at: seq, what: expect.stringMatching(/^(altered|subject_(changed|missing))$/) },
    });
    expect(problem?.message).not.toContain('one of the events');
  };
  test.each(Object.entries(anywhere))('%s', async (_, change) => {
    for (const seq of numbers()) await namesIt(seq, change);
  });
  test.each(Object.entries(intents))('%s of an intent', async (_, change) => {
    for (const { type, seq } of story.eight.events)
      if (type === 'statement.intent') await namesIt(seq, change);
  });
  test.each(Object.entries(outcomes))('%s of an outcome', async (_, change) => {
    for (const { type, seq } of story.eight.events)
      if (type === 'statement.outcome') await namesIt(seq, change);
  });

  test('at that of the line where its check was made to fit', async () => {
    const { first, last, events } = story.eight;
    for (const event of events) {
      const { seq } = event;
      const changed = story.shipped.with(indexOf(seq), fitting(event));
      expect((await story.shippedAs(changed)).problem).toMatchObject(anyOf(first, last));
    }
  });

  test('at the first of the line where all of them say the same lie', async () => {
    const { first, last } = story.eight;
    const all = (change: (event: Changing) => void) =>
      story.shipped.map((event) => {
        const copy = structuredClone(event);
        if (event.seq >= first && event.seq <= last) change(copy as Changing);
        return copy;
      });
    for (const change of [
      (event: Changing) => (event.previous = 'B'.repeat(43)),
      (event: Changing) => (event.hash = 'B'.repeat(43)),
      (event: Changing) => (event.time = '2001-02-03T04:05:06.789Z'),
      (event: Changing) => (event.sealed.count += 1),
      (event: Changing) => (event.sealed.count += 1000),
      (event: Changing) => (event.sealed.count = event.seq === last ? 8 : 7),
    ])
      expect((await story.shippedAs(all(change))).problem).toMatchObject({ seq: first, what: 'altered' });
    const atEnd = all((event) => (event.sealed.count += 1)).slice(0, last);
    expect((await story.shippedAs(atEnd)).problem).toMatchObject({ seq: first, what: 'altered' });
    const shorter = await story.shippedAs(
      all((event) => (event.sealed.count = Math.max(7, event.seq - first + 1))),
    );
    expect(shorter.problem).toMatchObject({ what: 'altered' });
  });

  test('at the one that speaks of another line, where a later one was changed as well', async () => {
    const { first } = story.eight;
    const early = having(first + 1, (event) => (event.time = '2001-02-03T04:05:06.789Z'));
    const both = early.map((event) => (event.seq === first + 4 ? fitting(event) : event));
    expect((await story.shippedAs(both)).problem).toMatchObject({ seq: first + 1, what: 'altered' });
    const all = both.map((event) =>
      story.eight.events.some(({ seq }) => seq === event.seq)
        ? { ...event, time: `20${event.seq + 10}-02-03T04:05:06.789Z` }
        : event,
    );
    expect((await story.shippedAs(all)).problem).toMatchObject({ what: 'altered' });
  });

  test('by its neighbour where the line was hashed anew', async () => {
    const { first, last, events } = story.eight;
    for (const at of [0, 3, 7]) {
      const changed = events.with(at, fitting(events[at] as AuditEvent));
      const hash = hashOf(statementsBody(changed));
      const anew = changed.map((event) => ({ ...event, hash }));
      const { problem } = await story.shippedAs(story.shipped.toSpliced(indexOf(first), 8, ...anew));
      expect(problem).toMatchObject({
        seq: first,
        what: 'altered',
        message: expect.stringContaining('hashed anew'),
      });
      expect(problem?.message).toContain(`${first} to ${last}`);
    }
  });
});

describe('what is not in its place is found', () => {
  test('a dropped event of a line', async () => {
    for (const seq of numbers()) {
      const { problem } = await story.shippedAs(story.shipped.toSpliced(indexOf(seq), 1));
      const with_ = seq === story.eight.first ? seq + 1 : seq - 1;
      expect(problem).toMatchObject({ seq, what: 'missing' });
      expect(problem?.message).toContain(`sealed together with event ${with_}`);
    }
  });

  test('several dropped events of a line', async () => {
    const { first } = story.eight;
    for (const [from, many] of [
      [0, 2],
      [0, 7],
      [2, 3],
      [5, 3],
      [1, 7],
    ] as const) {
      const { problem } = await story.shippedAs(story.shipped.toSpliced(indexOf(first + from), many));
      expect(problem).toMatchObject({ seq: first + from, what: 'missing' });
      expect(problem?.message).toContain(`${many} in all`);
    }
  });

  test('a dropped line', async () => {
    const { problem } = await story.shippedAs(story.shipped.toSpliced(indexOf(story.eight.first), 8));
    expect(problem).toMatchObject({ seq: story.eight.first, what: 'missing' });
    expect(problem?.message).toContain('8 in all');
  });

  test('a line that nothing is before, whose first event is missing', async () => {
    const { first } = story.eight;
    for (const from of [1, 7]) {
      const { problem } = await story.shippedAs(story.shipped.slice(indexOf(first + from)), {
        isWhole: false,
      });
      expect(problem).toMatchObject({ seq: first, what: 'missing' });
    }
    const whole = await story.shippedAs(story.shipped.slice(indexOf(first)), { isWhole: false });
    expect(whole).toMatchObject({ problem: undefined, first });
  });

  test('an end within a line, with a head from elsewhere and without', async () => {
    const { first, last } = story.eight;
    for (const heads of [[], story.heads])
      for (let cut = first; cut < last; cut++)
        expect((await story.shippedAs(story.shipped.slice(0, cut), { heads })).problem).toMatchObject({
          ...{ seq: cut + 1, what: 'missing' },
        });
    const { problem } = await story.shippedAs(story.shipped.slice(0, last), { heads: story.heads });
    expect(problem).toMatchObject({ seq: last + 1, what: 'truncated' });
    expect((await story.shippedAs(story.shipped.slice(0, last))).problem).toBeUndefined();
  });

  test('events that changed places, beside each other and far apart', async () => {
    for (let at = 1; at < indexOf(story.eight.last) + 1; at++) {
      const [one, two] = story.shipped.slice(at, at + 2) as [AuditEvent, AuditEvent];
      const { problem } = await story.shippedAs(story.shipped.toSpliced(at, 2, two, one));
      expect(problem).toMatchObject({ seq: two.seq, what: 'swapped' });
      const moved = story.shipped.toSpliced(at, 1).toSpliced(at + 10, 0, one);
      expect((await story.shippedAs(moved)).problem).toMatchObject({ seq: one.seq + 1, what: 'swapped' });
    }
  });

  test('an event with a hash of its own, in the place of one of a line', async () => {
    for (const seq of numbers().slice(1)) {
      const changed = having(seq, (event) => {
        delete event.sealed;
        event.hash = eventHash(event as AuditEvent);
      });
      expect((await story.shippedAs(changed)).problem).toMatchObject({ seq, what: 'altered' });
    }
  });

  test('lines that changed places', async () => {
    const from = indexOf(story.eight.first);
    const before = story.shipped.slice(from - 2, from);
    const changed = story.shipped.toSpliced(from - 2, 10, ...story.shipped.slice(from, from + 8), ...before);
    expect((await story.shippedAs(changed)).problem).toMatchObject({
      seq: story.eight.first,
      what: 'swapped',
    });
  });

  test('a line that is no event', async () => {
    for (const seq of numbers()) {
      const { problem } = await story.shippedAs(
        (story.shipped as unknown[]).toSpliced(indexOf(seq) + 1, 0, '{"a":1}'),
      );
      expect(problem).toMatchObject({ seq: seq + 1, what: 'unreadable' });
    }
  });
});

describe('a copy that differs', () => {
  test('is found while its line is open, behind it, and when it came first', async () => {
    for (const event of story.eight.events) {
      const at = indexOf(event.seq);
      const copy = fitting(event);
      for (const events of [
        story.shipped.toSpliced(at + 1, 0, copy),
        // Of the last one, the line is judged before the other copy is there.
        ...(event.seq === story.eight.last ? [] : [story.shipped.toSpliced(at, 0, copy)]),
        [...story.shipped, copy],
        [...story.shipped.slice(0, at + 1), ...story.shipped.with(at, copy).slice(4)],
        [...story.shipped, ...story.shipped.with(at, copy).slice(4)],
      ])
        expect((await story.shippedAs(events)).problem).toMatchObject({ seq: event.seq, what: 'duplicated' });
    }
  });

  test('is found where the check of the original fits it, too', async () => {
    const { first, last, events } = story.eight;
    const value = sameCheck(first, checkIn(events[0] as AuditEvent));
    expect(value).not.toBe('7');
    const copy = having(first, (event) => (event.parameters = [value]))[indexOf(first)] as AuditEvent;
    expect(checkOfEvent(copy, 0)).toBe(checkIn(copy));
    const late = await story.shippedAs([...story.shipped, copy]);
    expect(late.problem).toMatchObject({ seq: first, what: 'duplicated' });
    const only = await story.shippedAs(story.shipped.with(indexOf(first), copy));
    expect(only.problem).toMatchObject(anyOf(first, last));
  });

  test('is found in what it says of its line as well', async () => {
    for (const change of [
      (event: Changing) => (event.time = '2001-02-03T04:05:06.789Z'),
      (event: Changing) => (event.previous = 'B'.repeat(43)),
      (event: Changing) => (event.hash = 'B'.repeat(43)),
      (event: Changing) => (event.sealed.count += 1),
      (event: Changing) => (event.sealed.check += 1),
      (event: Changing) => (event.session = 'mine'),
    ])
      for (const seq of numbers()) {
        const copy = having(seq, change)[indexOf(seq)];
        for (const events of [
          [...story.shipped, copy],
          story.shipped.toSpliced(indexOf(seq) + 1, 0, copy as AuditEvent),
        ])
          expect((await story.shippedAs(events)).problem).toMatchObject({ seq, what: 'duplicated' });
      }
  });
});

describe('what retention has removed', () => {
  const bare = ({
    parameters: _,
    outcome: __,
    path: ___,
    text: ____,
    subjects: _____,
    ...event
  }: AuditEvent): AuditEvent => ({
    ...event,
    redacted: 'age',
    sealed: { ...(event.sealed as object), check: 0 },
  });
  const redacted = (seqs: readonly number[], and: (event: Changing) => void = () => {}) =>
    story.shipped.map((event) => {
      if (!seqs.includes(event.seq)) return event;
      const left = bare(structuredClone(event));
      and(left as Changing);
      return left;
    });

  test('leaves the chain whole where it is a whole line, which may be older than its copies', async () => {
    const gone = redacted(numbers());
    for (const events of [gone, [...gone, ...story.shipped.slice(4)], [...story.shipped, ...gone.slice(8)]])
      expect(await story.shippedAs(events)).toMatchObject({ problem: undefined });
    expect((await story.shippedAs(gone)).redacted).toBe(8);
  });

  test('is a flaw where it is a part of a line', async () => {
    for (const seq of numbers())
      for (const some of [[seq], numbers().filter((each) => each !== seq)])
        expect((await story.shippedAs(redacted(some))).problem).toMatchObject({
          seq: some[0],
          what: 'altered',
        });
  });

  test('is no disguise', async () => {
    const { first } = story.eight;
    for (const change of [
      (event: Changing) => (event.parameters = ['7']),
      (event: Changing) => (event.redacted = 'label'),
      (event: Changing) => (event.type = 'statement.refused'),
      (event: Changing) => delete event.session,
      (event: Changing) => (event.time = '2001-02-03T04:05:06.789Z'),
      (event: Changing) => (event.sealed.more = 1),
      (event: Changing) => (event.hash = 'B'.repeat(43)),
      (event: Changing) => (event.subjects = { session: { principal: 'somebody' } }),
    ]) {
      const { problem } = await story.shippedAs(
        redacted(numbers(), (event) => event.seq === first + 2 && change(event)),
      );
      expect({ change: String(change), problem }).toMatchObject({ problem: { seq: first + 2 } });
    }
    const late = [
      ...redacted(numbers()),
      having(first + 2, (event) => (event.outcome.rows += 1))[indexOf(first + 2)],
    ];
    expect((await story.shippedAs(late)).problem).toBeDefined();
  });
});

const checkIn = ({ sealed }: AuditEvent): number => (sealed as { check: number }).check;

/** Another parameter with the same check, met from both its ends: FNV-1a is no secret, and can be gone back. */
function sameCheck(seq: number, check: number): string {
  const prime = 0x01000193;
  const inverse = 0x359c449b;
  const forth = (state: number, text: string): number =>
    [...Buffer.from(text)].reduce((now, byte) => Math.imul(now ^ byte, prime), state);
  const back = (state: number, text: string): number =>
    [...Buffer.from(text)].reverse().reduce((now, byte) => Math.imul(now, inverse) ^ byte, state);
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const three = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  const begun = forth(0x811c9dc5 ^ seq, '[0,["');
  const met = new Map(three.map((text) => [forth(begun, text), text]));
  const end = back(check | 0, '"]');
  for (const text of three) {
    const start = met.get(back(end, text));
    if (start !== undefined) return start + text;
  }
  throw new Error('there is none of six letters');
}
