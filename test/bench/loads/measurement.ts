// One measured run of one load on one route, and the meter that reads the proxy before and after.
import { forgetPeakMemory, readUsage } from '../process-usage.ts';
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
  /** Begins the window: everything before it was warm-up. */
  begin(): void;
  end(operations: number, seconds?: number): Measurement;
}>;

export function meterOf(route: Route): Meter {
  const { pid } = route;
  let startedAt = performance.now();
  let before = { cpuSeconds: 0, waitSeconds: 0 };
  if (pid !== undefined) forgetPeakMemory(pid);
  return {
    begin() {
      if (pid !== undefined) before = readUsage(pid);
      startedAt = performance.now();
    },
    end(operations, seconds = (performance.now() - startedAt) / 1000) {
      const usage = pid === undefined ? undefined : readUsage(pid);
      return {
        operations,
        seconds,
        cpuSeconds: usage && usage.cpuSeconds - before.cpuSeconds,
        waitSeconds: usage && usage.waitSeconds - before.waitSeconds,
        peakRssBytes: usage?.peakRssBytes,
      };
    },
  };
}
