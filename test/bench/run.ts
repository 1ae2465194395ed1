// `npm run bench`: runs the named suites (all of them without a name) and prints one report.
import { writeJson } from '../support/report.ts';
import { holdRoutes } from './hold.ts';
import { describeMachine } from './machine.ts';
import { type BenchOptions, parseBenchOptions, UsageError, usage } from './options.ts';
import { printReport } from './print.ts';
import type { Bench, Suite, SuiteResult } from './suite.ts';
import { suites } from './suites/index.ts';

/** A first Ctrl-C takes no further round and still reports; a second one ends the process. */
function startBench(options: BenchOptions): Bench {
  const startedAt = performance.now();
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
    });
  }
  const elapsed = () => performance.now() - startedAt;
  return {
    options,
    say: (text) => void process.stderr.write(`[${(elapsed() / 1000).toFixed(0).padStart(4)} s] ${text}\n`),
    timeLeft: () => (interrupted ? 0 : options.minutes * 60_000 - elapsed()),
  };
}

function chooseSuites(names: readonly string[]): [string, Suite][] {
  const unknown = names.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined) throw new UsageError(`there is no suite ${unknown}`);
  return Object.entries(suites).filter(([name, { onlyNamed }]) =>
    names.length === 0 ? onlyNamed !== true : names.includes(name),
  );
}

function printUsage(): void {
  const lines = Object.entries(suites).map(
    ([name, suite]) => `  ${name.padEnd(22)}  ${suite.summary}${suite.onlyNamed ? ' (only when named)' : ''}`,
  );
  process.stdout.write(`${usage}\n${lines.join('\n')}\n`);
}

async function main(): Promise<number> {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options === 'help') {
    printUsage();
    return 0;
  }
  const chosen = chooseSuites(options.suites);
  const bench = startBench(options);
  if (options.hold) {
    await holdRoutes(bench);
    return 0;
  }

  const machine = describeMachine();
  const results = new Map<string, SuiteResult>();
  for (const [name, suite] of chosen) results.set(name, await suite.run(bench));
  const nothing = [...results.values()].every(
    ({ sections, broken }) => sections.length + broken.length === 0,
  );
  if (nothing) throw new UsageError(`no workload starts with ${options.only.join(' or ')}`);
  printReport(machine, results);
  const { upstream: _holdsPassword, ...printable } = options;
  await writeJson({ machine, options: printable, suites: Object.fromEntries(results) });
  return [...results.values()].some((result) => result.broken.length > 0) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const text =
    error instanceof UsageError ? `${error.message}\n\n${usage.split('\n')[0]}` : (error as Error).stack;
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
