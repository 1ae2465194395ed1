// `npm run benign`: plays honest work directly and through a gateway that decides by the profile, and counts what differs.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStage, serveStage } from '../scores/open-stage.ts';
import { chosen, type OwnOptions, readScoreOptions, type ScoreOptions } from '../scores/options.ts';
import type { ScoreStage } from '../scores/score-stage.ts';
import { printTable, writeJson } from '../support/report.ts';
import { capture } from './capture/capture.ts';
import { type HonestItem, readHonestItems } from './catalogue.ts';
import { knownDisturbances } from './known.ts';
import { directAnswers, type Result, resultOf, secretsOf } from './play-item.ts';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Other programs' words: made anew by each capture, and no part of the project. */
const captured = file('../../.cache/benign/captured.json');

const own: OwnOptions = {
  options: {
    capture: { type: 'boolean', default: false },
    program: { type: 'string', multiple: true, default: [] },
  },
  usage: `
  --capture    runs real programs (psql, pg_dump, drivers, ORMs), directly and through the gateway, and plays what
               they sent in the place of the catalogue; with --program NAME,… these alone`,
};

const options = readScoreOptions('benign', file('benign.json'), own);
if (options !== undefined && !(await main(options))) process.exitCode = 1;

async function main(given: ScoreOptions): Promise<boolean> {
  const seeds = await Promise.all(
    ['../attacks/seed.sql', 'seed_benign.sql'].map((name) => readFile(file(name), 'utf8')),
  );
  const contents = { seeds, mayMakeTables: false };
  if (given.serve) {
    await serveStage(given, contents);
    return true;
  }
  const stage = await openStage(given, contents);
  const { version } = stage.database.postgres;
  const results: Result[] = [];
  try {
    const secrets = await secretsOf(stage);
    const items = given.own.capture
      ? await captureItems(given, stage, secrets)
      : await readHonestItems(given.catalogue);
    for (const item of chosen(items, given)) results.push(await resultOf(item, stage, secrets));
  } finally {
    await stage.stop();
  }
  const unexpected = report(results, version);
  await writeJson({ postgres: version, results });
  return unexpected === 0;
}

async function captureItems(
  { own }: ScoreOptions,
  stage: ScoreStage,
  secrets: readonly Buffer[],
): Promise<readonly HonestItem[]> {
  const only = new Set((own.program as string[]).flatMap((names) => names.split(',')));
  const items = await capture({ stage, only, direct: (item) => directAnswers(item, stage), secrets });
  await mkdir(dirname(captured), { recursive: true });
  await writeFile(captured, `${JSON.stringify({ items }, undefined, 1)}\n`);
  console.log(`${items.length} sessions recorded in ${relative(process.cwd(), captured)}`);
  return items;
}

/** How many are disturbed that aren't known to be. */
function report(results: readonly Result[], version: number): number {
  const categories = [...new Set(results.map(({ category }) => category))];
  const count = (some: readonly Result[], tier: HonestItem['tier'], isIntact: boolean): number =>
    some.filter((result) => result.tier === tier && (result.why === '') === isIntact).length;
  const row = (name: string, some: readonly Result[]) => ({
    class: name,
    intact: count(some, 'core', true),
    disturbed: count(some, 'core', false),
    'edge intact': count(some, 'edge', true),
    'edge disturbed': count(some, 'edge', false),
  });
  printTable(`Honest work, PostgreSQL ${version}`, [
    ...categories.map((name) =>
      row(
        name,
        results.filter(({ category }) => category === name),
      ),
    ),
    row('all', results),
  ]);
  const disturbed = results.filter(({ why }) => why !== '');
  if (disturbed.length > 0)
    printTable(
      'Disturbed',
      disturbed.map(({ id, tier, why }) => ({ id, tier, why, known: knownDisturbances[id] })),
    );
  const unexpected = disturbed.filter(({ id }) => knownDisturbances[id] === undefined).length;
  const intact = results.length - disturbed.length;
  console.log(`\nbenign: ${intact} of ${results.length} intact, ${unexpected} unexpectedly disturbed`);
  return unexpected;
}
