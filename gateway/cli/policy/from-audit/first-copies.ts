// Events may be there more than once, as sinks get them at least once: of each, one thread decides one copy. The threads
// ask where all of it is known, since copies may stand in parts that others read.
import { type Entry, hasDecision, idOf, type SeenEvents } from '../../../audit/index.ts';

/** Numbers of events, by their chains. */
export type Claim = ReadonlyMap<string, Float64Array>;

/** Gives those of them that came before, by their ids. */
export function copiesIn(claim: Claim, seen: SeenEvents): ReadonlySet<string> {
  const copies = new Set<string>();
  for (const [chain, numbers] of claim)
    for (const seq of numbers) if (!seen.add(chain, seq)) copies.add(idOf(chain, seq));
  return copies;
}

/** @param ask gives the ids of those that came before */
export async function firstCopies(
  entries: readonly Entry[],
  ask: (claim: Claim) => Promise<ReadonlySet<string>>,
): Promise<readonly Entry[]> {
  const decided = new Map(entries.filter(hasDecision).map((entry) => [keyOf(entry), entry]));
  if (decided.size === 0) return [];
  const byChain = Map.groupBy(decided.values(), ({ event }) => event.chain);
  const claim = new Map(
    Array.from(byChain, ([chain, all]) => [chain, Float64Array.from(all, ({ event }) => event.seq)]),
  );
  for (const copy of await ask(claim)) decided.delete(copy);
  return [...decided.values()];
}

const keyOf = ({ event: { chain, seq } }: Entry): string => idOf(chain, seq);
