// Answers questions from files: the segments of journals, passed over by their indexes, and exports.
import { type Found, foundIn } from '../found.ts';
import { matches } from '../matches.ts';
import type { Count, CountedBy, Question } from '../question.ts';
import type { Entry } from '../source/entry.ts';
import { MarkedLines } from '../source/marked-lines.ts';
import { readPart } from '../source/parts.ts';
import { SeenEvents } from '../source/seen-events.ts';
import { keepIndex, keptIndex, stateOf } from './kept-indexes.ts';
import { IndexBuilder, mayAnswer, mayHaveOutcome } from './segment-index.ts';
import { WithOutcomes } from './with-outcomes.ts';

/** Of more sessions and statements, each line is taken apart. */
const mostMarks = 20;

/** Of files, how many of their lines could not be read. */
export type Unreadable = Map<string, number>;

/** The newest first. */
export async function findInFiles(
  files: readonly string[],
  question: Question,
  most: number,
  unreadable: Unreadable,
): Promise<readonly Found[]> {
  let found: (Found & Readonly<{ at: number }>)[] = [];
  const keepNewest = (): void => {
    found = found.sort(laterFirst).slice(0, most);
  };
  const statements = new WithOutcomes(question, (entry, outcome, at) => {
    found.push({ ...foundIn(entry, outcome), at });
    if (found.length > 2 * most) keepNewest();
  });
  await ask(files, question, statements, unreadable);
  keepNewest();
  return found.map(({ at: _, ...one }) => one);
}

export async function countInFiles(
  files: readonly string[],
  question: Question,
  by: CountedBy,
  unreadable: Unreadable,
): Promise<readonly Count[]> {
  const counted = new Map<string, { times: number; first: string; last: string }>();
  const statements = new WithOutcomes(question, (entry) => {
    const { time } = entry.event;
    const value = valueBy(foundIn(entry), by);
    const count = counted.get(value) ?? { times: 0, first: time, last: time };
    count.times += 1;
    if (time < count.first) count.first = time;
    if (time > count.last) count.last = time;
    counted.set(value, count);
  });
  await ask(files, question, statements, unreadable);
  return [...counted]
    .map(([value, count]) => ({ value, ...count }))
    .sort((a, b) => b.times - a.times || (a.value < b.value ? -1 : 1));
}

type Numbered = Readonly<{ time: string; at: number }>;

/** Of the same moment, the one that stands later. */
const laterFirst = (a: Numbered, b: Numbered): number =>
  a.time < b.time ? 1 : a.time > b.time ? -1 : b.at - a.at;

/** An outcome is told of with the statement that it is of. */
const counts = ({ event }: Entry, { id }: Question): boolean =>
  event.type !== 'statement.outcome' || id !== undefined;

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

async function ask(
  files: readonly string[],
  question: Question,
  statements: WithOutcomes,
  unreadable: Unreadable,
): Promise<void> {
  const seen = new SeenEvents();
  for (const file of files) {
    const lines = await scan(file, question, (entry) => {
      if (!seen.add(entry.event.chain, entry.event.seq)) return;
      if (isWithin(entry, question) && counts(entry, question) && matches(entry, question))
        statements.add(entry);
      statements.see(entry.event);
    });
    if (lines > 0) unreadable.set(file, lines);
  }
  await findOutcomes(files, statements);
  statements.end();
}

/**
 * `until` is left to whoever looks: the outcome of what is asked about may come later. Resolves to the number of lines
 * that could not be read.
 */
async function scan(file: string, question: Question, look: (entry: Entry) => void): Promise<number> {
  const state = await stateOf(file);
  const index = await keptIndex(file, state);
  if (index !== undefined && !mayAnswer(index, question)) return index.unreadable;
  const builder = index === undefined ? new IndexBuilder() : undefined;
  const part = { kind: 'file', path: file, from: 0, to: state.bytes } as const;
  const { session, since } = question;
  // An index is of everything; without having to make one, only what can be of the session is taken apart.
  const mayMatter = builder !== undefined || session === undefined ? undefined : linesWith([session]);
  let unreadable = 0;
  for await (const { entries, unreadable: lines } of readPart(
    part,
    builder === undefined ? { since } : {},
    mayMatter,
  )) {
    unreadable += lines;
    for (const entry of entries) {
      builder?.add(entry);
      look(entry);
    }
  }
  if (builder !== undefined) await keepIndex(file, builder.build(state, unreadable));
  return index?.unreadable ?? unreadable;
}

/** Those that were not seen on the way: in segments that were passed over, and in exports whose order is another one. */
async function findOutcomes(files: readonly string[], statements: WithOutcomes): Promise<void> {
  for (const file of files) {
    const missing = statements.waiting();
    if (missing.length === 0) return;
    const state = await stateOf(file);
    const index = await keptIndex(file, state);
    if (index === undefined ? files.length === 1 : !mayHaveOutcome(index, missing)) continue;
    const marks = [...statements.sessionsWaiting(), ...missing].filter((each) => each !== undefined);
    const mayMatter = marks.length > mostMarks ? undefined : linesWith(marks);
    for await (const { entries } of readPart(
      { kind: 'file', path: file, from: 0, to: state.bytes },
      {},
      mayMatter,
    ))
      for (const { event } of entries) statements.see(event);
  }
}

const linesWith = (texts: readonly string[]) =>
  new MarkedLines(texts.map((text) => JSON.stringify(text).slice(1, -1))).mayMatter;

function isWithin({ event }: Entry, { since, until }: Question): boolean {
  if (since === undefined && until === undefined) return true;
  const time = Date.parse(event.time);
  return (since === undefined || time >= since) && (until === undefined || time < until);
}
