// From rounds to figures: each route's medians, and its ratios to another route round by round.
import type { Measurement } from './loads/measurement.ts';
import { median, medianRatio } from './ratios.ts';
import type { WorkloadRounds } from './rounds.ts';

export type Figure = 'rate' | 'cpu' | 'wait';

export const operationsPerSecond = (measurement: Measurement): number =>
  measurement.operations / measurement.seconds;

export const cpuPerOperation = (measurement: Measurement): number =>
  measurement.cpuSeconds === undefined ? Number.NaN : measurement.cpuSeconds / measurement.operations;

/** The share of the time in which the proxy was ready and had no core. */
export const shareOfWaiting = (measurement: Measurement): number =>
  measurement.waitSeconds === undefined ? Number.NaN : measurement.waitSeconds / measurement.seconds;

const figures: Readonly<Record<Figure, (measurement: Measurement) => number>> = {
  rate: operationsPerSecond,
  cpu: cpuPerOperation,
  wait: shareOfWaiting,
};

export type Comparison = Readonly<{
  median(route: string, figure: Figure): number | undefined;
  /** The median of route ÷ other over the rounds that have both. */
  ratio(route: string, other: string, figure: Figure): number | undefined;
  peakRssBytes(route: string): number | undefined;
}>;

export function compare({ rounds }: WorkloadRounds): Comparison {
  const series = (route: string, figure: Figure): Map<number, number> => {
    const values = new Map<number, number>();
    for (const { round, route: name, measurement } of rounds) {
      const value = figures[figure](measurement);
      if (name === route && Number.isFinite(value)) values.set(round, value);
    }
    return values;
  };
  return {
    median: (route, figure) => median([...series(route, figure).values()]),
    ratio: (route, other, figure) => medianRatio(series(route, figure), series(other, figure)),
    peakRssBytes: (route) => {
      const peaks = rounds
        .filter((round) => round.route === route)
        .map((round) => round.measurement.peakRssBytes);
      const known = peaks.filter((peak) => peak !== undefined);
      return known.length > 0 ? Math.max(...known) : undefined;
    },
  };
}
