// The program as a process: exit codes, streams, and failures without a stack.
import { open } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { spawnCli } from './spawn-cli.ts';

test('results go to stdout, and the exit code is 0', async () => {
  const { code, stdout, stderr } = await spawnCli(['version']).done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^portcullis /);
});

test('a wrong command line ends with 2 and talks on stderr', async () => {
  const { code, stdout, stderr } = await spawnCli(['versoin']).done;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    'portcullis: unknown command "versoin"\nDid you mean version?\nTry: portcullis --help\n',
  );
});

test('a missing configuration is an error without a stack', async () => {
  const { code, stderr } = await spawnCli(['serve', '--config', '/nowhere.yaml']).done;
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/^portcullis: .*nowhere\.yaml/);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a reader that closes early is no failure', async () => {
  const run = spawnCli(['--help']);
  run.child.stdout?.destroy();
  const { code, stderr } = await run.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.each([['version'], ['--help'], ['policy', 'diff', '--help']])(
  'results that nobody has room for are a failure that is said: %s',
  async (...words) => {
    const full = await open('/dev/full', 'w');
    const { code, stderr } = await spawnCli(words, { stdout: full.fd }).done;
    await full.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'portcullis: standard output cannot be written: ENOSPC\n',
    });
  },
);
