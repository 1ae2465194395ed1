// What a process and its children have used: CPU time over all threads, and peak memory.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

export type Usage = Readonly<{
  cpuSeconds: number;
  /** How long its threads were ready to run and had no core: what the rest of the machine took from it. */
  waitSeconds: number;
  peakRssBytes: number;
}>;

const ticksPerSecond = 100; // USER_HZ, which Linux fixes at 100 for what it shows in /proc

/** Starts the peak of memory anew, so that each workload shows its own. Not every kernel lets us. */
export function forgetPeakMemory(pid: number): void {
  for (const member of family(pid)) {
    try {
      writeFileSync(`/proc/${member}/clear_refs`, '5');
    } catch {}
  }
}

export function readUsage(pid: number): Usage {
  let cpuSeconds = 0;
  let waitSeconds = 0;
  let peakRssBytes = 0;
  for (const member of family(pid)) {
    const scheduled = readScheduled(member);
    cpuSeconds += scheduled?.cpuSeconds ?? readTicks(member) / ticksPerSecond;
    waitSeconds += scheduled?.waitSeconds ?? 0;
    peakRssBytes += readPeakRss(member);
  }
  return { cpuSeconds, waitSeconds, peakRssBytes };
}

// The scheduler counts in nanoseconds and utime + stime in steps of 10 ms: a result of 55 MB takes only a few steps.
function readScheduled(pid: number): { cpuSeconds: number; waitSeconds: number } | undefined {
  try {
    let cpuSeconds = 0;
    let waitSeconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const fields = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      cpuSeconds += Number(fields[0]) / 1e9;
      waitSeconds += Number(fields[1]) / 1e9;
    }
    return cpuSeconds > 0 ? { cpuSeconds, waitSeconds } : undefined;
  } catch {
    return undefined;
  }
}

/** Of the processes that this one has started and that have ended, with all that they started. */
export function readEndedChildrenCpu(): number {
  const fields = readStat(process.pid);
  return fields ? (Number(fields[13]) + Number(fields[14])) / ticksPerSecond : Number.NaN;
}

function readTicks(pid: number): number {
  const fields = readStat(pid);
  return fields ? Number(fields[11]) + Number(fields[12]) : 0;
}

function readPeakRss(pid: number): number {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(peak?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? Number(readStat(pid)?.[1]) : Number.NaN;
    if (Number.isInteger(parent)) parents.set(pid, parent);
  }
  const members = [root];
  // The array grows while it is walked, so that grandchildren are found too.
  for (const member of members) {
    for (const [pid, parent] of parents) if (parent === member) members.push(pid);
  }
  return members;
}

/** The fields of /proc/PID/stat after the command, which may itself hold spaces and brackets: [0] is the state. */
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
