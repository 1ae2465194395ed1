// `npm run attacks`: plays every attack of a catalogue through a gateway that decides by the profile, and counts what worked.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openStage, serveStage } from '../scores/open-stage.ts';
import { chosen, readScoreOptions, type ScoreOptions } from '../scores/options.ts';
import { printTable, writeJson } from '../support/report.ts';
import { Attempts, type Result } from './attempts.ts';
import { readAttacks } from './catalogue.ts';
import { knownLeaks } from './known.ts';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const options = readScoreOptions('attacks', file('attacks.json'));
if (options !== undefined && !(await main(options))) process.exitCode = 1;

async function main(given: ScoreOptions): Promise<boolean> {
  const seeds = [await readFile(file('seed.sql'), 'utf8')];
  const contents = { seeds, mayMakeTables: true };
  if (given.serve) {
    await serveStage(given, contents);
    return true;
  }
  const attacks = chosen(await readAttacks(given.catalogue), given);
  const stage = await openStage(given, contents);
  const { version } = stage.database.postgres;
  const results: Result[] = [];
  try {
    const attempts = new Attempts(stage);
    for (const attack of attacks) results.push(await attempts.make(attack));
  } finally {
    await stage.stop();
  }
  const unexpected = report(results, version);
  await writeJson({ postgres: version, results });
  return unexpected === 0;
}

/** How many worked that aren't known to. */
function report(results: readonly Result[], version: number): number {
  const categories = [...new Set(results.map(({ category }) => category))];
  const count = (category: string | undefined, ...verdicts: Result['verdict'][]): number =>
    results.filter(
      (result) => (category ?? result.category) === result.category && verdicts.includes(result.verdict),
    ).length;
  const row = (name: string, category: string | undefined) => ({
    class: name,
    stopped: count(category, 'stopped'),
    leaked: count(category, 'leaked'),
    changed: count(category, 'changed', 'broke the gateway'),
    'not played': count(category, 'not played'),
  });
  printTable(`Attacks, PostgreSQL ${version}`, [
    ...categories.map((category) => row(category, category)),
    row('all', undefined),
  ]);
  const open = results.filter(({ verdict }) => verdict !== 'stopped');
  if (open.length > 0)
    printTable(
      'Not stopped',
      open.map(({ id, verdict, by, why }) => ({ id, verdict, why, 'refused by': by, known: knownLeaks[id] })),
    );
  const unexpected = open.filter(({ id, verdict }) => verdict !== 'not played' && !knownLeaks[id]).length;
  console.log(
    `\nattacks: ${count(undefined, 'stopped')} of ${results.length} stopped, ${unexpected} unexpected`,
  );
  return unexpected;
}
