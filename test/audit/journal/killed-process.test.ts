// The journal of a process that is killed at random moments: nothing that it was told is safe may be missing.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seqOf } from '../../../gateway/audit/index.ts';
import { createRandom } from '../../support/random.ts';
import { makeStage } from './stage.ts';

const program = fileURLToPath(new URL('appending-process.ts', import.meta.url));
const rounds = 50;
const atOnce = 3;
const seed = 20_261_121;

/** Kills it some milliseconds after it has begun; resolves to the last id that it was told. */
async function killAfter(folder: string, segmentBytes: number, milliseconds: number): Promise<string> {
  const told = `${folder}.told`;
  const output = openSync(told, 'w');
  const child = spawn(process.execPath, [program, folder, String(segmentBytes)], {
    stdio: ['ignore', output, 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  closeSync(output);
  while (statSync(told).size === 0 && child.exitCode === null) await sleep(2);
  await sleep(milliseconds);
  child.kill('SIGKILL');
  await ended;
  const lines = readFileSync(told, 'latin1').split('\n').slice(0, -1);
  return lines.findLast((line) => line !== 'ready') ?? '';
}

test(`is whole after each of ${rounds} times that it is killed`, async () => {
  const random = createRandom(seed);
  const plans = Array.from({ length: rounds }, () => ({
    milliseconds: random.integer(0, 60),
    segmentBytes: random.integer(8_192, 65_536),
  }));
  let events = 0;
  let unknown = 0;
  const play = async (own: typeof plans): Promise<void> => {
    const stage = makeStage();
    for (const { milliseconds, segmentBytes } of own) {
      const safe = await killAfter(stage.folder, segmentBytes, milliseconds);
      const report = await stage.verify();
      expect(report.problem).toBeUndefined();
      expect(report.last).toBeGreaterThanOrEqual(safe === '' ? 0 : seqOf(safe));
    }
    await (await stage.open()).close();
    const report = await stage.verify();
    expect(report).toMatchObject({ problem: undefined, duplicates: 0, first: 1 });
    const open = new Set<string>();
    for (const { type, event } of await stage.events()) {
      if (type === 'statement.intent') open.add(event.statement ?? '');
      if (type === 'statement.outcome') expect(open.delete(event.statement ?? '')).toBe(true);
      if (type === 'audit.recovered') expect(event.recovered).not.toHaveProperty('damaged');
      if ((event.outcome as { state?: string } | undefined)?.state === 'unknown') unknown += 1;
    }
    expect(open.size).toBe(0);
    events += report.events;
    stage.remove();
  };
  await Promise.all(
    Array.from({ length: atOnce }, (_, lane) => play(plans.filter((_, at) => at % atOnce === lane))),
  );
  expect(events).toBeGreaterThan(rounds * 10);
  expect(unknown).toBeGreaterThan(0);
  console.log(`${events} events in ${rounds} rounds; ${unknown} outcomes were not known`);
}, 300_000);
