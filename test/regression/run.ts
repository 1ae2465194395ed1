// PostgreSQL's own regression suite, direct and through the gateway: the same tests must pass.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.ts';
import { printTable, writeJson } from '../support/report.ts';
import { createRegressionDatabase } from './database.ts';
import { startRegressionGateway } from './gateway.ts';
import { knownDifferences } from './known-differences.ts';
import { startGatewayInPieces } from './pieces.ts';
import { type RegressionSource, regressionSource } from './source.ts';
import { prepareSuite, runSuite, type SuiteName, type SuiteResult, type SuiteTarget } from './suite.ts';

/** Where facts are read, statements wait for the catalog after each of some 13,000 that change it. */
const SUITE_MILLISECONDS = { plain: 1_200_000, facts: 3_600_000 };
const databaseOf: Record<SuiteName, string> = { regress: 'regression', isolation: 'isolation_regression' };
const { values: flags } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true, default: ['regress', 'isolation'] },
    json: { type: 'string' },
    pieces: { type: 'boolean', default: false },
    facts: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`test:regression [--suite regress|isolation]… [--pieces] [--facts] [--keep] [--json FILE]

  --pieces  cuts both legs of the gateway's connections into random pieces
  --facts   reads the facts of every statement before it goes on
  --keep    keeps the results where nothing differs, too`);
} else {
  const source = await regressionSource((line) => console.log(line));
  if (source.kind === 'skipped') {
    console.log(`skipped: ${source.reason}`);
    await writeJson({ skipped: source.reason });
  } else if (!(await compareAll(source, flags.suite as SuiteName[]))) process.exitCode = 1;
}

type Ready = Extract<RegressionSource, { kind: 'ready' }>;

/** True when every suite passes the same tests direct and through the gateway, the known differences apart. */
async function compareAll(source: Ready, suites: readonly SuiteName[]): Promise<boolean> {
  const workspace = await mkdtemp(join(tmpdir(), 'portcullis-regression-'));
  await chmod(workspace, 0o755);
  let same = true;
  for (const suite of suites) {
    const direct = await runOn(suite, source, workspace, undefined);
    const gateway = await runOn(
      suite,
      source,
      workspace,
      flags.pieces ? startGatewayInPieces : startRegressionGateway,
    );
    same = (await report(suite, direct, gateway)) && same;
  }
  await writeJson({ version: source.version, same });
  if (same && !flags.keep) await rm(workspace, { recursive: true, force: true });
  else console.log(`\nresults and differences are kept in ${workspace}`);
  return same;
}

/** Each run gets a server of its own, so that nothing one leaves behind can help or hurt the other. */
async function runOn(
  suite: SuiteName,
  source: Ready,
  workspace: string,
  start: typeof startRegressionGateway | undefined,
): Promise<SuiteResult> {
  const server = await startPostgres({
    settings: { max_prepared_transactions: '10', max_connections: '120' },
  });
  try {
    const owner = await createRegressionDatabase(server, databaseOf[suite]);
    const input = await prepareSuite(suite, source, workspace, owner);
    const gateway = await start?.(server, [databaseOf[suite]], { facts: flags.facts });
    const direct: SuiteTarget = { name: 'direct', host: server.host, port: server.port, ...server.superuser };
    try {
      console.log(`running ${suite} ${gateway ? 'through the gateway' : 'direct'}`);
      const longest = gateway && flags.facts ? SUITE_MILLISECONDS.facts : SUITE_MILLISECONDS.plain;
      return await runSuite(input, gateway ?? direct, longest);
    } finally {
      await gateway?.stop();
    }
  } finally {
    await server.stop();
  }
}

async function report(suite: SuiteName, direct: SuiteResult, gateway: SuiteResult): Promise<boolean> {
  const rows = [direct, gateway].map((result, at) => ({
    run: at === 0 ? 'direct' : 'gateway',
    passed: result.passed.size,
    failed: result.failed.size,
    seconds: Math.round(result.seconds),
  }));
  printTable(`PostgreSQL's ${suite} tests`, rows);
  const differing = [...direct.passed].filter((test) => !gateway.passed.has(test));
  const extra = [...gateway.passed].filter((test) => !direct.passed.has(test));
  const reasonOf = new Map(knownDifferences(flags.facts).map(({ test, reason }) => [test, reason]));
  const differences = [
    ...differing.map((test) => ({
      test,
      direct: 'passes',
      gateway: 'fails',
      reason: reasonOf.get(test) ?? 'UNKNOWN',
    })),
    ...extra.map((test) => ({
      test,
      direct: 'fails',
      gateway: 'passes',
      reason: 'not a fault of the gateway',
    })),
  ];
  if (differences.length > 0) printTable(`Differences in ${suite}`, differences);
  const unknown = differing.filter((test) => !reasonOf.has(test));
  if (unknown.length > 0) await printDifference(gateway, unknown);
  if (direct.passed.size === 0) console.log('no test passed direct: the suite itself did not run');
  return unknown.length === 0 && direct.passed.size > 0;
}

/** The first lines of what differs from the expected output, test by test. */
async function printDifference({ output }: SuiteResult, tests: readonly string[]): Promise<void> {
  const text = await readFile(join(output, 'regression.diffs'), 'utf8').catch(() => '');
  for (const part of text.split(/^(?=diff )/m)) {
    if (tests.some((test) => part.includes(`/${test}.out`)))
      console.log(part.split('\n').slice(0, 40).join('\n'));
  }
}
