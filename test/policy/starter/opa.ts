// The starter policy in OPA itself and compiled to WASM, with its tests and the rules that those put beside it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';

const run = promisify(execFile);

type OpaWasm = typeof import('@open-policy-agent/opa-wasm');
/** What `evaluate` takes and gives isn't described by the package. */
type LoadedPolicy = Readonly<{
  setData(data: object): void;
  evaluate(input: unknown, entrypoint: string): readonly { result: unknown }[];
}>;
const { loadPolicy } = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as OpaWasm;

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const entrypoints = [
  'gateway/statement/decision',
  'gateway/connect/decision',
  'gateway/approve/decision',
  'gateway/access/decision',
];
/** A busy machine must not look like a test that failed. */
export const patience = '120s';

export async function opa(args: readonly string[]): Promise<string> {
  const { stdout } = await run(await ensureOpa(), args, { cwd: root, maxBuffer: 1 << 28 });
  return stdout;
}

/** What an expression over the policy and its tests is. */
export async function evaluate(query: string): Promise<unknown> {
  return JSON.parse(await opa(['eval', '-f', 'raw', '-d', 'policies', '-d', 'policy-tests', query]));
}

export type Compiled = Readonly<{ policy: LoadedPolicy; data: Readonly<Record<string, unknown>> }>;

/** Folders of policies as one module, with their data. */
export async function compile(
  folders: readonly string[] = ['policies', 'policy-tests/rules'],
): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'starter-policy-'));
  try {
    const file = join(folder, 'bundle.tar.gz');
    const named = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
    await opa(['build', '-t', 'wasm', ...named, '-o', file, ...folders]);
    await run('tar', ['xzf', file, '-C', folder, '/policy.wasm', '/data.json']);
    const wasm = await readFile(join(folder, 'policy.wasm'));
    return {
      policy: (await loadPolicy(new Uint8Array(wasm).buffer)) as unknown as LoadedPolicy,
      data: JSON.parse(await readFile(join(folder, 'data.json'), 'utf8')),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
