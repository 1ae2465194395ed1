// pgbench -S or a script of one statement, measured from its first progress line on: logging in and the first second don't count.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../routes/index.ts';
import { type Measurement, type Meter, meterOf } from './measurement.ts';

export type PgbenchLoad = Readonly<{
  protocol: 'simple' | 'extended' | 'prepared';
  clients: number;
  /** A new connection for every transaction, so that an operation is a connection. */
  reconnect?: boolean;
  /** A file with the script that takes the place of -S. */
  script?: string;
}>;

const warmUpSeconds = 1;
const attempts = 3;

/** On a machine that stalls, the first progress line can arrive late and spoil the window: then once more. */
export async function runPgbench(route: Route, load: PgbenchLoad, seconds: number): Promise<Measurement> {
  for (let attempt = 1; ; attempt++) {
    const measurement = await runOnce(route, load, seconds);
    if (measurement.seconds > seconds * 0.75) return measurement;
    if (attempt === attempts) throw new Error('the machine stalls too much to measure pgbench');
  }
}

async function runOnce(route: Route, load: PgbenchLoad, seconds: number): Promise<Measurement> {
  const meter = meterOf(route);
  const run = startPgbench(route, load, Math.ceil(warmUpSeconds + seconds));
  const warm = await run.warm;
  meter.begin();
  const processed = await run.processed;
  return meter.end(processed - warm);
}

/** A run of pgbench: both promises are of transactions, up to its first progress line and at its end. */
type Run = Readonly<{ child: ChildProcess; warm: Promise<number>; processed: Promise<number> }>;

function startPgbench(route: Route, load: PgbenchLoad, seconds: number): Run {
  const child = spawn('pgbench', pgbenchArguments(route, load, seconds), {
    env: {
      ...process.env,
      PGPASSWORD: route.password,
      PGSSLMODE: 'disable',
      PGGSSENCMODE: 'disable',
      PGCONNECT_TIMEOUT: '10',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (seconds + 30) * 1000,
    killSignal: 'SIGKILL',
  });
  let report = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    report += chunk.toString('utf8');
  });
  const failed = (code: unknown) =>
    new Error(`pgbench failed (${code ?? 'time-out'}): ${complaints.trim() || 'no transactions'}`);
  const ended = once(child, 'close');
  const warm = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const progress = /^progress: ([\d.]+) s, ([\d.]+) tps/.exec(line);
      if (progress) resolve(Number(progress[1]) * Number(progress[2]));
      else complaints = `${complaints}${line}\n`.slice(-2_000);
    });
    ended.then(([code]) => reject(failed(code)), reject);
  });
  const processed = Promise.all([warm, ended]).then(([before, [code]]) => {
    const all = Number(/transactions actually processed: (\d+)/.exec(report)?.[1]);
    if (code !== 0 || !(all > before)) throw failed(code);
    return all;
  });
  // Whoever awaits the one hears of it by the other.
  processed.catch(() => undefined);
  return { child, warm, processed };
}

/** Short, so that what the machine does meanwhile happens to all; long beside what it takes to wake a pgbench. */
const turnMs = 250;
/** Until what was stopped is answered, or goes again. */
const settleMs = 20;

/**
 * pgbench through all of these routes, one at a time: each goes on where it was stopped when its turn comes. A machine that
 * others use as well is slower for seconds, and where the system puts the processes stays for as long: of runs one behind
 * the other a few differ by more than what is looked for. Gives the measurements in the order of the routes.
 */
export async function runPgbenchInTurns(
  routes: readonly Route[],
  load: PgbenchLoad,
  seconds: number,
): Promise<readonly Measurement[]> {
  const turns = Math.ceil((seconds * 1000) / turnMs);
  const longest = Math.ceil(routes.length * (warmUpSeconds + 2 * seconds)) + 30;
  const runs: Readonly<{ run: Run; meter: Meter; warm: number }>[] = [];
  try {
    for (const route of routes) {
      const run = startPgbench(route, load, longest);
      const meter = meterOf(route);
      const warm = await run.warm;
      runs.push({ run, meter, warm });
      run.child.kill('SIGSTOP');
      await sleep(settleMs);
    }
    for (let turn = 0; turn < turns; turn++)
      for (const { run, meter } of turn % 2 === 0 ? runs : runs.toReversed()) {
        run.child.kill('SIGCONT');
        meter.begin();
        await sleep(turnMs);
        meter.pause();
        run.child.kill('SIGSTOP');
        await sleep(settleMs);
      }
    const measurements: Measurement[] = [];
    for (const { run, meter, warm } of runs) {
      // What it takes for the end of the time that it was given.
      run.child.kill('SIGALRM');
      run.child.kill('SIGCONT');
      measurements.push(meter.end((await run.processed) - warm));
    }
    return measurements;
  } finally {
    for (const { run } of runs) run.child.kill('SIGKILL');
  }
}

function pgbenchArguments(route: Route, load: PgbenchLoad, seconds: number): string[] {
  const database = load.protocol === 'prepared' ? (route.sessionDatabase ?? route.database) : route.database;
  return [
    ...[
      '-n',
      ...(load.script === undefined ? ['-S'] : ['-f', load.script]),
      '-M',
      load.protocol,
      '-c',
      String(load.clients),
      '-j',
      String(Math.min(load.clients, 2)),
    ],
    ...['-T', String(seconds), '-P', String(warmUpSeconds)],
    ...(load.reconnect ? ['-C'] : []),
    ...['-h', route.host, '-p', String(route.port), '-U', route.user, database],
  ];
}
