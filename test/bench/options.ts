// The flags of `npm run bench`.
import { parseArgs } from 'node:util';

export type RunningGateway = Readonly<{ host: string; port: number; pid: number }>;

export type BenchOptions = Readonly<{
  suites: readonly string[];
  rounds: number;
  seconds: number;
  minutes: number;
  quick: boolean;
  only: readonly string[];
  routes: readonly string[];
  gateway: RunningGateway | undefined;
  upstream: string | undefined;
  hold: boolean;
  json: string | undefined;
}>;

export const usage = `Usage: npm run bench -- [SUITE…] [flags]

  --rounds N              interleaved rounds (5; with --quick 2)
  --seconds S             measured seconds of each pgbench run, after one second of warm-up (2; with --quick 1)
  --minutes M             start no further round after M minutes (14)
  --quick                 a first impression in about two minutes
  --only WORKLOAD,…       only workloads whose name starts with one of these: prepared, simple-8, connect, rows, value, one-text, row, memory
  --routes ROUTE,…        only these of direct, pgbouncer, relay, gateway, facts, policy (the last two only when named)
  --gateway HOST:PORT,PID use a gateway that already runs; log in with PGUSER, PGPASSWORD, PGDATABASE
  --upstream URL          the database behind that gateway, for the other routes (without it: the gateway alone)
  --hold                  start everything, print how to reach it, and wait for Ctrl-C
  --json FILE             write every figure of every round to FILE

Suites:`;

/** The refusal of a flag, for the command line: a message and no stack. */
export class UsageError extends Error {}

export function parseBenchOptions(argv: readonly string[]): BenchOptions | 'help' {
  const { values, positionals } = parseFlags(argv);
  if (values.help) return 'help';
  const quick = values.quick ?? false;
  return {
    suites: positionals,
    rounds: positive('--rounds', values.rounds, quick ? 2 : 5),
    seconds: positive('--seconds', values.seconds, quick ? 1 : 2),
    minutes: positive('--minutes', values.minutes, 14),
    quick,
    only: commaList(values.only),
    routes: commaList(values.routes),
    gateway: values.gateway === undefined ? undefined : parseRunningGateway(values.gateway),
    upstream: values.upstream,
    hold: values.hold ?? false,
    json: values.json,
  };
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        minutes: { type: 'string' },
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        routes: { type: 'string', multiple: true },
        gateway: { type: 'string' },
        upstream: { type: 'string' },
        hold: { type: 'boolean' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function positive(flag: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new UsageError(`${flag} needs a number above 0`);
  return value;
}

function commaList(values: readonly string[] | undefined): string[] {
  return (values ?? []).flatMap((value) => value.split(',')).filter((value) => value.length > 0);
}

export function parseRunningGateway(text: string): RunningGateway {
  const match = /^(.+):(\d+),(\d+)$/.exec(text);
  if (!match) throw new UsageError('--gateway needs HOST:PORT,PID');
  return { host: match[1] as string, port: Number(match[2]), pid: Number(match[3]) };
}
