// Where the gateway's CPU goes: one workload under a profiler, its functions by self time, and a file for DevTools.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../support/report.ts';
import { profileWhile } from './inspector.ts';
import type { Measurement } from './loads/measurement.ts';
import { parseRunningGateway, UsageError } from './options.ts';
import type { Workload } from './rounds.ts';
import { findFreePort } from './routes/free-port.ts';
import {
  adoptGateway,
  type GatewayVariant,
  gatewayWithFacts,
  gatewayWithPolicy,
  openDatabase,
  openGateway,
  openRelay,
  type Route,
} from './routes/index.ts';
import { listSelfTimes, type SelfTimes } from './self-time.ts';
import { wireWorkloads } from './suites/wire.ts';

const usage = `Usage: node test/bench/profile.ts [WORKLOAD] [flags]

  WORKLOAD                one of the wire suite's: simple-8, prepared-1, connect, rows, value … (prepared-8)
  --route gateway|facts|policy|relay   whose profile (gateway)
  --seconds S             of load (5)
  --top N                 functions to list (30)
  --out FILE              the profile itself, for Chromium's DevTools
  --gateway HOST:PORT,PID profile a gateway that already runs; log in with PGUSER, PGPASSWORD, PGDATABASE
  --inspector PORT        where that gateway's inspector is, or will be on SIGUSR1 (9229)
  --upstream URL          a database that already runs
`;

type Profiled = Readonly<{ route: Route; inspectorPort: number; close(): Promise<void> }>;

function parseProfileFlags() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        route: { type: 'string', default: 'gateway' },
        seconds: { type: 'string', default: '5' },
        top: { type: 'string', default: '30' },
        out: { type: 'string', default: path.join(tmpdir(), `portcullis-${process.pid}.cpuprofile`) },
        gateway: { type: 'string' },
        inspector: { type: 'string', default: '9229' },
        upstream: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type Flags = ReturnType<typeof parseProfileFlags>['values'];

const plain: GatewayVariant = { name: 'gateway' };
const variants: Readonly<Record<string, GatewayVariant>> = {
  facts: gatewayWithFacts,
  policy: gatewayWithPolicy,
};

async function openProfiled(flags: Flags): Promise<Profiled> {
  if (flags.gateway !== undefined) {
    const running = parseRunningGateway(flags.gateway);
    // Node opens its inspector on this signal; one that is open already doesn't mind.
    process.kill(running.pid, 'SIGUSR1');
    const route = adoptGateway(running, process.env);
    return { route, inspectorPort: Number(flags.inspector), close: route.stop };
  }
  const database = await openDatabase(flags.upstream);
  try {
    const inspectorPort = await findFreePort();
    const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` };
    const route =
      flags.route === 'relay'
        ? await openRelay(database, env)
        : await openGateway(database, { ...(variants[flags.route] ?? plain), env });
    return {
      route,
      inspectorPort,
      close: async () => {
        await route.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function findWorkload(name: string, seconds: number): Workload {
  const workload = wireWorkloads(seconds).find((candidate) => candidate.name === name);
  if (!workload) throw new UsageError(`there is no workload ${name}`);
  return workload;
}

function printProfile(workload: Workload, measured: Measurement, times: SelfTimes, top: number): void {
  const { operations, seconds, cpuSeconds = Number.NaN } = measured;
  const rows = times.functions.slice(0, top).map(({ name, place, seconds: self, share }) => ({
    '% of busy': share * 100,
    'self ms': Math.round(self * 1000),
    function: name,
    at: place,
  }));
  process.stdout.write(
    `${workload.name}: ${(operations / seconds).toFixed(1)} ${workload.operation}s/s, ` +
      `${((cpuSeconds / operations) * 1e6).toFixed(1)} µs of CPU each (profiler included)\n` +
      `${formatTable(`busy ${times.busySeconds.toFixed(2)} s, idle ${times.idleSeconds.toFixed(2)} s`, rows)}
`,
  );
}

async function main(): Promise<void> {
  const { values: flags, positionals } = parseProfileFlags();
  if (flags.help) {
    process.stdout.write(usage);
    return;
  }
  const workload = findWorkload(positionals[0] ?? 'prepared-8', Number(flags.seconds));
  const profiled = await openProfiled(flags);
  try {
    await workload.run(profiled.route); // warm-up: the optimizing compiler has seen everything once
    let measured: Measurement | undefined;
    const profile = await profileWhile(profiled.inspectorPort, async () => {
      measured = await workload.run(profiled.route);
    });
    if (measured) printProfile(workload, measured, listSelfTimes(profile), Number(flags.top));
    await writeFile(flags.out, JSON.stringify(profile));
    process.stdout.write(`\nThe profile for DevTools: ${flags.out}\n`);
  } finally {
    await profiled.close();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
