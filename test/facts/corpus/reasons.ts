// Why statements have no tree, grouped: a count and an example of each.
import type { Row } from '../../support/report.ts';
import type { Entry } from './entry.ts';

const outcomes: readonly Entry['outcome'][] = ['resolved', 'no_query', 'refused', 'unresolved'];

/** One row a source, and one for all. */
export function summarize(entries: readonly Entry[]): readonly Row[] {
  const sources = [...new Set(entries.map(({ source }) => source))];
  return [...sources, undefined].map((source) => {
    const of = entries.filter((entry) => source === undefined || entry.source === source);
    const counts = outcomes.map((outcome) => [
      outcome,
      of.filter((entry) => entry.outcome === outcome).length,
    ]);
    const distinct = new Set(of.map(({ text }) => text)).size;
    return { source: source ?? 'all', statements: of.length, distinct, ...Object.fromEntries(counts) };
  });
}

/** The reasons of the statements with that outcome, the most frequent first; names and numbers are left out of them. */
export function groupReasons(entries: readonly Entry[], outcome: Entry['outcome']): readonly Row[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.outcome !== outcome) continue;
    const key = (entry.reason ?? '').replace(/"[^"]*"/g, '"…"');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([reason, group]) => ({
      count: group.length,
      reason,
      where: group[0]?.group,
      example: group[0]?.text.replaceAll(/\s+/g, ' ').slice(0, 100),
    }));
}
