// The facts lane: what the facts of statements say, against what PostgreSQL itself does with them.
import { parseArgs } from 'node:util';
import { loadGrammar } from '../../gateway/sql/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { printTable, writeJson } from '../support/report.ts';
import { collectCorpus } from './corpus/collect.ts';
import { groupReasons, summarize } from './corpus/reasons.ts';
import { regressionSettings } from './corpus/regression.ts';

const usage = `test:facts [--quick] [--seed N] [--json FILE]

  --quick   the short run, in less than a minute
  --seed    repeats a run's random choices; every run prints its seed`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) console.log(usage);
else if (!(await main())) process.exitCode = 1;

async function main(): Promise<boolean> {
  await loadGrammar();
  const server = await startPostgres({ settings: regressionSettings });
  try {
    const { entries, sources } = await collectCorpus(server, { quick: flags.quick });
    printTable('Where the statements come from', sources);
    printTable('What the server resolves', summarize(entries));
    printTable('Unresolved', groupReasons(entries, 'unresolved'));
    await writeJson({ quick: flags.quick });
    return true;
  } finally {
    await server.stop();
  }
}
