// The facts lane: what the facts of statements say, against what PostgreSQL itself does with them.
import { parseArgs } from 'node:util';
import { loadGrammar } from '../../gateway/sql/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { printTable, writeJson } from '../support/report.ts';
import { playCatalogue } from './catalogue/leaks.ts';
import { collectCorpus } from './corpus/collect.ts';
import { groupReasons, summarize } from './corpus/reasons.ts';
import { regressionSettings } from './corpus/regression.ts';
import { groupFindings, type PartResult } from './findings.ts';
import { checkProperties, compareWithServer, type Scale } from './parts.ts';

const usage = `test:facts [--quick] [--seed N] [--only corpus|properties|catalogue]… [--json FILE]
           [--catalogue FILE --schema FILE… --labelled schema.table.column…]

  --quick      the short run, in less than a minute
  --seed       repeats a run's random choices; every run prints its seed
  --catalogue  attacks as JSON, played in databases made with --schema: no leak may go unseen`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    catalogue: { type: 'string' },
    schema: { type: 'string', multiple: true, default: [] },
    labelled: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const wants = (part: string): boolean => flags.only.length === 0 || flags.only.includes(part);

if (flags.help) console.log(usage);
else if (!(await main())) process.exitCode = 1;

async function main(): Promise<boolean> {
  await loadGrammar();
  const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const scale: Scale = { quick: flags.quick, seed };
  const results: PartResult[] = [];
  if (wants('properties'))
    for (const version of [15, 18] as const) results.push(await tryProperties(version, scale));
  if (wants('corpus')) results.push(...(await tryCorpus(scale)));
  if (wants('catalogue') && flags.catalogue !== undefined) results.push(await tryCatalogue(flags.catalogue));
  const failures = results.flatMap((result) => result.failures);
  for (const { part, counts } of results)
    printTable(
      part,
      Object.entries(counts).map(([outcome, count]) => ({ count, outcome })),
    );
  printTable(
    'What facts name without need',
    groupFindings(results.flatMap(({ notes }) => notes)).slice(0, 40),
  );
  if (failures.length > 0) printTable('Failures', groupFindings(failures));
  await writeJson({ seed, quick: flags.quick, failed: failures.length, results });
  console.log(`\nfacts: ${failures.length} failed`);
  return failures.length === 0;
}

async function tryProperties(version: 15 | 18, scale: Scale): Promise<PartResult> {
  const server = await startPostgres({ version });
  try {
    return await checkProperties(server, scale);
  } finally {
    await server.stop();
  }
}

async function tryCorpus(scale: Scale): Promise<readonly PartResult[]> {
  const server = await startPostgres({ settings: regressionSettings });
  try {
    const { entries, sources } = await collectCorpus(server, scale);
    printTable('Where the statements come from', sources);
    printTable('What the server resolves', summarize(entries));
    printTable('Unresolved', groupReasons(entries, 'unresolved'));
    return await compareWithServer(server, entries, scale);
  } finally {
    await server.stop();
  }
}

async function tryCatalogue(file: string): Promise<PartResult> {
  const server = await startPostgres({ settings: { max_prepared_transactions: '5', wal_level: 'logical' } });
  try {
    return await playCatalogue(server, { file, seeds: flags.schema, labelled: flags.labelled });
  } finally {
    await server.stop();
  }
}
