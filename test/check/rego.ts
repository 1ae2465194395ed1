// Policies, their tests and their data, by the command that everybody else checks theirs with.
import { join } from 'node:path';
import type { Verdict } from './part.ts';
import { root, runProgram } from './run-tool.ts';

/** Regal may be missing on a machine without a network and without Go: then the style is said to be left out. */
export async function rego(): Promise<Verdict> {
  const command = [join(root, 'gateway', 'main.ts'), 'policy', 'check', root];
  const { CI: _, ...env } = process.env;
  const { code, output } = await runProgram(process.execPath, command, env);
  if (code !== 0) return { state: 'failed', findings: output };
  const leftOut = output.split('\n').find((line) => line.startsWith('!'));
  return leftOut === undefined ? { state: 'ok' } : { state: 'skipped', because: leftOut.slice(2) };
}
