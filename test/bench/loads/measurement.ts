// One measured run of one load on one route, and the meter that reads the proxy before and after.
import { forgetPeakMemory, readUsage, type Usage } from '../process-usage.ts';
import type { Route } from '../routes/index.ts';

export type Measurement = Readonly<{
  /** Transactions, connections or transfers inside the measured window. */
  operations: number;
  seconds: number;
  /** Of the proxy; none on the direct way. */
  cpuSeconds: number | undefined;
  waitSeconds: number | undefined;
  peakRssBytes: number | undefined;
}>;

export type Meter = Readonly<{
  /** Begins the window, or goes on with it: what lies outside is warm-up, or the turn of others. */
  begin(): void;
  pause(): void;
  end(operations: number): Measurement;
}>;

export function meterOf(route: Route): Meter {
  const { pid } = route;
  const measured = { seconds: 0, cpuSeconds: 0, waitSeconds: 0, peakRssBytes: 0 };
  let startedAt = performance.now();
  let before: Usage | undefined;
  let isRunning = false;
  if (pid !== undefined) forgetPeakMemory(pid);
  const begin = (): void => {
    isRunning = true;
    if (pid !== undefined) before = readUsage(pid);
    startedAt = performance.now();
  };
  const pause = (): void => {
    if (!isRunning) return;
    isRunning = false;
    measured.seconds += (performance.now() - startedAt) / 1000;
    if (pid === undefined || before === undefined) return;
    const usage = readUsage(pid);
    measured.cpuSeconds += usage.cpuSeconds - before.cpuSeconds;
    measured.waitSeconds += usage.waitSeconds - before.waitSeconds;
    measured.peakRssBytes = usage.peakRssBytes;
  };
  return {
    begin,
    pause,
    end(operations) {
      pause();
      return { ...measured, ...(pid === undefined ? notOfProxy : {}), operations };
    },
  };
}

const notOfProxy = { cpuSeconds: undefined, waitSeconds: undefined, peakRssBytes: undefined };
