// What an event says, wherever in it that stands: in the event itself, or in one of its subjects.
//
// A member of a name means the same in each of them, and the nearest one counts: the event's, then the statement's, then
// the session's. Parts of the input document stand under `input` in whichever of them they belong to.
import { type Entry, isMembers, type Members } from './entry.ts';

/** The nearest first; subjects of other names come last. */
function placesOf({ event, subjects }: Entry): readonly Members[] {
  const { statement, session, ...others } = subjects;
  return [event, statement, session, ...Object.values(others)].filter((each) => each !== undefined);
}

/** Undefined where it stands nowhere. */
export function told(entry: Entry, member: string): unknown {
  for (const place of placesOf(entry)) if (Object.hasOwn(place, member)) return place[member];
  return undefined;
}

/** Wherever it stands. */
export function allTold(entry: Entry, member: string): readonly unknown[] {
  return placesOf(entry).flatMap((place) => (Object.hasOwn(place, member) ? [place[member]] : []));
}

/** All members of all of them with this name, the nearest winning member by member. */
export function toldTogether(entry: Entry, member: string): Members {
  let together: Members = {};
  for (const place of placesOf(entry)) {
    const value = place[member];
    if (isMembers(value)) together = { ...value, ...together };
  }
  return together;
}

export { isMembers };

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
