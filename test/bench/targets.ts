// What the figures should be. A miss is printed and never fails a run: the machine may be at fault.
import type { Comparison, Figure } from './comparison.ts';
import type { TargetResult } from './suite.ts';

export type Target = Readonly<{
  route: string;
  figure: Figure;
  /** Another route to divide by; without it the limit is in the figure's own unit (seconds of CPU, operations a second). */
  against?: string;
  atMost?: number;
  atLeast?: number;
}>;

const figureNames: Readonly<Record<Figure, string>> = { rate: 'throughput', cpu: 'CPU', wait: 'waiting' };

/** Undefined where a route wasn't measured. */
export function judge(target: Target, workload: string, comparison: Comparison): TargetResult | undefined {
  const { route, figure, against } = target;
  const value = against ? comparison.ratio(route, against, figure) : comparison.median(route, figure);
  if (value === undefined) return undefined;
  const show = (number: number) =>
    against ? `${number.toFixed(2)} × ${against}` : `${(number * 1000).toFixed(2)} ms`;
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target;
  return {
    what: `${workload}: ${figureNames[figure]} of the ${route}`,
    limit: Number.isFinite(atMost) ? `at most ${show(atMost)}` : `at least ${show(atLeast)}`,
    measured: show(value),
    passed: value <= atMost && value >= atLeast,
  };
}
