// Bundles that an OPA and the gateway both take: rules in Rego, and beside them the module that OPA made of them.
import { buildBundle, filesOf, repack, type SigningKey, signFiles } from '../../support/build-bundle.ts';

export type JointBundle = Readonly<{
  /** Rego and data by path. */
  files: Readonly<Record<string, string>>;
  roots: readonly string[];
  entrypoints: readonly string[];
  revision: string;
}>;

/** The signed bytes. */
export async function jointBundle(request: JointBundle, key: SigningKey): Promise<Buffer> {
  return await signed(await unsignedJointBundle(request), key);
}

export async function unsignedJointBundle({
  files,
  roots,
  entrypoints,
  revision,
}: JointBundle): Promise<Buffer> {
  const manifest = (wasm: readonly object[]): string =>
    JSON.stringify({ roots, revision, metadata: { portcullis: { wasm } } });
  const source = { ...files, '.manifest': manifest([]) };
  const rego = await buildBundle({ files: source, revision });
  const compiled = filesOf(await buildBundle({ files: source, entrypoints, revision }));
  return repack(rego, {
    '/policy.wasm': compiled.get('/policy.wasm'),
    // An OPA without a WASM engine takes no bundle whose manifest names modules in a place of its own.
    '/.manifest': manifest(entrypoints.map((entrypoint) => ({ entrypoint, module: '/policy.wasm' }))),
  });
}

export async function signed(bundle: Buffer, key: SigningKey): Promise<Buffer> {
  const files = Object.fromEntries([...filesOf(bundle)].map(([path, content]) => [path.slice(1), content]));
  return repack(bundle, { '/.signatures.json': await signFiles(files, { key }) });
}
