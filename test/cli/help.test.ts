// Every command explains itself: usage, options, an example, what it prints, exit codes.
import { describe, expect, test } from 'vitest';
import { commands } from '../../gateway/cli/commands.ts';
import { runCli } from './run-cli.ts';

const all = commands.flatMap((entry) =>
  'commands' in entry ? entry.commands.map(({ name }) => [entry.name, name]) : [[entry.name]],
);

describe.each(all.map((words) => ({ words, name: words.join(' ') })))('$name --help', ({ words, name }) => {
  test('says everything a user needs, in lines that fit', async () => {
    const { code, stdout, stderr } = await runCli([...words, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: portcullis ${name} [OPTIONS]`);
    for (const heading of [/^Options:$/m, /^Examples?:$/m, /^Prints:$/m, /^Exit codes:$/m, /-h, --help/]) {
      expect(stdout).toMatch(heading);
    }
    expect(stdout).toMatch(new RegExp(`^ {2}.*portcullis .*${name}|^ {2}.*portcullis ${name}`, 'm'));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(130);
  });

  test('says the same with -h and after help', async () => {
    const { stdout } = await runCli([...words, '--help']);
    expect((await runCli([...words, '-h'])).stdout).toBe(stdout);
    expect((await runCli(['help', ...words])).stdout).toBe(stdout);
  });
});

test('the overview lists every command', async () => {
  const { code, stdout } = await runCli(['--help']);
  expect(code).toBe(0);
  for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`${name} +${summary}`));
});

test('a group lists its commands', async () => {
  const { code, stdout } = await runCli(['keys', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/keys create[\s\S]*keys list[\s\S]*keys revoke/);
});

test('the version is that of the package', async () => {
  expect((await runCli(['--version'])).stdout).toMatch(/^portcullis \d+\.\d+\.\d+ \(node \d+/);
});
