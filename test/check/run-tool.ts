// Runs a command-line tool of node_modules, or of the machine, over the checkout.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './part.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A tool that exits with anything but 0 has failed, and its output says why. */
export async function runTool(name: string, args: readonly string[]): Promise<Verdict> {
  const { code, output } = await runProgram(name, args);
  return code === 0 ? { state: 'ok' } : { state: 'failed', findings: `${name} ${args.join(' ')}\n${output}` };
}

export function runProgram(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ code: number | null; output: string }> {
  const local = join(root, 'node_modules', '.bin', name);
  const tool = spawn(existsSync(local) ? local : name, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [tool.stdout, tool.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    tool.on('error', reject);
    tool.on('close', (code) => resolve({ code, output }));
  });
}

/** The files that git knows or would add. */
export async function listFiles(...patterns: readonly string[]): Promise<string[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const { code, output } = await runProgram('git', args);
  if (code !== 0) throw new Error(output);
  return [...new Set(output.split('\n').filter((file) => file !== '' && existsSync(join(root, file))))];
}
