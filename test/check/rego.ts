// Policies and their tests: format, types against the schemas, built-ins that the engine has, and style.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureOpa } from '../../gateway/bin/opa.mjs';
import { ensureRegal } from '../../gateway/bin/regal.mjs';
import type { Verdict } from './part.ts';
import { listFiles, root, runTool } from './run-tool.ts';

export async function rego(): Promise<Verdict> {
  const files = await listFiles('policies/*.rego', 'policy-tests/*.rego');
  if (files.length === 0) return { state: 'skipped', because: 'there are no policies' };
  const opa = await ensureOpa();
  const verdicts = [
    await runTool(opa, ['fmt', '--list', '--fail', ...files]),
    await runTool(opa, [...strict, 'policies', 'policy-tests']),
    await runTool(opa, [...strict, ...capabilities(), 'policies']),
    await regal(files),
  ];
  return verdicts.find(({ state }) => state !== 'ok') ?? { state: 'ok' };
}

const strict = ['check', '--strict', '--schema', 'schemas'];

/** Tests may call what the engine lacks; what it evaluates may not. */
function capabilities(): string[] {
  const file = 'schemas/capabilities.json';
  return existsSync(join(root, file)) ? ['--capabilities', file] : [];
}

/** Regal is a program of its own. CI must have it; without a network, and without Go, a desk may lack it. */
async function regal(files: readonly string[]): Promise<Verdict> {
  try {
    return await runTool(await ensureRegal(), ['lint', ...files]);
  } catch (error) {
    const because = `the style of the policies, since Regal cannot be had: ${(error as Error).message}`;
    return process.env.CI === undefined
      ? { state: 'skipped', because }
      : { state: 'failed', findings: `CI checks ${because}` };
  }
}
