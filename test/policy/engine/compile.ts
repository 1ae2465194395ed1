// Compiles Rego for a test, as `opa build` does.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import {
  type CompiledPolicy,
  type InstanceLimits,
  PolicyInstance,
} from '../../../gateway/policy/engine/instance/policy-instance.ts';
import { meterModule } from '../../../gateway/policy/engine/metering/meter-module.ts';

const run = promisify(execFile);

export const statementEntrypoint = 'gateway/statement/decision';

/** Rules of the package gateway.statement, its entry point `decision` among them: the module that OPA makes of it. */
export async function compileRego(
  rules: string,
  { entrypoints = [statementEntrypoint], packageName = 'gateway.statement' } = {},
): Promise<Buffer<ArrayBuffer>> {
  return inFolder(async (folder, opa) => {
    await writeFile(join(folder, 'policy.rego'), `package ${packageName}\n\n${rules}\n`);
    const named = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
    await run(opa, ['build', '-t', 'wasm', ...named, 'policy.rego', '-o', 'bundle.tar.gz'], { cwd: folder });
    await run('tar', ['xzf', 'bundle.tar.gz', '/policy.wasm'], { cwd: folder });
    return (await readFile(join(folder, 'policy.wasm'))) as Buffer<ArrayBuffer>;
  });
}

/** What OPA itself says of an expression; undefined where it has no value. */
export async function evaluateWithOpa(rules: string, query: string, input: unknown): Promise<unknown> {
  return inFolder(async (folder, opa) => {
    await writeFile(join(folder, 'policy.rego'), `package gateway.statement\n\n${rules}\n`);
    await writeFile(join(folder, 'input.json'), JSON.stringify(input));
    const { stdout } = await run(
      opa,
      ['eval', '-d', 'policy.rego', '-i', 'input.json', '-f', 'json', query],
      { cwd: folder },
    );
    return JSON.parse(stdout).result?.[0]?.expressions?.[0]?.value;
  });
}

export const ampleLimits: InstanceLimits = { steps: 20_000_000, memoryBytes: 256 * 1024 * 1024 };

export async function startInstance(
  rules: string,
  data: unknown = {},
  limits: Partial<InstanceLimits> = {},
): Promise<PolicyInstance> {
  return new PolicyInstance(
    await compilePolicy(rules),
    { data: toJson(data) },
    { ...ampleLimits, ...limits },
  );
}

export async function compilePolicy(rules: string): Promise<CompiledPolicy> {
  const { bytes, memoryPages } = meterModule(await compileRego(rules));
  return { module: await WebAssembly.compile(bytes), memoryPages };
}

export const toJson = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
export const toInput = (value: unknown) => toJson(value).buffer;

async function inFolder<Result>(work: (folder: string, opa: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-rego-'));
  try {
    return await work(folder, await ensureOpa());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
