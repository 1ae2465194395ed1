// One writer a chain: a second one is refused, and one that died is no obstacle.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JournalLocked } from '../../../gateway/audit/index.ts';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = makeStage();
});
afterEach(() => stage.remove());

test('a second writer in this process is refused, until the first has closed', async () => {
  const first = await stage.open();
  await expect(stage.open()).rejects.toBeInstanceOf(JournalLocked);
  await first.close();
  await (await stage.open()).close();
});

test('of many that come at once, one gets it', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => stage.open()));
  const won = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(won).toHaveLength(1);
  await won[0]?.close();
});

test('another process that writes keeps this one out, and its death lets it in', async () => {
  const program = fileURLToPath(new URL('appending-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, stage.folder, '65536'], { stdio: 'ignore' });
  await vi.waitFor(() => expect(stage.text()).toContain('statement.intent'), {
    timeout: 60_000,
    interval: 20,
  });
  await expect(stage.open()).rejects.toBeInstanceOf(JournalLocked);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  const journal = await stage.open();
  await journal.close();
  expect((await stage.verify()).problem).toBeUndefined();
});

test('a holder that cannot be looked up is waited for until it surely is gone', async () => {
  await (await stage.open()).close();
  const lock = join(stage.folder, 'writer-1.lock');
  expect(readFileSync(lock, 'utf8')).toBe('');
  const [boot, space] = ['x', 'y'];
  writeFileSync(lock, JSON.stringify({ boot, space, pid: process.pid, started: '0' }));
  const opening = stage.open();
  await expect(
    Promise.race([opening, new Promise((resolve) => setTimeout(resolve, 500, 'waits'))]),
  ).resolves.toBe('waits');
  await (await opening).close();
}, 60_000);
