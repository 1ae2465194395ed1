// The report for people: the machine, a table a workload, then how many targets were met and which weren't.
import { printTable } from '../support/report.ts';
import { type MachineNote, printableMachine } from './machine.ts';
import type { SuiteResult, TargetResult } from './suite.ts';

const legend =
  '÷: median of the ratios round by round. CPU: of the proxy. no core: how long it was ready to run and could not,\n' +
  'summed over its threads; where that differs between routes, the machine was busy and throughput says little.';

export function printReport(note: MachineNote, results: ReadonlyMap<string, SuiteResult>): void {
  console.log(printableMachine(note));
  console.log(legend);
  for (const [name, { notes, sections }] of results) {
    console.log(['', `suite ${name}`, ...notes].join('\n'));
    for (const { title, rows } of sections) printTable(title, rows);
  }
  const all = [...results.values()];
  printTargets(all.flatMap(({ sections }) => sections.flatMap((section) => section.targets)));
  const broken = all.flatMap((result) => result.broken);
  if (broken.length > 0) console.log(['', 'BROKEN', ...broken].join('\n'));
}

function printTargets(targets: readonly TargetResult[]): void {
  if (targets.length === 0) return;
  const missed = targets.filter((target) => !target.passed);
  console.log(`\nTargets: ${targets.length - missed.length} of ${targets.length} met`);
  for (const { what, limit, measured } of missed)
    console.log(`  missed: ${what}: ${measured}, wanted ${limit}`);
}
