// The bootstrap of a fresh clone, with an npm of our own that only says that it was called.
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../gateway/bin', import.meta.url));
const installs = `echo "$@" >> calls
sleep 0.5
mkdir -p node_modules/node/bin
ln -sf ${process.execPath} node_modules/node/bin/node
echo '{ "packages": {} }' > node_modules/.package-lock.json`;

let clone: string;
beforeEach(async () => {
  clone = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-clone-')));
  await cp(bin, join(clone, 'gateway', 'bin'), { recursive: true });
  await mkdir(join(clone, 'tools'));
  await writeFile(join(clone, 'package-lock.json'), '{ "packages": {} }');
  await writeFile(join(clone, 'task.ts'), 'console.log(process.argv.slice(1).join(" ") satisfies string);');
});
afterEach(() => rm(clone, { recursive: true }));

async function fakeNpm(script: string): Promise<void> {
  const file = join(clone, 'tools', 'npm');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

type Ended = { code: number | string | null | undefined; stdout: string; stderr: string };

function run(script: string, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, PATH: [join(clone, 'tools'), process.env.PATH].join(delimiter) };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(clone, 'gateway', 'bin', script), ...args],
      { env },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

const calls = async (): Promise<string[]> =>
  (await readFile(join(clone, 'calls'), 'utf8')).trim().split('\n');

describe('task.mjs', () => {
  test('installs on a fresh clone, then runs the task with its arguments', async () => {
    await fakeNpm(installs);
    const { code, stdout, stderr } = await run('task.mjs', 'task.ts', '--check', 'x');
    expect(code).toBe(0);
    expect(stdout).toBe(`${join(clone, 'task.ts')} --check x\n`);
    expect(stderr).toContain('Installing packages');
    expect(await calls()).toEqual([expect.stringMatching(/^ci /)]);
  });

  test('installs nothing and says nothing the second time', async () => {
    await fakeNpm(installs);
    await run('task.mjs', 'task.ts');
    expect((await run('task.mjs', 'task.ts')).stderr).toBe('');
    expect(await calls()).toHaveLength(1);
  });

  test('installs again when the lock file names another version', async () => {
    await fakeNpm(installs);
    await run('task.mjs', 'task.ts');
    await writeFile(
      join(clone, 'package-lock.json'),
      '{ "packages": { "node_modules/a": { "version": "2.0.0" } } }',
    );
    const later = new Date(Date.now() + 5_000);
    await utimes(join(clone, 'package-lock.json'), later, later);
    await run('task.mjs', 'task.ts');
    expect(await calls()).toHaveLength(2);
  });

  test('installs once when two start at the same time', async () => {
    await fakeNpm(installs);
    const both = await Promise.all([run('task.mjs', 'task.ts'), run('task.mjs', 'task.ts')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await calls()).toHaveLength(1);
  });

  test('takes over from a process that died while it installed', async () => {
    await fakeNpm(installs);
    await mkdir(join(clone, '.cache'));
    await writeFile(join(clone, '.cache', 'install.lock'), '2147483646');
    expect((await run('task.mjs', 'task.ts')).code).toBe(0);
  });

  test('shows what npm said when npm fails', async () => {
    await fakeNpm('echo "404 no such package" >&2; exit 1');
    const { code, stderr } = await run('task.mjs', 'task.ts');
    expect(code).toBe(1);
    expect(stderr).toContain('404 no such package');
    expect(stderr).toContain('Check that this machine reaches an npm registry');
  });

  test("ends with the task's exit code", async () => {
    await fakeNpm(installs);
    await writeFile(join(clone, 'task.ts'), 'process.exit(7);');
    expect((await run('task.mjs', 'task.ts')).code).toBe(7);
  });
});

describe('portcullis.mjs', () => {
  test('installs nothing, and says what to run', async () => {
    await fakeNpm(installs);
    const { code, stderr } = await run('portcullis.mjs', '--version');
    expect(code).toBe(1);
    expect(stderr).toContain(`npm ci --prefix ${clone}`);
  });
});
