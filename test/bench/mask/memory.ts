// What a gateway holds while large results pass it: its memory over the transfers, one line each.
import { openRawReader } from '../loads/raw-reader.ts';
import { forgetPeakMemory, readUsage } from '../process-usage.ts';
import type { Route } from '../routes/index.ts';
import type { Bench, Section, TargetResult } from '../suite.ts';
import { rowsOfEach } from './tables.ts';

const transfers = 6;
/** Collections of garbage come when they come: one peak is not the next one's. */
const growthAtMost = 1.25;
const largeMegabytes = 100;
const largeExtraAtMost = 64;

type Step = Readonly<{ what: string; peakMb: number }>;

export async function measureMemory(bench: Bench, route: Route): Promise<Section> {
  const steps: Step[] = [];
  const take = async (what: string, sql: string, format: 'text' | 'binary') => {
    if (bench.timeLeft() <= 0) return;
    bench.say(`memory: ${what}`);
    const reader = await openRawReader(route);
    const { pid = 0 } = route;
    forgetPeakMemory(pid);
    try {
      await reader.discard(sql, format);
    } catch (error) {
      // The figures before it stand.
      bench.say(`memory: ${what} failed: ${(error as Error).message}`);
      return;
    } finally {
      reader.close();
    }
    steps.push({ what, peakMb: readUsage(pid).peakRssBytes / 2 ** 20 });
  };
  // Before all: a gateway that has grown already shows nothing of what one value takes.
  await take('a hundred rows', 'select * from ten limit 100', 'text');
  for (const format of ['text', 'binary'] as const)
    await take(`one masked value of ${largeMegabytes} MB, ${format}`, 'select document from large', format);
  const small = steps.length;
  for (let turn = 1; turn <= transfers; turn++)
    await take(`${rowsOfEach} rows, ten masked columns, time ${turn}`, 'select * from ten', 'text');
  return describe(steps.slice(0, small), steps.slice(small));
}

function describe(small: readonly Step[], rows: readonly Step[]): Section {
  const [before, ...large] = small.map(({ peakMb }) => peakMb);
  const targets: TargetResult[] = [];
  if (before !== undefined && large.length > 0) {
    const extra = Math.max(...large) - before;
    targets.push({
      what: `memory that a masked value of ${largeMegabytes} MB takes beside`,
      limit: `at most ${largeExtraAtMost} MB`,
      measured: `${extra.toFixed(0)} MB`,
      passed: extra <= largeExtraAtMost,
    });
  }
  const [first, last] = [rows[0]?.peakMb, rows.at(-1)?.peakMb];
  if (first !== undefined && last !== undefined && rows.length > 1) {
    targets.push({
      what: `memory of the last of ${rows.length} transfers`,
      limit: `at most ${growthAtMost} × the first one's`,
      measured: `${(last / first).toFixed(2)} × the first one's`,
      passed: last <= first * growthAtMost,
    });
  }
  return {
    title: 'memory: peak resident size of the masked gateway during each transfer',
    rows: [...small, ...rows].map(({ what, peakMb }) => ({
      transfer: what,
      'peak RSS MB': Math.round(peakMb),
    })),
    targets,
    data: { small, rows },
  };
}
