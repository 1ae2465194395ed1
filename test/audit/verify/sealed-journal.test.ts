// Lines of a journal that hold several events: whoever changes one, drops it or moves it is found, and the event is named.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLine } from '../../../gateway/audit/event/line.ts';
import {
  checkOfOwn,
  readStatements,
  redactedStatements,
  type StatementsLine,
} from '../../../gateway/audit/event/statements-line.ts';
import { hashOf } from '../../../gateway/audit/event/subject.ts';
import { anyOf, type Story, tellStory } from './sealed-story.ts';

let story: Story;
let at: number;
beforeAll(async () => {
  story = await tellStory();
  at = story.lines.indexOf(story.eight.line);
});
afterAll(() => story.remove());

type Member = string | number | unknown[];
/** Its contexts beside its entries. */
type Line = {
  events: Member[][];
  of: string[];
  count: number;
  [member: string]: unknown;
};

function apart(text: string): Line {
  const line = JSON.parse(text);
  const events: (string | Member[])[] = line.events;
  return {
    ...line,
    events: events.filter((each) => typeof each !== 'string'),
    of: events.filter((each) => typeof each === 'string'),
  };
}

/** Each context before the first entry that has it, and those that none has behind. */
function together({ of, ...line }: Line): string {
  const contexts = [...of];
  const events = line.events.flatMap((entry): (string | Member[])[] => [
    ...contexts.splice(0, Number(entry[0]) + 1 - of.length + contexts.length),
    entry,
  ]);
  return JSON.stringify({ ...line, events: [...events, ...contexts] });
}

/** The journal with the line of eight changed. */
const having = (change: (line: Line) => void): string[] => {
  const line = apart(story.eight.line);
  change(line);
  return story.lines.with(at, together(line)) as string[];
};
const problemOf = async (lines: readonly string[]) => (await story.journal(lines)).problem;
const rehashed = (line: string): string => {
  const body = line.slice(0, line.lastIndexOf(',"hash":"'));
  return `${body},"hash":"${hashOf(body)}"}`;
};

test('what nobody touched is whole', async () => {
  expect(await story.journal(story.lines, { heads: story.heads })).toMatchObject({
    ...{ problem: undefined, events: story.shipped.length, last: story.shipped.length, duplicates: 0 },
  });
  const mixed = [...story.lines, ...story.shipped.slice(5).map((event) => JSON.stringify(event))];
  expect(await story.journal(mixed)).toMatchObject({
    problem: undefined,
    duplicates: story.shipped.length - 5,
  });
});

describe('a changed entry is found at its event', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])('number %i of the line', async (index) => {
    const length = apart(story.eight.line).events[index]?.length ?? 0;
    expect(length).toBeGreaterThan(2);
    for (let member = 0; member < length; member++) {
      const lines = having(({ events }) => {
        const entry = events[index] as (string | number | unknown[])[];
        const value = entry[member];
        if (typeof value === 'number') entry[member] = value + 1;
        else if (typeof value === 'string') entry[member] = `${value}0`;
        else entry[member] = ['8'];
      });
      expect({ member, ...(await problemOf(lines)) }).toMatchObject({
        ...{ member, seq: story.eight.first + index, what: 'altered' },
        message: expect.not.stringContaining('one of the events'),
      });
    }
  });

  test('at the first of the line where its check was made to fit', async () => {
    const { first, last } = story.eight;
    const lines = having(({ events }) => {
      const check = checkOfOwn('["8"]', events[0]?.[0] as number, first);
      events[0] = [events[0]?.[0] as number, ['8'], check];
    });
    expect(await problemOf(lines)).toMatchObject(anyOf(first, last));
    const anew = await problemOf(lines.with(at, rehashed(lines[at] as string)));
    expect(anew).toMatchObject({
      seq: first,
      what: 'altered',
      message: expect.stringContaining('hashed anew'),
    });
    expect(anew?.message).toContain(`one of the events ${first} to ${last}`);
  });

  test('at the last one where all of it was cut off behind that', async () => {
    const { first, line } = story.eight;
    for (let length = 90; length < line.length; length += 7) {
      const problem = await problemOf(story.lines.with(at, line.slice(0, length)));
      expect(problem).toMatchObject({ seq: first, what: 'unreadable' });
    }
  });
});

describe('what a line says of itself', () => {
  const changes: Record<string, (line: Line) => void> = {
    time: (line) => (line.time = '2001-02-03T04:05:06.789Z'),
    previous: (line) => (line.previous = 'B'.repeat(43)),
    hash: (line) => (line.hash = 'B'.repeat(43)),
    'more events than there are': (line) => (line.count = 9),
    'the place of a context': ({ of }) => of.reverse(),
    'another context': ({ of }) => (of[0] = of[1] as string),
    'a context that is none': ({ of }) => (of[0] = 'B'.repeat(43)),
    'one more context': ({ of }) => of.push('B'.repeat(43)),
  };
  test.each(Object.entries(changes))('is found changed: %s', async (name, change) => {
    const { first, last } = story.eight;
    const problem = await problemOf(having(change));
    if (name.startsWith('more')) expect(problem).toMatchObject({ seq: last + 1, what: 'altered' });
    else expect(problem).toMatchObject(anyOf(first, last));
  });

  test('is found changed when it was hashed anew, by what is before it or behind', async () => {
    for (const [name, change] of Object.entries(changes)) {
      if (name === 'hash') continue;
      const lines = having(change);
      const problem = await problemOf(lines.with(at, rehashed(lines[at] as string)));
      expect({ name, problem }).toMatchObject({ problem: { seq: expect.any(Number) } });
      if (name === 'previous') expect(problem).toMatchObject({ seq: story.eight.first, what: 'unchained' });
    }
  });

  test('is found changed at any byte', async () => {
    const { first, line } = story.eight;
    const bytes = Buffer.from(line);
    for (let place = 0; place < bytes.length; place += 3) {
      const changed = Buffer.from(bytes);
      changed[place] = changed[place] === 0x37 ? 0x38 : 0x37;
      const problem = await problemOf(story.lines.with(at, changed.toString()));
      const hint = `${place} ${JSON.stringify(problem)}`;
      expect(problem, hint).toBeDefined();
      // Up to there it says which event of which chain it is.
      if (place < 60) continue;
      expect(problem?.seq, hint).toBeGreaterThanOrEqual(first);
      expect(problem?.seq, hint).toBeLessThan(first + 9);
    }
  });
});

describe('what events of a line share', () => {
  const contexts = () => apart(story.eight.line).of;
  const firstOf = (of: string) =>
    story.shipped.find((event) => {
      const line = story.lines.find((each) =>
        each.includes(`"seq":${(event.sealed as { first?: number })?.first},`),
      );
      if (event.sealed === undefined || line === undefined) return false;
      const parsed = apart(line);
      return parsed.of[parsed.events[event.seq - (parsed.seq as number)]?.[0] as number] === of;
    })?.seq;

  test('is found changed, and missing, at the first event that names it', async () => {
    for (const of of contexts()) {
      const index = story.lines.findIndex((line) => line.startsWith(`{"context":"${of}"`));
      const line = story.lines[index] as string;
      const seq = firstOf(of);
      expect(seq).toBeGreaterThan(1);
      for (const changed of [line.replace('"session":"', '"session":"x'), line.replace(':{', ':{ ')])
        expect(await problemOf(story.lines.with(index, changed))).toMatchObject({
          seq,
          what: 'subject_changed',
        });
      expect(await problemOf(story.lines.toSpliced(index, 1))).toMatchObject({
        seq,
        what: 'subject_missing',
      });
    }
  });

  test('and the subjects that it names', async () => {
    for (const [index, line] of story.lines.entries()) {
      if (!line.includes('"subject":{"text"')) continue;
      const hash = JSON.parse(line).shape;
      const seq = story.shipped.find(({ shapes = {} }) => Object.values(shapes).includes(hash))?.seq;
      const changed = story.lines.with(index, line.replace('SELECT', 'DELETE'));
      expect(await problemOf(changed)).toMatchObject({ seq, what: 'subject_changed' });
      expect(await problemOf(story.lines.toSpliced(index, 1))).toMatchObject({
        seq,
        what: 'subject_missing',
      });
    }
  });

  test('is that of an event of its kind', async () => {
    const { first } = story.eight;
    const lines = having(({ events }) => {
      const other = events[2]?.[0] as number;
      events[3] = [other, 0, checkOfOwn('0', other, first + 3)];
    });
    const problem = await problemOf(lines.with(at, rehashed(lines[at] as string)));
    expect(problem).toMatchObject({
      seq: first + 3,
      what: 'altered',
      message: expect.stringContaining('another kind'),
    });
  });
});

describe('what is not in its place is found', () => {
  test('a dropped entry', async () => {
    const { first, last } = story.eight;
    for (const index of [0, 1, 4, 6, 7])
      for (const count of [8, 7]) {
        const problem = await problemOf(
          having((line) => {
            line.events.splice(index, 1);
            line.count = count;
          }),
        );
        if (index === 7 && count === 7) expect(problem).toMatchObject(anyOf(first, last - 1));
        else
          expect({ index, count, ...problem }).toMatchObject({
            index,
            count,
            seq: first + index,
            what: 'altered',
          });
      }
  });

  test('two entries that changed places', async () => {
    for (let index = 0; index < 7; index++) {
      const lines = having(({ events }) => {
        events.splice(index, 2, events[index + 1] ?? [], events[index] ?? []);
      });
      expect(await problemOf(lines)).toMatchObject({ seq: story.eight.first + index, what: 'altered' });
    }
  });

  test('an entry that is there twice', async () => {
    const lines = having((line) => {
      line.events.splice(3, 0, line.events[3] ?? []);
      line.count = 9;
    });
    expect(await problemOf(lines)).toMatchObject({ seq: story.eight.first + 4, what: 'altered' });
  });

  test('a dropped line, lines that changed places, one that is there twice, and one of the same numbers', async () => {
    const { first, line } = story.eight;
    const dropped = await problemOf(story.lines.toSpliced(at, 1));
    expect(dropped).toMatchObject({ seq: first, what: 'missing' });
    expect(dropped?.message).toContain('8 in all');
    const before = story.lines[at - 1] as string;
    expect(before).toContain('"type":"statements"');
    const swapped = await problemOf(story.lines.toSpliced(at - 1, 2, line, before));
    expect(swapped).toMatchObject({ seq: first, what: 'swapped' });
    const twice = await story.journal(story.lines.toSpliced(at, 0, line));
    expect(twice).toMatchObject({ problem: undefined, duplicates: 8 });
    const twin = rehashed(line.replace(/"time":"\d{4}/, '"time":"2001'));
    expect(await problemOf(story.lines.toSpliced(at + 1, 0, twin))).toMatchObject({
      seq: first,
      what: 'duplicated',
    });
  });

  test('an end that was cut off, against a head from elsewhere', async () => {
    const { first, last } = story.eight;
    const heads = story.heads;
    expect((await story.journal(story.lines.slice(0, at + 1))).problem).toBeUndefined();
    expect((await story.journal(story.lines.slice(0, at + 1), { heads })).problem).toMatchObject({
      ...{ seq: last + 1, what: 'truncated' },
    });
    expect((await story.journal(story.lines.slice(0, at), { heads })).problem).toMatchObject({
      ...{ seq: first, what: 'truncated' },
    });
  });
});

describe('what retention has removed', () => {
  const left = () => {
    const line = readStatements(story.eight.line, readLine(story.eight.line) as StatementsLine['head']);
    return redactedStatements(line as StatementsLine);
  };
  const padded = (begin: string, end: string, padding = ' ') =>
    story.lines.with(
      at,
      `${begin}${padding.repeat(story.eight.line.length - begin.length - end.length)}${end}`,
    );

  test('leaves the chain whole, without its subjects too, and shows what is not in its place', async () => {
    const { begin, end } = left();
    const lines = padded(begin, end);
    expect(lines[at]).toHaveLength(story.eight.line.length);
    expect(await story.journal(lines)).toMatchObject({ problem: undefined, redacted: 8 });
    const before = story.lines[at - 1] as string;
    expect(await problemOf(lines.toSpliced(at - 1, 2, lines[at] as string, before))).toMatchObject({
      ...{ seq: story.eight.first, what: 'swapped' },
    });
    const mixed = [...lines, ...story.shipped.slice(5).map((event) => JSON.stringify(event))];
    expect(await problemOf(mixed)).toBeUndefined();
  });

  test('is no disguise', async () => {
    const { begin, end } = left();
    const { first, last } = story.eight;
    const lies = [
      padded(begin, end, '\t'),
      padded(begin.replace('"redacted":[', '"redacted":[ '), end),
      padded(begin.replace('",[0]', '",[0,["7"],1]'), end),
      padded(begin.replace('"redacted"', '"more":1,"redacted"'), end),
      padded(`${begin},"more":1`, end),
      padded(begin.replace('"redacted"', '"events"'), end),
      padded(begin, end.replace('"count":8', '"count":7')),
    ];
    for (const lines of lies) {
      const problem = await problemOf(lines);
      expect({ line: lines[at], problem }).toMatchObject({
        problem: { seq: expect.any(Number), what: 'altered' },
      });
      expect(problem?.seq).toBeGreaterThanOrEqual(first);
      expect(problem?.seq).toBeLessThanOrEqual(last);
    }
    expect(
      await problemOf(padded(begin, end.replace(/"hash":"[^"]*/, `"hash":"${'B'.repeat(43)}`))),
    ).toBeDefined();
    expect(
      await problemOf(padded(begin.replace(/"previous":"[^"]*/, `"previous":"${'B'.repeat(43)}`), end)),
    ).toMatchObject({
      ...{ seq: first, what: 'unchained' },
    });
  });
});
