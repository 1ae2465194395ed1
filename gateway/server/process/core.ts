// What all parts of a process stand on: the configuration as it is now, the clock and the log, the sessions that run, and
// the way to the state database.
import type { Config } from '../../config/index.ts';
import { type Clock, type Log, systemClock } from '../../lib/index.ts';
import { GatewayMetrics } from '../metrics/gateway-metrics.ts';
import { ProcessLoad } from '../metrics/process-load.ts';
import { LocalKeeper, StateSource } from '../state/state-source.ts';
import type { GatewayDependencies, WorkerLinks } from './gateway.ts';
import { OpenSessions } from './open-sessions.ts';

export type Core = Readonly<{
  /** A reload puts another one in its place. */
  current: { config: Config };
  log: Log;
  clock: Clock;
  /** Absent: this is the only process. */
  worker: WorkerLinks | undefined;
  index: number;
  sessions: OpenSessions;
  metrics: GatewayMetrics;
  load: ProcessLoad;
  state: StateSource;
}>;

export function coreOf(
  config: Config,
  { log, clock = systemClock, worker }: Pick<GatewayDependencies, 'log' | 'clock' | 'worker'>,
): Core {
  const keeper = worker?.keeper ?? new LocalKeeper(config.data_dir, log);
  return {
    current: { config },
    ...{ log, clock, worker, index: worker?.index ?? 0 },
    sessions: new OpenSessions(log),
    metrics: new GatewayMetrics(),
    load: new ProcessLoad(),
    state: new StateSource(config.state, { keeper, log, clock }),
  };
}
