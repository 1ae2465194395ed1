// The table of one workload: a line a route, with the targets beside the figures they speak of.
import type { Row } from '../support/report.ts';
import { type Comparison, compare, type Figure } from './comparison.ts';
import type { WorkloadRounds } from './rounds.ts';
import type { Route } from './routes/index.ts';
import type { Section, TargetResult } from './suite.ts';
import { judge, type Target } from './targets.ts';

export type SectionOptions = Readonly<{
  title: string;
  routes: readonly Route[];
  /** The route that the ratio columns divide by. */
  baseline: string;
  targets: readonly Target[];
}>;

type Judged = Readonly<{ target: Target; result: TargetResult }>;

export function tabulate(taken: WorkloadRounds, options: SectionOptions): Section {
  const { workload, rounds } = taken;
  const comparison = compare(taken);
  const judged: Judged[] = options.targets.flatMap((target) => {
    const result = judge(target, workload.name, comparison);
    return result ? { target, result } : [];
  });
  return {
    title: options.title,
    rows: options.routes.map(({ name }) =>
      describeRoute(name, workload.operation, options.baseline, comparison, judged),
    ),
    targets: judged.map(({ result }) => result),
    data: { workload: workload.name, rounds },
  };
}

function describeRoute(
  route: string,
  operation: string,
  baseline: string,
  comparison: Comparison,
  judged: readonly Judged[],
): Row {
  const [unit, perSecond] = operation === 'transaction' ? ['µs', 1e6] : ['ms', 1e3];
  const cpu = comparison.median(route, 'cpu');
  const ratio = (figure: Figure) => comparison.ratio(route, baseline, figure);
  const wait = comparison.median(route, 'wait');
  const peak = comparison.peakRssBytes(route);
  return {
    route,
    [`${operation}s/s`]: wholeWhenLarge(comparison.median(route, 'rate')),
    [`÷ ${baseline}`]: ratio('rate'),
    'throughput target': verdict(judged, route, 'rate'),
    [`CPU ${unit}/${operation}`]: cpu === undefined ? undefined : cpu * perSecond,
    [`CPU ÷ ${baseline}`]: ratio('cpu'),
    'CPU target': verdict(judged, route, 'cpu'),
    'no core %': wait === undefined ? undefined : Math.round(wait * 100),
    'peak RSS MB': peak === undefined ? undefined : Math.round(peak / 2 ** 20),
  };
}

function verdict(judged: readonly Judged[], route: string, figure: Figure): string {
  return judged
    .filter(({ target }) => target.route === route && target.figure === figure)
    .map(({ result }) => `${result.passed ? 'pass' : 'MISS'}: ${result.limit}`)
    .join(', ');
}

function wholeWhenLarge(value: number | undefined): number | undefined {
  return value === undefined || value < 100 ? value : Math.round(value);
}
