// The parts of the lane: each takes what it needs of a server, and says what failed.
import { readFileSync } from 'node:fs';
import type { Postgres } from '../support/postgres.ts';
import { createRandom, type Random } from '../support/random.ts';
import { openDatabase } from './connect.ts';
import { analyzedDatabase, createDatabase, shapesDatabase } from './corpus/collect.ts';
import type { Entry } from './corpus/entry.ts';
import { regressionDatabase } from './corpus/regression.ts';
import type { PartResult } from './findings.ts';
import { type Candidate, probePermissions } from './permissions/probe.ts';
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
    if (all.length === 0) continue;
    const [client, reader] = [
      await openDatabase(server, server.superuser, name),
      await createFactsReader(server.connectionString(name)),
    ];
    try {
      const chosen = sample(all, quick ? 100 : 6_000, random.fork(name));
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

const queries = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Each text once. */
function candidatesOf(entries: readonly Entry[]): readonly Candidate[] {
  const byText = new Map<string, Candidate>();
  for (const { text, parameterTypes, type, outcome } of entries) {
    if (outcome === 'resolved' && queries.has(type)) byText.set(text, { text, parameterTypes });
  }
  return [...byText.values()];
}

function sample<T>(all: readonly T[], most: number, random: Random): readonly T[] {
  if (all.length <= most) return all;
  const chosen = [...all];
  for (let at = 0; at < most; at++) {
    const other = random.integer(at, chosen.length - 1);
    [chosen[at], chosen[other]] = [chosen[other] as T, chosen[at] as T];
  }
  return chosen.slice(0, most);
}
