// Policies and data to the files of a bundle, by `opa build`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar, unpackGzip } from '../../../policy/index.ts';
import { type Opa, runOrFail } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';

export type Compiled = Readonly<{
  /** Rego and data as they are, and the module; without manifest. By path, without a leading slash. */
  files: ReadonlyMap<string, Buffer>;
  /** What OPA wrote into its manifest; `roots` is undefined where the repository has no manifest of its own. */
  manifest: Readonly<Record<string, unknown>>;
}>;

export const modulePath = 'policy.wasm';
export const mostUnpacked = 1024 * 1024 * 1024;

/** Without entry points: data alone, which need no module. */
export async function compile(
  opa: Opa,
  repository: PolicyRepository,
  entryPoints: readonly string[],
): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-build-'));
  try {
    const sources = await build(opa, repository, join(folder, 'sources.tar.gz'), []);
    const files = new Map([...sources].filter(([name]) => name !== '.manifest'));
    if (entryPoints.length > 0) {
      // `opa build -t wasm` takes out of the Rego what the module answers: only the module is taken from it.
      const target = ['--target', 'wasm', ...entryPoints.flatMap((name) => ['--entrypoint', name])];
      const compiled = await build(opa, repository, join(folder, 'wasm.tar.gz'), target);
      const module = compiled.get(modulePath);
      if (module === undefined) throw new Error('opa build made no policy.wasm');
      files.set(modulePath, module);
    }
    return { files: sorted(files), manifest: JSON.parse(String(sources.get('.manifest') ?? '{}')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(
  opa: Opa,
  { root, policies, capabilities }: PolicyRepository,
  output: string,
  target: readonly string[],
): Promise<Map<string, Buffer>> {
  const args = ['build', '--bundle', policies, '--capabilities', capabilities, ...target, '--output', output];
  await runOrFail(opa, args, root);
  return readTar(await unpackGzip(await readFile(output), mostUnpacked));
}

const sorted = (files: ReadonlyMap<string, Buffer>): Map<string, Buffer> =>
  new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
