// The parts of the lane: each takes what it needs of a server, and says what failed.
import { readFileSync } from 'node:fs';
import type { Postgres } from '../support/postgres.ts';
import { createRandom } from '../support/random.ts';
import { candidatesOf, sample } from './candidates.ts';
import { openDatabase } from './connect.ts';
import { analyzedDatabase, createDatabase, shapesDatabase } from './corpus/collect.ts';
import type { Entry } from './corpus/entry.ts';
import { regressionDatabase } from './corpus/regression.ts';
import type { PartResult } from './findings.ts';
import { probePermissions } from './permissions/probe.ts';
import { checkLabelsKept, labelled } from './properties/label-kept.ts';
import { createFactsReader } from './reader.ts';
import { compareRowDescriptions } from './row-description.ts';
import { compareGrammars } from './second-grammar.ts';

export type Scale = Readonly<{ quick: boolean; seed: number }>;

const propertySchema = readFileSync(new URL('properties/schema.sql', import.meta.url), 'utf8');

/** What each database's statements are compared with; the corpus has to be there. */
const databases: readonly Readonly<{ name: string; sources: readonly string[] }>[] = [
  { name: shapesDatabase, sources: ['decision support'] },
  { name: analyzedDatabase, sources: ['analyzed', 'syntax', 'programs'] },
  { name: regressionDatabase, sources: ['regression'] },
];

/** Rights, RowDescription and the second grammar, on the statements of each database as it is now. */
export async function compareWithServer(
  server: Postgres,
  entries: readonly Entry[],
  { quick, seed }: Scale,
): Promise<readonly PartResult[]> {
  const random = createRandom(seed);
  const results: PartResult[] = [];
  for (const { name, sources } of databases) {
    const all = candidatesOf(entries.filter(({ source }) => sources.includes(source)));
    const queries = all.filter(({ isQuery }) => isQuery);
    if (all.length === 0) continue;
    const [client, reader] = [
      await openDatabase(server, server.superuser, name),
      await createFactsReader(server.connectionString(name)),
    ];
    try {
      const chosen = sample(queries, quick ? 100 : 6_000, random.fork(name));
      results.push(rename(await compareRowDescriptions(client, reader, chosen), name));
      results.push(rename(await compareGrammars(reader, chosen), name));
      const tried = sample(all, quick ? 40 : 2_000, random.fork(`${name} rights`));
      results.push(rename(await probePermissions(client, reader, tried), name));
    } finally {
      await reader.close();
      await client.end();
    }
  }
  return results;
}

export async function checkProperties(server: Postgres, { quick, seed }: Scale): Promise<PartResult> {
  await createDatabase(server, 'properties', propertySchema);
  const client = await openDatabase(server, server.superuser, 'properties');
  const reader = await createFactsReader(server.connectionString('properties'), { data: labelled });
  try {
    return await checkLabelsKept(client, reader, { runs: quick ? 100 : 2_000, seed, most: quick ? 3 : 6 });
  } finally {
    await reader.close();
    await client.end();
  }
}

const rename = (result: PartResult, database: string): PartResult => ({
  ...result,
  part: `${result.part}, ${database}`,
});
