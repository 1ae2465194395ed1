// A process that the bench starts, waits for, and ends by its id.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export type Child = Readonly<{
  pid: number;
  /** What it wrote so far, stdout and stderr together, the last 64 KB of it. */
  output(): string;
  /** Resolves with the first match in its output; throws when it ends or the time is up. */
  waitFor(pattern: RegExp, milliseconds?: number): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}>;

export function startChild(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let failure: Error | undefined;
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-65_536);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.on('error', (error) => {
    failure = error;
  });

  async function waitFor(pattern: RegExp, milliseconds = 10_000): Promise<RegExpExecArray> {
    const until = performance.now() + milliseconds;
    for (;;) {
      const match = pattern.exec(output);
      if (match) return match;
      if (failure || hasEnded(child))
        throw new Error(`${program} ended early: ${failure?.message ?? output}`);
      if (performance.now() > until) throw new Error(`${program} said nothing like ${pattern}: ${output}`);
      await sleep(20);
    }
  }

  return { pid: child.pid ?? 0, output: () => output, waitFor, stop: () => stopChild(child) };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(killer);
}
