// What the lane prints: how many attacks of each kind were stopped, and every one that wasn't.
import { printTable } from '../support/report.ts';
import type { Result } from './attempts.ts';
import type { ComposedResult } from './composed/play-composed.ts';
import { knownLeaks } from './known.ts';

/** Each gives back how many are there that aren't known. */
export function reportVerdicts(results: readonly Result[], version: number): number {
  if (results.length === 0) return 0;
  const categories = [...new Set(results.map(({ category }) => category))];
  const count = (category: string | undefined, ...verdicts: Result['verdict'][]): number =>
    results.filter(
      (result) => (category ?? result.category) === result.category && verdicts.includes(result.verdict),
    ).length;
  const row = (name: string, category: string | undefined) => ({
    class: name,
    stopped: count(category, 'stopped'),
    'for another reason': count(category, 'stopped for another reason'),
    leaked: count(category, 'leaked'),
    changed: count(category, 'changed', 'broke the gateway'),
    'not played': count(category, 'not played'),
  });
  printTable(`Attacks, PostgreSQL ${version}`, [
    ...categories.map((category) => row(category, category)),
    row('all', undefined),
  ]);
  const open = results.filter(({ verdict }) => verdict !== 'stopped');
  if (open.length > 0) printTable('Not stopped', open.map(openRow));
  const unexpected = open.filter(({ id, verdict }) => verdict !== 'not played' && !knownLeaks[id]).length;
  console.log(
    `\nattacks: ${count(undefined, 'stopped')} of ${results.length} stopped, ${unexpected} unexpected`,
  );
  return unexpected;
}

const openRow = ({ id, verdict, by, why }: Result) => ({
  id,
  verdict,
  why,
  'refused by': by.join(', '),
  known: knownLeaks[id],
});

export function reportUnconfirmed(ids: readonly string[]): number {
  if (ids.length > 0) console.log(`\nnot confirmed without a gateway: ${ids.join(', ')}`);
  return ids.length;
}

export function reportComposed({ alive, dead, leaks, ended }: ComposedResult, seed: number): number {
  for (const { number, made, smallest, statements, found } of leaks) {
    console.log(`\ncomposed attack ${number} of seed ${seed} leaks: ${made}\n  smallest: ${smallest}`);
    console.log(`  ${statements}\n  ${found}`);
  }
  for (const statements of ended) console.log(`\nthe gateway ended the session at: ${statements}`);
  console.log(
    `\ncomposed attacks of seed ${seed}: ${alive - leaks.length} of ${alive} stopped; ${dead} more don't work even directly`,
  );
  return leaks.length + ended.length;
}
