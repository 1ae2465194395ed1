// A bundle from a policy repository: compiled, described in its manifest, signed, packed.

import { CommandError } from '../../command.ts';
import type { Opa } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';
import { compile, modulePath } from './compile.ts';
import { type Dependencies, readDependencies } from './dependencies.ts';
import { findEntryPoints, hasRego, type Namespaces, readNamespaces } from './entry-points.ts';
import { defaultRevision } from './revision.ts';
import { type Signing, sign } from './sign.ts';
import { writeTarGz } from './write-tar.ts';

/** One input of the policies' own tests and what they decided: the gateway asks again before it activates a bundle. */
export type TestInput = Readonly<{ entrypoint: string; input: unknown; result: unknown }>;

export type BundleRequest = Readonly<{
  revision: string | undefined;
  signing: Signing | undefined;
  builtBy: string;
  /** For the entry points that the bundle has. */
  testInputs(entryPoints: readonly string[]): Promise<readonly TestInput[]>;
}>;

export type Bundle = Readonly<{
  bytes: Buffer;
  revision: string;
  roots: readonly string[];
  entryPoints: readonly string[];
  dependencies: Dependencies;
  testInputs: number;
}>;

export async function assembleBundle(
  opa: Opa,
  repository: PolicyRepository,
  { revision: wanted, signing, builtBy, testInputs: findTestInputs }: BundleRequest,
): Promise<Bundle> {
  const namespaces = await readNamespaces(opa, repository);
  const entryPoints = await findEntryPoints(opa, repository, namespaces);
  if (entryPoints.length === 0 && hasRego(namespaces)) {
    throw new CommandError('the policies answer nothing that the gateway asks', {
      hint: 'It asks gateway/statement/decision, gateway/connect/decision, gateway/approve/decision and gateway/access/decision.',
    });
  }
  const { files: compiled, manifest } = await compile(opa, repository, entryPoints);
  const revision = wanted ?? (await defaultRevision(repository, compiled));
  const roots = rootsOf(manifest, namespaces, compiled);
  const dependencies = await readDependencies(opa, repository, entryPoints);
  const testInputs = await findTestInputs(entryPoints);
  const files = new Map(compiled);
  files.set(
    '.manifest',
    Buffer.from(
      JSON.stringify({
        revision,
        roots,
        rego_version: 1,
        metadata: {
          ...(manifest.metadata as object | undefined),
          portcullis: {
            built_by: builtBy,
            // Not in the manifest's own `wasm`: an OPA without a WASM engine takes no bundle that names modules there.
            wasm: entryPoints.map((entrypoint) => ({ entrypoint, module: `/${modulePath}` })),
            dependencies,
            test_inputs: testInputs,
          },
        },
      }),
    ),
  );
  if (signing !== undefined) files.set('.signatures.json', await sign(opa, files, signing));
  const bytes = writeTarGz(new Map([...files].map(([name, content]) => [`/${name}`, content])));
  return { bytes, revision, roots, entryPoints, dependencies, testInputs: testInputs.length };
}

/** What the repository's own `.manifest` says; otherwise the first names of its packages and data. */
function rootsOf(
  manifest: Readonly<Record<string, unknown>>,
  namespaces: Namespaces,
  files: ReadonlyMap<string, Buffer>,
): string[] {
  const own = manifest.roots as string[] | undefined;
  if (own !== undefined && !own.includes('')) return own;
  const data: object = JSON.parse(String(files.get('data.json') ?? '{}'));
  const packages = Object.entries(namespaces)
    .filter(([, of]) => of.some((file) => file.endsWith('.rego')))
    .map(([name]) => name.split('.')[1] ?? '');
  return [...new Set([...Object.keys(data), ...packages])].sort();
}
