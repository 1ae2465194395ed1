// pgbench -S or a script of one statement, measured from its first progress line on: logging in and the first second don't count.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Route } from '../routes/index.ts';
import { type Measurement, meterOf } from './measurement.ts';

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
  const total = Math.ceil(warmUpSeconds + seconds);
  const child = spawn('pgbench', pgbenchArguments(route, load, total), {
    env: {
      ...process.env,
      PGPASSWORD: route.password,
      PGSSLMODE: 'disable',
      PGGSSENCMODE: 'disable',
      PGCONNECT_TIMEOUT: '10',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (total + 30) * 1000,
    killSignal: 'SIGKILL',
  });
  let report = '';
  let complaints = '';
  let warmUp: { operations: number; seconds: number } | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    report += chunk.toString('utf8');
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    const progress = /^progress: ([\d.]+) s, ([\d.]+) tps/.exec(line);
    if (!progress) {
      complaints = `${complaints}${line}\n`.slice(-2_000);
    } else if (!warmUp) {
      meter.begin();
      const elapsed = Number(progress[1]);
      warmUp = { seconds: elapsed, operations: elapsed * Number(progress[2]) };
    }
  });

  const [code] = await once(child, 'close');
  const processed = Number(/transactions actually processed: (\d+)/.exec(report)?.[1]);
  if (code !== 0 || !warmUp || !(processed > warmUp.operations)) {
    throw new Error(`pgbench failed (${code ?? 'time-out'}): ${complaints.trim() || 'no transactions'}`);
  }
  return meter.end(processed - warmUp.operations);
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
