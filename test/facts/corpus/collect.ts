// The whole corpus, source after source, on one server.

import type { Postgres } from '../../support/postgres.ts';
import type { Row } from '../../support/report.ts';
import { openDatabase } from '../connect.ts';
import type { Entry } from './entry.ts';
import { runPrograms } from './programs.ts';
import { runRegression } from './regression.ts';
import { analyzedSchema, sendTexts, shapesSchema } from './texts.ts';

export const shapesDatabase = 'decision_support';
export const analyzedDatabase = 'analyzed';

export type Corpus = Readonly<{ entries: readonly Entry[]; sources: readonly Row[] }>;

/** `quick` leaves out what takes more than seconds. */
export async function collectCorpus(server: Postgres, { quick }: { quick: boolean }): Promise<Corpus> {
  const entries: Entry[] = [];
  const collect = (entry: Entry): void => {
    entries.push(entry);
  };
  const sources: Row[] = [];
  await createDatabase(server, shapesDatabase, shapesSchema);
  await createDatabase(server, analyzedDatabase, analyzedSchema);
  await sendTexts(server, { shapes: shapesDatabase, analyzed: analyzedDatabase }, collect);
  for (const { name, ended, skipped } of await runPrograms(server, analyzedDatabase, quick, collect))
    sources.push({ program: name, ended: skipped === undefined ? ended : `skipped: ${skipped}` });
  if (quick) sources.push({ program: 'regression', ended: 'skipped: --quick leaves it out' });
  else {
    const run = await runRegression(server, collect);
    const ended =
      run.kind === 'skipped'
        ? `skipped: ${run.reason}`
        : `${run.passed.length} files as expected, others: ${run.failed.join(', ')}`;
    sources.push({ program: 'regression', ended });
  }
  return { entries, sources };
}

export async function createDatabase(server: Postgres, name: string, schema: string): Promise<void> {
  const admin = await openDatabase(server, server.superuser, 'postgres');
  await admin.rows(`CREATE DATABASE ${name}`);
  await admin.end();
  const client = await openDatabase(server, server.superuser, name);
  await client.rows(schema);
  await client.end();
}
