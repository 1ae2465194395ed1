// Answers questions from files: the segments of journals, passed over by their indexes, and exports.
import { type Found, foundIn } from '../found.ts';
import { matches } from '../matches.ts';
import type { Count, CountedBy, Question } from '../question.ts';
import type { Entry } from '../source/entry.ts';
import { MarkedLines } from '../source/marked-lines.ts';
import { readPart } from '../source/parts.ts';
import { keepIndex, keptIndex, stateOf } from './kept-indexes.ts';
import { IndexBuilder, mayAnswer } from './segment-index.ts';

/** The newest first. */
export async function findInFiles(
  files: readonly string[],
  question: Question,
  most: number,
): Promise<readonly Found[]> {
  let found: Found[] = [];
  for (const file of files.toReversed()) {
    const outcomes = new Map<string, unknown>();
    const inFile: Entry[] = [];
    await scan(file, question, (entry) => {
      const { event } = entry;
      if (event.type === 'statement.outcome' && event.statement !== undefined)
        outcomes.set(event.statement, event.outcome);
      if (counts(entry, question) && matches(entry, question)) inFile.push(entry);
      if (inFile.length > 2 * most) inFile.splice(0, inFile.length - most);
    });
    const newestFirst = inFile.reverse().map((entry) => foundIn(entry, outcomeOf(entry, outcomes)));
    found = [...found, ...newestFirst].sort(laterFirst).slice(0, most);
  }
  return found;
}

export async function countInFiles(
  files: readonly string[],
  question: Question,
  by: CountedBy,
): Promise<readonly Count[]> {
  const counted = new Map<string, { times: number; first: string; last: string }>();
  for (const file of files)
    await scan(file, question, (entry) => {
      if (!counts(entry, question) || !matches(entry, question)) return;
      const { time } = entry.event;
      const value = valueBy(foundIn(entry), by);
      const count = counted.get(value) ?? { times: 0, first: time, last: time };
      count.times += 1;
      if (time < count.first) count.first = time;
      if (time > count.last) count.last = time;
      counted.set(value, count);
    });
  return [...counted]
    .map(([value, count]) => ({ value, ...count }))
    .sort((a, b) => b.times - a.times || (a.value < b.value ? -1 : 1));
}

/** Of the same moment, those stay in their order that were found so. */
const laterFirst = (a: Found, b: Found): number => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0);

/** An outcome is told of with the statement that it is of. */
const counts = ({ event }: Entry, { id }: Question): boolean =>
  event.type !== 'statement.outcome' || id !== undefined;

const outcomeOf = ({ event }: Entry, outcomes: ReadonlyMap<string, unknown>): unknown =>
  event.statement === undefined ? undefined : outcomes.get(event.statement);

function valueBy({ principal, rule, type, time }: Found, by: CountedBy): string {
  switch (by) {
    case 'principal':
      return principal ?? '';
    case 'rule':
      return rule ?? '';
    case 'type':
      return type;
    case 'day':
      return time.slice(0, 10);
  }
}

async function scan(file: string, question: Question, look: (entry: Entry) => void): Promise<void> {
  const state = await stateOf(file);
  const index = await keptIndex(file, state);
  if (index !== undefined && !mayAnswer(index, question)) return;
  const { since, until } = question;
  const builder = index === undefined ? new IndexBuilder() : undefined;
  const part = { kind: 'file', path: file, from: 0, to: state.bytes } as const;
  const { session } = question;
  // An index is of everything; without having to make one, only what can be of the session is taken apart.
  const mayMatter =
    builder !== undefined || session === undefined
      ? undefined
      : new MarkedLines([JSON.stringify(session).slice(1, -1)]).mayMatter;
  const range = builder === undefined ? { since, until } : {};
  for await (const { entries } of readPart(part, range, mayMatter)) {
    for (const entry of entries) {
      builder?.add(entry);
      if (builder === undefined || isWithin(entry, question)) look(entry);
    }
  }
  if (builder !== undefined) await keepIndex(file, builder.build(state));
}

function isWithin({ event }: Entry, { since, until }: Question): boolean {
  if (since === undefined && until === undefined) return true;
  const time = Date.parse(event.time);
  return (since === undefined || time >= since) && (until === undefined || time < until);
}
