// The client lane: real programs in ten clients do one checklist, direct and through the gateway, and must not notice.

import { parseArgs } from 'node:util';
import { printTable, type Row, writeJson } from '../support/report.ts';
import { tryApprovals } from './approvals.ts';
import { build } from './build.ts';
import { checklist } from './checklist.ts';
import { type Client, clients } from './clients.ts';
import { missingTool } from './command.ts';
import { compare, type Verdict } from './compare.ts';
import { tryLogins } from './logins.ts';
import { maskedChecks, tryMasked } from './masked.ts';
import { runProgram } from './program.ts';
import { startTargets, type Targets } from './targets.ts';

const usage = `test:clients [--only psql,pgx] [--check NAME] [--direct] [--workers N] [--json FILE]

  --only    these clients alone: ${clients.map((client) => client.name).join(', ')}, logins, approvals
  --check   these checks alone, separated by commas
  --direct  both runs without the gateway, to see that the lane itself is right
  --workers the gateway's worker processes
  --facts   the gateway reads the facts of every statement`;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    check: { type: 'string', default: '' },
    direct: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1' },
    facts: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const words = (text: string): string[] => text.split(',').filter((word) => word !== '');

type Result = Readonly<{ client: string; skipped?: string; verdicts: ReadonlyMap<string, Verdict> }>;

const marks = { same: 'same', differs: 'DIFFERS', fails: 'FAILS', known: 'known', skipped: '·' } as const;

if (flags.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const only = words(flags.only);
  const chosen = clients.filter(({ name }) => only.length === 0 || only.includes(name));
  const targets = await startTargets(Number(flags.workers), flags.facts);
  const results: Result[] = [];
  let differences = 0;
  try {
    for (const client of chosen) {
      const result = await tryClient(client, targets);
      results.push(result);
      differences += reportClient(result);
    }
    if (only.includes('logins') || (only.length === 0 && flags.check === '' && !flags.direct)) {
      differences += await tryLogins(targets, chosen);
    }
    if (only.includes('approvals') || (only.length === 0 && flags.check === '' && !flags.direct))
      differences += await tryApprovals(await targets.approvals());
  } finally {
    await targets.stop();
  }
  printTable('Clients, direct and through the gateway (· not for this client)', tableOf(results));
  await writeJson({ differences, results: results.map(printable) });
  console.log(`\n${closingLine(results, differences)}`);
  return differences === 0 ? 0 : 1;
}

async function tryClient(client: Client, targets: Targets): Promise<Result> {
  const verdicts = new Map<string, Verdict>();
  for (const tool of client.tools) {
    const skipped = await missingTool(tool[0], tool.slice(1));
    if (skipped !== undefined) return { client: client.name, skipped, verdicts };
  }
  try {
    if (client.build) await build(client.build);
  } catch (error) {
    // What can't be built is no skip: nobody would see that it is never tried again.
    const failure: Verdict = { verdict: 'fails', detail: `could not be built: ${(error as Error).message}` };
    return { client: client.name, verdicts: new Map(checklist.map(({ name }) => [name, failure])) };
  }
  const checks = words(flags.check);
  const direct = await runProgram(client, targets.direct, checks);
  const gateway = flags.direct
    ? await runProgram(client, targets.direct, checks)
    : await runProgram(client, { ...targets.gateway, ...client.gatewayEnvironment }, checks);
  for (const check of checklist) {
    if (checks.length > 0 && !checks.includes(check.name)) continue;
    verdicts.set(
      check.name,
      compare(check, direct.outcomes.get(check.name), gateway.outcomes.get(check.name)),
    );
  }
  if (wantsMasked(checks))
    for (const [name, verdict] of await tryMasked(client, await targets.masks())) verdicts.set(name, verdict);
  for (const { complaint } of [direct, gateway])
    if (complaint !== '') console.log(`${client.name} ${complaint}`);
  console.log(`${client.name}: direct ${direct.seconds} s, through the gateway ${gateway.seconds} s`);
  return { client: client.name, verdicts };
}

/** Not for a lane that is to be seen right without the gateway. */
function wantsMasked(checks: readonly string[]): boolean {
  return !flags.direct && (checks.length === 0 || maskedChecks.some(({ name }) => checks.includes(name)));
}

/** Says what differs, and how many checks did. */
function reportClient({ client, skipped, verdicts }: Result): number {
  if (skipped !== undefined) console.log(`${client}: skipped, ${skipped}`);
  const wrong = [...verdicts].filter(([, { verdict }]) => verdict === 'differs' || verdict === 'fails');
  for (const [check, { verdict, detail }] of verdicts) {
    if (verdict === 'known') console.log(`  ${client} ${check} differs, as it should: ${detail}`);
  }
  let said = '';
  for (const [check, { verdict, detail = '' }] of wrong) {
    if (detail !== said) console.log(`  ${client} ${check} ${verdict}\n    ${detail}`);
    said = detail;
  }
  return wrong.length;
}

/** The last line: what passed, what did not, what a client or a missing tool left out. */
function closingLine(results: readonly Result[], failed: number): string {
  const passed = results.flatMap(({ verdicts }) =>
    [...verdicts.values()].filter(({ verdict }) => verdict === 'same' || verdict === 'known'),
  ).length;
  const skipped = results.reduce(
    (sum, { skipped, verdicts }) =>
      sum +
      (skipped === undefined
        ? [...verdicts.values()].filter(({ verdict }) => verdict === 'skipped').length
        : checklist.length + maskedChecks.length),
    0,
  );
  return `clients: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function tableOf(results: readonly Result[]): Row[] {
  const tried = [...checklist, ...maskedChecks].filter(({ name }) =>
    results.some(({ verdicts }) => verdicts.has(name)),
  );
  return tried.map(({ name, about }) => {
    const row: Record<string, string> = { check: name };
    for (const { client, skipped, verdicts } of results) {
      const verdict = verdicts.get(name);
      row[client] = skipped === undefined ? (verdict ? marks[verdict.verdict] : '') : 'skipped';
    }
    return { ...row, 'what it tries': about };
  });
}

function printable({ client, skipped, verdicts }: Result): object {
  return { client, skipped, checks: Object.fromEntries(verdicts) };
}
