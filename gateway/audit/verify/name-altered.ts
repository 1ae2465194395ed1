// Which events of a line were changed, where its hash says that some were: by their checks, and by the contexts of the others.
import { bodyOfParts, checkOfOwn, type LinePart, type LineStart } from '../event/statements-line.ts';
import { hashOf } from '../event/subject.ts';

/** Their places in the line, of which the first event is 0; none where all could be right by what they say. */
export function alteredPlaces(
  start: LineStart,
  hash: string,
  parts: readonly LinePart[],
): ReadonlySet<number> {
  const places = parts.map(({ own, check }, index) =>
    contextPlace(own, check, start.seq + index, parts.length),
  );
  const wrong = places.flatMap((place, index) => (place < 0 ? [index] : []));
  return new Set(wrong.length > 0 ? wrong : withAnotherContext(start, hash, parts, places));
}

/**
 * Where its context stood in the line: the check is of that too. The contexts as they are now don't tell: one that was
 * changed moves the places of those behind it.
 */
function contextPlace(own: string, check: number, seq: number, most: number): number {
  for (let place = 0; place < most; place++) if (checkOfOwn(own, place, seq) === check) return place;
  return -1;
}

/** Events of one place shared a context: where theirs differ, the hash says which of them it was. */
function withAnotherContext(
  start: LineStart,
  hash: string,
  parts: readonly LinePart[],
  places: readonly number[],
): readonly number[] {
  const found = new Map<number, Set<string>>();
  for (const [index, place] of places.entries())
    found.set(place, (found.get(place) ?? new Set()).add((parts[index] as LinePart).context));
  for (const choice of choices([...found])) {
    const tried = parts.map((part, index) => ({
      ...part,
      context: choice.get(places[index] as number) ?? '',
    }));
    if (hashOf(bodyOfParts(start, tried)) !== hash) continue;
    return tried.flatMap(({ context }, index) => (context === parts[index]?.context ? [] : [index]));
  }
  return [];
}

const mostChoices = 64;

/** One context for each place, in all ways that there are, as far as that goes. */
function* choices(
  found: readonly (readonly [number, ReadonlySet<string>])[],
): Generator<ReadonlyMap<number, string>> {
  const ways = found.reduce((product, [, contexts]) => product * contexts.size, 1);
  for (let way = 0; way < Math.min(ways, mostChoices); way++) {
    let rest = way;
    const choice = found.map(([place, contexts]) => {
      const all = [...contexts];
      const chosen = all[rest % all.length] as string;
      rest = Math.floor(rest / all.length);
      return [place, chosen] as const;
    });
    yield new Map(choice);
  }
}
