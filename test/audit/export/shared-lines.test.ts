// Events that share a line are exported one by one, and say in JSON with which others they were sealed.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '../../../gateway/audit/event/event.ts';
import { hashOf } from '../../../gateway/audit/event/subject.ts';
import { runCli } from '../../cli/run-cli.ts';
import { statementsBody } from '../lines-of-events.ts';
import { SharedLines } from '../retention/shared-lines.ts';

let folder: string;
const lines = new SharedLines();
const by = (who: string, session: string) => ({ who, session, text: `SELECT text_of_${session}` });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-export-shared-'));
  lines.add(Date.now(), [by('human:ada', 'a'), by('agent:bot', 'é'), { outcomeOf: 'a' }]);
  lines.add(Date.now() + 1, [{ outcomeOf: 'é' }]);
  await writeFile(join(folder, '000000000001.jsonl'), lines.text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function exported(name: string, ...words: readonly string[]): Promise<string> {
  const file = join(folder, '..', `${folder.split('/').at(-1)}-${name}`);
  const { code, stderr } = await runCli(['audit', 'export', '--audit', folder, '-o', file, ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '4 events\n' });
  return file;
}

test('as JSON lines, of which the line in the journal can be made again', async () => {
  const file = await exported('events.jsonl');
  const events = (await readFile(file, 'utf8')).trim().split('\n');
  const [one, two, three] = events.map((line) => JSON.parse(line)) as AuditEvent[];
  expect([one, two, three].map((event) => event?.sealed)).toMatchObject(
    Array(3).fill({ count: 3, first: 1 }),
  );
  expect(hashOf(statementsBody([one, two, three] as AuditEvent[]))).toBe(one?.hash);
  expect(one?.subjects?.session).toMatchObject({ principal: 'human:ada' });
  const { code, stdout } = await runCli(['audit', 'verify', '--audit', file]);
  expect(code, stdout).toBe(0);
  await rm(file);
});

test('as CSV, without a column for it', async () => {
  const file = await exported('events.csv');
  const [head, ...rows] = (await readFile(file, 'utf8')).trim().split('\r\n');
  expect(head).not.toContain('sealed');
  expect(rows).toHaveLength(4);
  expect(rows[2]).toContain('SELECT 1');
  await rm(file);
});

test.each([
  { format: 'ocsf', at: 'unmapped' },
  { format: 'ecs', at: 'portcullis' },
])('as $format, among what has no counterpart', async ({ format, at }) => {
  const file = await exported(`${format}.jsonl`, '--format', format);
  const [first = ''] = (await readFile(file, 'utf8')).split('\n');
  expect(JSON.parse(first)[at]).toMatchObject({ sealed: { count: 3, first: 1 } });
  await rm(file);
});
