// Runs one program to its end, or to the end of its time.

import { spawn } from 'node:child_process';

export type Command = Readonly<{
  program: string;
  args: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}>;

export type Ended = Readonly<{ code: number | undefined; output: string; errors: string }>;

/** `code` is undefined for a program that could not be started or was stopped. */
export function runCommand(command: Command, milliseconds: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      env: { ...process.env, ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    // The whole process group: a program's own children must not outlive it.
    const stop = setTimeout(() => {
      errors += `\nstopped after ${milliseconds / 1000} seconds`;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, milliseconds);
    child.on('error', (error) => {
      clearTimeout(stop);
      resolve({ code: undefined, output, errors: String(error) });
    });
    child.on('close', (code) => {
      clearTimeout(stop);
      resolve({ code: code ?? undefined, output: output || errors, errors });
    });
  });
}

/** Why a tool can't be used here, or undefined when it can. */
export async function missingTool(program: string, args: readonly string[]): Promise<string | undefined> {
  const { code } = await runCommand({ program, args }, 60_000);
  return code === 0 ? undefined : `${program} is not installed`;
}
