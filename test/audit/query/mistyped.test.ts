// What is mistyped in a question is told in words, and what a URL has in it is nobody's to read.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  stage = makeStage();
  folder = await mkdtemp(join(tmpdir(), 'portcullis-mistyped-'));
  await (await stage.open()).close();
});
afterAll(async () => {
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  { words: ['--since', '2030-02-31'], says: 'option --since is no time: "2030-02-31"' },
  { words: ['--until', '2030-02-29T12:00Z'], says: 'option --until is no time: "2030-02-29T12:00Z"' },
  { words: ['--since', '2030-04-31T12:00+02:00'], says: 'option --since is no time' },
  { words: ['--since', '1h', '--until', '2d'], says: 'option --until is not behind --since' },
  { words: ['--since', '2030-01-02', '--until', '2030-01-02'], says: 'option --until is not behind --since' },
])('$words is refused', async ({ words, says }) => {
  for (const command of [['query'], ['export', '-o', join(folder, 'none.jsonl')]]) {
    const { code, stderr } = await runCli(['audit', ...command, '--audit', stage.folder, ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  }
});

test.each(['2028-02-29', '2030-12-31T23:59:59Z', '2030-01-31T23:30-05:00'])('%s is a time', async (since) => {
  expect((await runCli(['audit', 'query', '--audit', stage.folder, '--since', since])).code).toBe(0);
});

test.each(['postgresql://ada:hidden@127.0.0.1:99999/x', 'postgres://ada:hidden@[/x'])(
  'the URL %s is refused without its password',
  async (url) => {
    for (const command of [['query'], ['export', '-o', join(folder, 'none.jsonl')]]) {
      const { code, stderr } = await runCli(['audit', ...command, '--audit', url]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('option --audit is no URL'),
      });
      expect(stderr).toContain('postgres://auditor@db:5432/audit');
      expect(stderr).not.toContain('hidden');
    }
  },
);

test('the ending of a file says its format in capitals too', async () => {
  const file = join(folder, 'ALL.JSONL');
  expect(await runCli(['audit', 'export', '--audit', stage.folder, '-o', file])).toMatchObject({ code: 0 });
  expect(await readFile(file, 'utf8')).toContain('"type":"audit.head"');
});
