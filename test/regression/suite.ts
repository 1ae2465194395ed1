// One run of pg_regress or of the isolation tester against one address, and which tests passed.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type SuiteName = 'regress' | 'isolation';

/** Where a run connects, and as whom. */
export type SuiteTarget = Readonly<{
  name: string;
  host: string;
  port: number;
  user: string;
  password: string;
}>;

export type SuiteResult = Readonly<{
  passed: ReadonlySet<string>;
  failed: ReadonlySet<string>;
  seconds: number;
  /** The folder with results/ and regression.diffs. */
  output: string;
}>;

/** The user who owns the server's data directory: both the server and the programs write into the same folders. */
export type Owner = Readonly<{ uid: number; gid: number }>;

export type SuiteInput = Readonly<{ suite: SuiteName; folder: string; owner: Owner; bindir: string }>;

/** Copies the tests to where the server may read them, since a checkout may lie in a private home directory. */
export async function prepareSuite(
  suite: SuiteName,
  from: { tests: string; bindir: string },
  workspace: string,
  owner: Owner,
): Promise<SuiteInput> {
  const folder = join(workspace, suite);
  await cp(join(from.tests, suite), folder, { recursive: true });
  await own(folder, owner);
  return { suite, folder, owner, bindir: from.bindir };
}

export async function runSuite(
  input: SuiteInput,
  target: SuiteTarget,
  milliseconds: number,
): Promise<SuiteResult> {
  const { suite, folder, owner } = input;
  const output = join(folder, '..', `${suite}-${target.name}`);
  await mkdir(output, { recursive: true });
  await own(output, owner);
  const program = suite === 'regress' ? 'pg_regress' : 'pg_isolation_regress';
  const schedule = suite === 'regress' ? 'parallel_schedule' : 'isolation_schedule';
  const database = suite === 'regress' ? 'regression' : 'isolation_regression';
  const started = performance.now();
  const child = spawn(
    join(folder, program),
    [
      '--use-existing',
      `--host=${target.host}`,
      `--port=${target.port}`,
      `--user=${target.user}`,
      `--dbname=${database}`,
      `--bindir=${input.bindir}`,
      `--inputdir=${folder}`,
      `--outputdir=${output}`,
      `--dlpath=${folder}`,
      '--max-concurrent-tests=20',
      `--schedule=${join(folder, schedule)}`,
    ],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, PGPASSWORD: target.password, PGCONNECT_TIMEOUT: '10', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: milliseconds,
      ...(process.getuid?.() === 0 ? owner : {}),
    },
  );
  const log = createWriteStream(join(output, 'run.log'));
  child.stderr.pipe(log, { end: false });
  const passed = new Set<string>();
  const failed = new Set<string>();
  for await (const line of createInterface({ input: child.stdout })) {
    log.write(`${line}\n`);
    const result = /^(?:test)?\s*(\S+)\s+\.\.\.\s+(ok|FAILED|failed \(ignored\))/.exec(line);
    if (result?.[1]) (result[2] === 'ok' ? passed : failed).add(result[1]);
  }
  log.end();
  return { passed, failed, seconds: (performance.now() - started) / 1000, output };
}

async function own(folder: string, owner: Owner): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true })) {
    await chown(join(folder, entry), owner.uid, owner.gid);
  }
}
