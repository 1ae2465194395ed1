// Runs the program itself, as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));

export type SpawnedCli = Readonly<{
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  done: Promise<Readonly<{ code: number | null; stdout: string; stderr: string }>>;
}>;

/** `stdout`: an open file that it goes to, instead of being kept. */
export type SpawnOptions = Readonly<{
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  stdout?: number | 'pipe';
}>;

export function spawnCli(
  words: readonly string[],
  { env = {}, stdin = '', stdout: to = 'pipe' }: SpawnOptions = {},
): SpawnedCli {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH, NODE_COMPILE_CACHE, HOME: '/nonexistent', ...env },
    stdio: ['pipe', to, 'pipe'],
    timeout: 120_000,
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin);
  const stdout = () => Buffer.concat(out).toString();
  const stderr = () => Buffer.concat(err).toString();
  const done = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() })),
  );
  return { child, stdout, stderr, done };
}
