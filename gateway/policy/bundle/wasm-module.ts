// The WASM module of a bundle: one at most, and the one that the manifest's entry points name.
import { BundleRefused } from './bundle-refused.ts';
import { baseName, quotePath } from './file-path.ts';
import type { Manifest } from './manifest.ts';

/** The magic number and version 1 of the binary format. */
const magic = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

/** A bundle of data alone has none. */
export function findModule(files: ReadonlyMap<string, Buffer>, { resolvers }: Manifest): Buffer | undefined {
  for (const { module } of resolvers) {
    if (!files.has(module))
      throw missing(`the manifest names ${quotePath(module)}, which is not in the bundle`);
  }
  const modules = [...files].filter(([path]) => baseName(path) === 'policy.wasm');
  const [found, another] = modules;
  if (another !== undefined) {
    throw new BundleRefused(
      'wasm_several',
      'it has several WASM modules; build all entry points into one with one `opa build`',
    );
  }
  if (found === undefined) {
    if ([...files.keys()].every((path) => !path.endsWith('.rego')) && resolvers.length === 0)
      return undefined;
    throw missing('it has rules in Rego alone');
  }
  const [path, content] = found;
  if (resolvers.length === 0 || resolvers.some(({ module }) => module !== path)) {
    throw new BundleRefused(
      'entrypoints_missing',
      'the manifest names no entry point of its WASM module; build it with `opa build -t wasm -e …`',
    );
  }
  if (!content.subarray(0, magic.length).equals(magic)) {
    throw new BundleRefused(
      'wasm_malformed',
      'its policy.wasm is no WebAssembly module; build it with `opa build -t wasm`',
    );
  }
  // A copy, so that the rest of the archive can be forgotten.
  return Buffer.from(content);
}

function missing(what: string): BundleRefused {
  return new BundleRefused('wasm_missing', `${what}; build it with \`opa build -t wasm -e …\``);
}
