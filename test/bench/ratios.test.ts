// The arithmetic behind the bench's verdicts, and its reading of /proc.
import { describe, expect, test } from 'vitest';
import { compare } from './comparison.ts';
import { readUsage } from './process-usage.ts';
import { median, medianRatio } from './ratios.ts';
import type { Round } from './rounds.ts';
import { listSelfTimes } from './self-time.ts';
import { judge } from './targets.ts';

describe('median', () => {
  test.each([
    { name: 'of nothing is nothing', input: [], want: undefined },
    { name: 'of an odd number is the middle one', input: [9, 1, 5], want: 5 },
    { name: 'of an even number lies between the middle two', input: [4, 1, 2, 9], want: 3 },
    { name: 'leaves out what is no number', input: [Number.NaN, 7], want: 7 },
  ])('$name', ({ input, want }) => {
    expect(median(input)).toBe(want);
  });
});

test('a ratio is taken within a round and only where both have one', () => {
  const ours = new Map([
    [1, 10],
    [2, 100],
    [3, 7],
  ]);
  const theirs = new Map([
    [1, 10],
    [2, 50],
    [4, 1],
  ]);
  expect(medianRatio(ours, theirs)).toBe(1.5);
});

describe('a target', () => {
  const round = (route: string, operations: number, cpuSeconds: number): Round => ({
    round: 1,
    route,
    measurement: { operations, seconds: 1, cpuSeconds, waitSeconds: 0, peakRssBytes: 1 },
  });
  const workload = { name: 'simple-8', operation: 'transaction', run: () => Promise.reject(new Error()) };
  const rounds = [round('relay', 1000, 0.02), round('gateway', 950, 0.0285)];
  const comparison = compare({ workload, rounds, broken: [] });

  test.each([
    { name: 'is met by enough throughput', figure: 'rate', limits: { atLeast: 0.9 }, want: true },
    { name: 'is missed by too much CPU', figure: 'cpu', limits: { atMost: 1.2 }, want: false },
  ] as const)('$name', ({ figure, limits, want }) => {
    const result = judge({ route: 'gateway', figure, against: 'relay', ...limits }, 'simple-8', comparison);
    expect(result?.passed).toBe(want);
  });

  test('says nothing of a route that was not measured', () => {
    expect(judge({ route: 'pgbouncer', figure: 'cpu', atMost: 1 }, 'simple-8', comparison)).toBeUndefined();
  });
});

test('self times count what a function did itself, and idle time apart', () => {
  const frame = (id: number, functionName: string) => ({
    id,
    callFrame: { functionName, url: '', lineNumber: 0 },
  });
  const times = listSelfTimes({
    nodes: [frame(1, '(idle)'), frame(2, 'forward'), frame(3, 'scan')],
    samples: [2, 3, 1, 2],
    timeDeltas: [0, 3000, 1000, 6000],
    startTime: 0,
    endTime: 10_000,
  });
  expect(times.functions.map(({ name, share }) => [name, share])).toEqual([
    ['forward', 0.75],
    ['scan', 0.25],
  ]);
  expect(times.idleSeconds).toBeCloseTo(0.006);
});

test.runIf(process.platform === 'linux')('a process that works is seen to use CPU and memory', () => {
  const before = readUsage(process.pid);
  // It may have to wait for the processor, and the kernel counts in hundredths of a second.
  const until = performance.now() + 60_000;
  let after = before;
  while (after.cpuSeconds <= before.cpuSeconds && performance.now() < until) after = readUsage(process.pid);
  expect(after.cpuSeconds).toBeGreaterThan(before.cpuSeconds);
  expect(after.peakRssBytes).toBeGreaterThan(2 ** 20);
});
