// Interleaved rounds (A B C D A B C D …): whatever else the machine does, it does to all of them alike.
import type { Measurement } from './loads/measurement.ts';
import type { Route } from './routes/index.ts';
import type { Bench } from './suite.ts';

export type Workload = Readonly<{
  name: string;
  /** What one operation is: 'transaction', 'connection', 'transfer'. */
  operation: string;
  run(route: Route): Promise<Measurement>;
}>;

export type Round = Readonly<{ round: number; route: string; measurement: Measurement }>;

export type WorkloadRounds = Readonly<{
  workload: Pick<Workload, 'name' | 'operation'>;
  rounds: readonly Round[];
  broken: readonly string[];
}>;

/** One that runs through all routes at once, each in its turn; the measurements are in their order. */
export type WorkloadInTurns = Omit<Workload, 'run'> &
  Readonly<{ run(routes: readonly Route[]): Promise<readonly Measurement[]> }>;

/** As `takeRounds`; when a route fails, so do the others. */
export async function takeRoundsInTurns(
  bench: Bench,
  workload: WorkloadInTurns,
  routes: readonly Route[],
): Promise<WorkloadRounds> {
  const rounds: Round[] = [];
  try {
    for (const round of roundsOf(bench, workload)) {
      const measurements = await workload.run(routes);
      for (const [at, measurement] of measurements.entries())
        rounds.push({ round, route: (routes[at] as Route).name, measurement });
    }
    return { workload, rounds, broken: [] };
  } catch (error) {
    return { workload, rounds, broken: [`${workload.name}: ${(error as Error).message}`] };
  }
}

function* roundsOf(bench: Bench, { name }: WorkloadRounds['workload']): Generator<number> {
  for (let round = 1; round <= bench.options.rounds; round++) {
    if (bench.timeLeft() <= 0) {
      bench.say(`${name}: out of time after ${round - 1} rounds`);
      return;
    }
    bench.say(`${name}: round ${round} of ${bench.options.rounds}`);
    yield round;
  }
}

/** Takes the rounds of one workload; a route that fails is left out of the rest of them. */
export async function takeRounds(
  bench: Bench,
  workload: Workload,
  routes: readonly Route[],
): Promise<WorkloadRounds> {
  const rounds: Round[] = [];
  const broken = new Map<string, string>();
  for (const round of roundsOf(bench, workload)) {
    for (const route of routes) {
      if (broken.has(route.name)) continue;
      try {
        rounds.push({ round, route: route.name, measurement: await workload.run(route) });
      } catch (error) {
        broken.set(route.name, `${workload.name} through ${route.name}: ${(error as Error).message}`);
        bench.say(broken.get(route.name) as string);
      }
    }
  }
  return { workload, rounds, broken: [...broken.values()] };
}
