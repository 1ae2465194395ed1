// Runs a client's program against a target and reads the line that it prints for each check.

import { randomBytes } from 'node:crypto';
import type { Client } from './clients.ts';
import { runCommand } from './command.ts';
import type { Target } from './targets.ts';

export type Outcome =
  | Readonly<{ kind: 'done'; got: unknown; seen: unknown }>
  | Readonly<{ kind: 'failed'; got: unknown }>
  | Readonly<{ kind: 'skipped'; reason: string }>;

export type Run = Readonly<{ outcomes: ReadonlyMap<string, Outcome>; seconds: number; complaint: string }>;

const LONGEST_RUN = 300_000;

export async function runProgram(
  client: Client,
  target: Target,
  checks: readonly string[] = [],
): Promise<Run> {
  const command = await client.command();
  const started = performance.now();
  const { code, output, errors } = await runCommand(
    {
      ...command,
      env: {
        ...{ TZ: 'UTC', LC_ALL: 'C.UTF-8', PGCONNECT_TIMEOUT: '20' },
        ...target,
        // Programs run one after the other, but a run's names must not meet the one before.
        PGAPPNAME: `clients-${client.name}-${randomBytes(3).toString('hex')}`,
        CLIENTS_CHECKS: checks.join(','),
        ...command.env,
      },
    },
    LONGEST_RUN,
  );
  const outcomes = new Map<string, Outcome>();
  for (const line of output.split('\n')) {
    const parsed = parseLine(line);
    if (parsed !== undefined) outcomes.set(...parsed);
  }
  return {
    outcomes,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    complaint: code === 0 ? '' : `ended with ${code}: ${errors.slice(-1000)}`,
  };
}

function parseLine(line: string): [string, Outcome] | undefined {
  if (!line.startsWith('{')) return undefined;
  let said: { check?: string; ok?: boolean; got?: unknown; seen?: unknown; skip?: string };
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (said.check === undefined) return undefined;
  if (said.skip !== undefined) return [said.check, { kind: 'skipped', reason: said.skip }];
  if (said.ok === true) return [said.check, { kind: 'done', got: said.got ?? null, seen: said.seen ?? null }];
  return [said.check, { kind: 'failed', got: said.got }];
}
