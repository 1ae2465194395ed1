// Policies, their tests and their data, by the command that everybody else checks theirs with.
import { join } from 'node:path';
import type { Verdict } from './part.ts';
import { root, runProgram } from './run-tool.ts';

/** Regal may be missing at a desk without a network and without Go; in CI it may not. */
export async function rego(): Promise<Verdict> {
  const command = [join(root, 'gateway', 'main.ts'), 'policy', 'check', root];
  const { code, output } = await runProgram(process.execPath, command);
  if (code !== 0) return { state: 'failed', findings: output };
  const leftOut = output.split('\n').find((line) => line.startsWith('!'));
  return leftOut === undefined ? { state: 'ok' } : { state: 'skipped', because: leftOut.slice(2) };
}
