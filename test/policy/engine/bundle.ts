// Bundles for tests of the engine: compiled by OPA, and taken for verified.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { Policy, type PolicyOptions, type VerifiedBundle } from '../../../gateway/policy/index.ts';

const run = promisify(execFile);

/** Rules by package; what isn't named allows. */
export type Packages = Readonly<Record<string, string>>;

export const gatewayPhases = ['connect', 'statement', 'approve'] as const;
const allow = '# METADATA\n# entrypoint: true\ndecision := {"effect": "allow", "rule": "test.allow"}';
const allowing: Packages = Object.fromEntries(gatewayPhases.map((phase) => [`gateway.${phase}`, allow]));

export type BundleOptions = Readonly<{
  name?: string;
  revision?: string;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  /** Further entry points. */
  entrypoints?: readonly string[];
  /** Adds `opa deps`' answer to the metadata. */
  withDependencies?: boolean;
}>;

export async function bundleOf(packages: Packages, options: BundleOptions = {}): Promise<VerifiedBundle> {
  const all = { ...allowing, ...packages };
  const entrypoints = [
    ...gatewayPhases
      .map((phase) => `gateway/${phase}/decision`)
      .filter((name) => all[packageOf(name)] !== ''),
    ...(options.entrypoints ?? []),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bundle-'));
  try {
    const opa = await ensureOpa();
    await mkdir(join(folder, 'rego'));
    for (const [name, rules] of Object.entries(all)) {
      if (rules !== '')
        await writeFile(join(folder, 'rego', `${name}.rego`), `package ${name}\n\n${rules}\n`);
    }
    const named = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
    await run(opa, ['build', '-t', 'wasm', ...named, 'rego', '-o', 'bundle.tar.gz'], { cwd: folder });
    await run('tar', ['xzf', 'bundle.tar.gz', '/policy.wasm'], { cwd: folder });
    const wasm = await readFile(join(folder, 'policy.wasm'));
    const dependencies = options.withDependencies ? await dependenciesIn(opa, folder) : undefined;
    return verified(wasm, entrypoints, {
      ...options,
      metadata: dependencies === undefined ? (options.metadata ?? {}) : { portcullis: { dependencies } },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const packageOf = (entrypoint: string) => entrypoint.split('/').slice(0, -1).join('.');

type Term = Readonly<{ type: string; value: unknown }>;

/** As `portcullis policy build` writes them: plain names up to the first step that isn't one. */
async function dependenciesIn(opa: string, folder: string): Promise<Record<string, string[]>> {
  const { stdout } = await run(opa, ['deps', '-d', 'rego', 'data.gateway.statement.decision', '-f', 'json'], {
    cwd: folder,
  });
  const { base = [] } = JSON.parse(stdout) as { base?: readonly (readonly Term[])[] };
  const paths = base.map((terms) => {
    const end = terms.findIndex(({ value }) => typeof value !== 'string' || !/^\w+$/.test(value));
    return (end === -1 ? terms : terms.slice(0, end)).map(({ value }) => value).join('.');
  });
  return { 'gateway/statement/decision': paths.filter((path) => path.startsWith('input')) };
}

export function verified(
  wasm: Buffer | undefined,
  entrypoints: readonly string[],
  { name = 'main', revision = 'r1', data = {}, metadata = {} }: BundleOptions,
): VerifiedBundle {
  const digest = createHash('sha256')
    .update(wasm ?? '')
    .digest('hex');
  const bytes = wasm?.length ?? 0;
  return {
    name,
    revision,
    digest,
    roots: [''],
    wasm,
    entrypoints,
    data,
    metadata,
    signedBy: undefined,
    bytes,
  };
}

export const ample: PolicyOptions = {
  steps: 20_000_000,
  memoryBytes: 256 * 1024 * 1024,
  log: silentLog,
  clock: systemClock,
};

/** A policy of the rules of gateway.statement alone. */
export async function policyOf(
  statement: string,
  options: BundleOptions & Readonly<{ limits?: Partial<PolicyOptions>; packages?: Packages }> = {},
): Promise<Policy> {
  const { limits = {}, packages = {}, ...rest } = options;
  const bundle = await bundleOf({ 'gateway.statement': statement, ...packages }, rest);
  return Policy.stage([bundle], { ...ample, ...limits });
}
