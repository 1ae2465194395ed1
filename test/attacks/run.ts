// `npm run attacks`: plays attacks through a gateway that decides by the profile, those of catalogues and composed ones, and counts what worked.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openStage, serveStage } from '../scores/open-stage.ts';
import { chosen, readScoreOptions, type ScoreOptions } from '../scores/options.ts';
import type { ScoreStage } from '../scores/score-stage.ts';
import { writeJson } from '../support/report.ts';
import { Attempts, type Result } from './attempts.ts';
import { type Attack, readAttacks } from './catalogue.ts';
import { playComposed } from './composed/play-composed.ts';
import { reportComposed, reportUnconfirmed, reportVerdicts } from './report.ts';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const shared = file('attacks.json');
/** How many composed attacks belong to the whole lane. */
const COMPOSED = 300;
const SEED = 20_261_121;

const usage = `
       [--confirm] [--random COUNT] [--seed SEED]

  --confirm    plays each attack without the gateway as well: one that doesn't work there proves nothing
  --random     plays as many composed attacks, and no others; the whole lane plays ${COMPOSED}
  --seed       what the composed attacks are made from; ${SEED} if it isn't given`;

const options = readScoreOptions('attacks', shared, {
  options: {
    confirm: { type: 'boolean', default: false },
    random: { type: 'string' },
    seed: { type: 'string', default: String(SEED) },
  },
  usage,
});
if (options !== undefined && !(await main(options))) process.exitCode = 1;

async function main(given: ScoreOptions): Promise<boolean> {
  const seeds = await Promise.all(['seed.sql', 'own-seed.sql'].map((name) => readFile(file(name), 'utf8')));
  const contents = { seeds, mayMakeTables: true };
  if (given.serve) {
    await serveStage(given, contents);
    return true;
  }
  const { random, confirm } = given.own;
  const isWhole = given.catalogue === shared && given.only.size === 0;
  const count = random === undefined ? (isWhole ? COMPOSED : 0) : Number(random);
  const seed = Number(given.own.seed);
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed))
    throw new Error('--random and --seed are whole numbers');
  const attacks = random === undefined ? chosen(await listed(given), given) : [];

  const stage = await openStage(given, contents);
  const { version } = stage.database.postgres;
  try {
    const results = await made(attacks, stage);
    const unconfirmed = confirm === true ? await unconfirmedOf(attacks, stage) : [];
    await stage.renew();
    const composed = count === 0 ? undefined : await playComposed(stage, { seed, count });
    let unexpected = reportVerdicts(results, version) + reportUnconfirmed(unconfirmed);
    if (composed !== undefined) unexpected += reportComposed(composed, seed);
    await writeJson({ postgres: version, results, unconfirmed, composed });
    return unexpected === 0;
  } finally {
    await stage.stop();
  }
}

/** The project's own come behind those that it shares with others. */
async function listed({ catalogue }: ScoreOptions): Promise<readonly Attack[]> {
  const files = catalogue === shared ? [shared, file('own-attacks.json')] : [catalogue];
  return (await Promise.all(files.map(readAttacks))).flat();
}

async function made(attacks: readonly Attack[], stage: ScoreStage): Promise<readonly Result[]> {
  const attempts = new Attempts(stage);
  const results: Result[] = [];
  for (const attack of attacks) results.push(await attempts.make(attack));
  return results;
}

async function unconfirmedOf(attacks: readonly Attack[], stage: ScoreStage): Promise<readonly string[]> {
  const attempts = new Attempts(stage);
  const unconfirmed: string[] = [];
  for (const attack of attacks)
    if ((await attempts.isConfirmed(attack)) === false) unconfirmed.push(attack.id);
  return unconfirmed;
}
