// Policies and their tests: format, types against the schemas, and style, as soon as there are any.
import { ensureOpa } from '../../gateway/bin/opa.mjs';
import type { Verdict } from './part.ts';
import { listFiles, runProgram, runTool } from './run-tool.ts';

export async function rego(): Promise<Verdict> {
  const files = await listFiles('*.rego');
  if (files.length === 0) return { state: 'skipped', because: 'there are no .rego files' };
  const opa = await ensureOpa();
  const verdicts = [
    await runTool(opa, ['fmt', '--list', '--fail', ...files]),
    await runTool(opa, ['check', '--strict', '--schema', 'schemas', ...files]),
    await regal(files),
  ];
  return verdicts.find(({ state }) => state === 'failed') ?? { state: 'ok' };
}

/** Regal is a linter of its own: it counts where it is installed. */
async function regal(files: readonly string[]): Promise<Verdict> {
  const installed = await runProgram('regal', ['version']).catch(() => undefined);
  return installed
    ? runTool('regal', ['lint', ...files])
    : { state: 'skipped', because: 'regal is not installed' };
}
