// Evidence from a line of a journal that holds several events.
import type { ContextMembers } from '../event/context.ts';
import type { LineHead } from '../event/line.ts';
import {
  checkOfOwn,
  countIn,
  entriesOf,
  entryLengths,
  isEntry,
  ownTextOfEntry,
  readStatements,
  redactedLengths,
  redactedStatements,
  type StatementsEntry,
  type StatementsLine,
} from '../event/statements-line.ts';
import { type Evidence, type Flaw, type KnownSubjects, linkedWithin, oneOf } from './evidence.ts';
import { altered, contextFlaw, subjectFlaw } from './flaws.ts';
import { contentOf, lineText } from './sealed-evidence.ts';

export interface KnownContexts {
  context(hash: string): ContextMembers | 'changed' | 'missing';
}

export function statementsEvidence(
  text: string,
  head: LineHead,
  isWhole: () => boolean,
  known: KnownSubjects & KnownContexts,
): readonly Evidence[] {
  const line = readStatements(text, head);
  const isFormed = line?.isRedacted === true ? isRedaction(text, line) : isWhole();
  if (line === undefined || !isFormed) return alteredLine(text, head);
  const { isRedacted, entries, of, through } = line;
  const first = head.seq;
  const named = of.map((hash) => known.context(hash));
  const said = lineText(head, first, entries.length);
  return entries.map((entry, index) => {
    const context = named[entry[0]] ?? 'missing';
    const flaw = typeof context === 'string' ? contextFlaw(context) : entryFlaw(entry, context, line, known);
    const part = { context: of[entry[0]] ?? '', own: ownTextOfEntry(entry), check: Number(entry.at(-1)) };
    const type = typeof context === 'string' ? head.type : context.type;
    return linkedWithin(
      { ...head, seq: first + index, type, flaw, isRedacted, own: undefined },
      { first, last: through, content: isRedacted ? '' : contentOf(said, part) },
    );
  });
}

/** Nothing beside what retention leaves, in the place of what it took. */
function isRedaction(text: string, line: StatementsLine): boolean {
  const { begin, end } = redactedStatements(line);
  const room = text.slice(begin.length, text.length - end.length);
  return text === `${begin}${room}${end}` && /^ *$/.test(room);
}

function entryFlaw(
  entry: StatementsEntry,
  { type, shapes = {} }: ContextMembers,
  { isRedacted }: StatementsLine,
  subjects: KnownSubjects,
): Flaw | undefined {
  if (!(isRedacted ? redactedLengths : entryLengths)[type].includes(entry.length))
    return altered('its context is that of an event of another kind');
  return subjectFlaw(shapes, subjects, isRedacted ? 'age' : undefined);
}

/** Its events, as far as they can be told: the one whose check is wrong was changed. */
function alteredLine(text: string, head: LineHead): readonly Evidence[] {
  const first = head.seq;
  const { entries, of } = entriesIn(text);
  const contexts = of.length;
  const count = countIn(text, head);
  const wrong = entries.findIndex((entry, index) => !fits(entry, first + index, contexts));
  const bad = wrong < 0 && entries.length > 0 && entries.length < count ? entries.length : Math.max(wrong, 0);
  const isNamed = wrong >= 0 || bad > 0;
  const message = `${oneOf(first, first + Math.max(count, entries.length) - 1)} was changed: the hash is of something else`;
  const flaw = altered(isNamed ? undefined : message);
  const last = Math.max(first + count - 1, first + bad);
  return Array.from({ length: bad + 1 }, (_, index) =>
    linkedWithin(
      {
        ...head,
        seq: first + index,
        flaw: index === bad ? flaw : undefined,
        isRedacted: false,
        own: undefined,
      },
      { first, last, content: '' },
    ),
  );
}

function entriesIn(text: string): ReturnType<typeof entriesOf> {
  try {
    const { events } = JSON.parse(text);
    return entriesOf(Array.isArray(events) ? events : []);
  } catch {
    return { entries: [], of: [] };
  }
}

const fits = (entry: unknown, seq: number, contexts: number): boolean =>
  isEntry(entry, false, contexts) && entry.at(-1) === checkOfOwn(ownTextOfEntry(entry), entry[0], seq);
