// `npm run benign`: plays honest work directly and through a gateway that decides by the profile, and counts what differs.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Target } from '../scores/connection.ts';
import { openStage, serveStage } from '../scores/open-stage.ts';
import { chosen, readScoreOptions, type ScoreOptions } from '../scores/options.ts';
import { play } from '../scores/play.ts';
import type { ScoreStage } from '../scores/score-stage.ts';
import { mayHaveChanged } from '../scores/traces.ts';
import { printTable, writeJson } from '../support/report.ts';
import { type HonestItem, readHonestItems } from './catalogue.ts';
import { type Answers, disturbance } from './compare.ts';
import { knownDisturbances } from './known.ts';

export type Result = Readonly<{
  id: string;
  category: string;
  tier: HonestItem['tier'];
  /** What was disturbed; empty: nothing. */
  why: string;
}>;

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const secretColumns = ['ssn', 'card_number', 'email'];

const options = readScoreOptions('benign', file('benign.json'));
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
  const items = chosen(await readHonestItems(given.catalogue), given);
  const stage = await openStage(given, contents);
  const { version } = stage.database.postgres;
  const results: Result[] = [];
  try {
    const secrets = await secretsOf(stage);
    for (const item of items) results.push(await resultOf(item, stage, secrets));
  } finally {
    await stage.stop();
  }
  const unexpected = report(results, version);
  await writeJson({ postgres: version, results });
  return unexpected === 0;
}

async function resultOf(item: HonestItem, stage: ScoreStage, secrets: readonly Buffer[]): Promise<Result> {
  const { id, category, tier } = item;
  const direct = await answersTo(item, stage, () => stage.database.target('gw_app'));
  const through = await answersTo(item, stage, () => stage.client('gw_app', 'default'));
  return { id, category, tier, why: disturbance(item, direct, through, secrets) ?? '' };
}

/** In the database as it was at first, which is what is left behind as well. */
async function answersTo(
  { steps, startup = {} }: HonestItem,
  stage: ScoreStage,
  target: () => Target | Promise<Target>,
): Promise<Answers> {
  const { connections } = await play(steps, {
    target: await target(),
    startup,
    admin: (sql) => stage.database.admin(sql),
    gateway: (event) => Promise.reject(new Error(`honest work has no "${event}"`)),
    fillIn: (text) => text,
  });
  const messages = connections.flatMap((connection) => connection.messages({ afterLogin: true }));
  if (mayHaveChanged(steps, messages)) await stage.renewDatabase();
  return {
    messages,
    parameters: new Map(connections.flatMap((connection) => [...connection.parameters])),
    ended: connections.find((connection) => connection.endedEarly !== undefined)?.endedEarly,
  };
}

async function secretsOf(stage: ScoreStage): Promise<readonly Buffer[]> {
  const listed = secretColumns.map((column) => `string_agg(${column}, ',')`).join(` || ',' || `);
  const values = await stage.database.admin(`SELECT ${listed} FROM public.customers`);
  return (values ?? '').split(',').map((value) => Buffer.from(value));
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
