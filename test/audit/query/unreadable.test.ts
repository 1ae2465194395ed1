// What cannot be read is told of, by questions and exports: nobody takes silence for an answer.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';

let stage: Stage;
let folder: string;
/** Whole lines of an export. */
let lines: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-unreadable-'));
  stage = makeStage();
  const journal = await stage.open();
  for (const who of ['human:ada', 'human:bob', 'human:eve'])
    tell(journal, { who, session: who, text: 'SELECT 1' });
  await journal.close();
  const file = join(folder, 'whole.jsonl');
  expect((await runCli(['audit', 'export', '--audit', stage.folder, '-o', file])).code).toBe(0);
  lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
});
afterAll(async () => {
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

async function place(name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const query = (path: string, ...words: string[]) => runCli(['audit', 'query', '--audit', path, ...words]);
const exporting = (path: string) =>
  runCli(['audit', 'export', '--audit', path, '-o', '-', '--format', 'jsonl']);

test.each([
  { name: 'a.csv', text: 'time,id,type\n2030-01-01,c/1,statement.intent\n' },
  { name: 'a.parquet', text: Buffer.from('PAR1\u0015\u0004') },
  { name: 'auditor.pem', text: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
])('$name cannot be asked', async ({ name, text }) => {
  const path = await place(name, text);
  for (const { code, stdout, stderr } of [await query(path), await exporting(path)]) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${path} is no audit`);
    expect(stderr).toContain('JSON Lines');
  }
});

const event = {
  version: 1,
  id: 'c/1',
  chain: 'c',
  seq: 1,
  time: '2030-01-01T00:00:00.000Z',
  type: 'gateway.started',
};
describe.each([
  { name: 'half of an event', line: '{"version":1,"id":"c/1","chain":"c","seq":1,"ti' },
  { name: 'shapes that are none', line: JSON.stringify({ ...event, shapes: null }) },
  { name: 'a time that is a number', line: JSON.stringify({ ...event, time: 5 }) },
  { name: 'a time that is none', line: JSON.stringify({ ...event, time: 'x' }) },
  { name: 'a session that is no text', line: JSON.stringify({ ...event, session: {} }) },
  { name: 'a number that is none', line: JSON.stringify({ ...event, seq: 'first' }) },
])('a line with $name', ({ line }) => {
  const says = 'could not be read; `portcullis audit verify` tells what';

  test('is told of, and the others are read', async () => {
    const path = await place('one.jsonl', [line, ...lines, ''].join('\n'));
    for (const words of [
      ['--by', 'type', '--json'],
      ['--by', 'day'],
      ['--principal', 'human:ada', '--since', '2020-01-01'],
    ]) {
      const { code, stdout, stderr } = await query(path, ...words);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`1 line of ${path} ${says}`),
      });
      expect(stdout).not.toBe('');
    }
    const exported = await exporting(path);
    expect(exported.code).toBe(1);
    expect(exported.stderr).toContain(`1 line of ${path} ${says}`);
    expect(exported.stdout.trimEnd().split('\n')).toEqual(lines);
  });
});

test('lines of a segment are told of by its index too', async () => {
  const [segment = ''] = stage.files();
  const before = await readFile(segment, 'utf8');
  const damaged = before.split('\n');
  const at = damaged.findIndex(
    (line) => line.includes('"statement.intent"') && line.startsWith('{"version"'),
  );
  damaged[at] = (damaged[at] ?? '').slice(0, 200);
  await writeFile(segment, damaged.join('\n'));
  for (const words of [
    ['--by', 'type'],
    ['--by', 'type'],
    ['--principal', 'human:nobody'],
  ]) {
    const { code, stderr } = await query(stage.folder, ...words);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`1 line of ${segment} `) });
  }
  await writeFile(segment, before);
});

test('the last line of an export is read where its end is missing, and told of where more is', async () => {
  const whole = await exporting(await place('last.jsonl', lines.join('\n')));
  expect(whole.code).toBe(0);
  expect(whole.stdout.trimEnd().split('\n')).toEqual(lines);
  const torn = await exporting(await place('torn.jsonl', lines.join('\n').slice(0, -5)));
  expect(torn.code).toBe(1);
  expect(torn.stderr).toContain('1 line of');
});

test('an export of nothing has no events', async () => {
  expect(await query(await place('none.jsonl', ''))).toMatchObject({ code: 0, stderr: 'There is none.\n' });
});
