// The manifest of a bundle (`.manifest`): what version it is, what part of `data` is its own, which rules its WASM answers.
import { BundleRefused } from './bundle-refused.ts';
import { normalizePath } from './file-path.ts';
import { describeRoot, isWithin, rootsOverlap } from './roots.ts';

export type Manifest = Readonly<{
  revision: string;
  roots: readonly string[];
  /** Each entry point with the path of the module that answers it. */
  resolvers: readonly Readonly<{ entrypoint: string; module: string }>[];
  metadata: Readonly<Record<string, unknown>>;
}>;

/** A bundle without a manifest owns all of `data`. */
export const noManifest: Manifest = {
  revision: '',
  roots: [''],
  resolvers: [],
  metadata: Object.create(null),
};

export function readManifest(value: unknown): Manifest {
  const { revision, roots, wasm, rego_version, metadata } = asObject(value, 'it');
  if (rego_version !== undefined && rego_version !== 0 && rego_version !== 1) {
    throw malformed('rego_version is neither 0 nor 1');
  }
  const manifest = {
    revision: asText(revision ?? '', 'revision'),
    roots: asList(roots ?? [''], 'roots').map((root) => asText(root, 'a root').replace(/^\/+|\/+$/g, '')),
    resolvers: asList(wasm ?? ownMetadata(metadata).wasm ?? [], 'wasm').map(readResolver),
    metadata: asObject(metadata ?? Object.create(null), 'metadata'),
  };
  checkRoots(manifest.roots);
  checkEntrypoints(manifest);
  return manifest;
}

/**
 * An OPA without a WASM engine, as many are built, takes no bundle whose manifest names modules in `wasm`. One that is
 * to feed such an OPA too, with its rules in Rego beside the module, names them in `metadata.portcullis.wasm`.
 */
function ownMetadata(metadata: unknown): Readonly<Record<string, unknown>> {
  const nothing = Object.create(null);
  return asObject(asObject(metadata ?? nothing, 'metadata').portcullis ?? nothing, 'metadata.portcullis');
}

function readResolver(value: unknown): { entrypoint: string; module: string } {
  const { entrypoint, module } = asObject(value, 'an entry of wasm');
  return {
    entrypoint: asText(entrypoint, 'an entrypoint').replace(/^\/+/, ''),
    module: normalizePath(asText(module, 'a module')),
  };
}

function checkRoots(roots: readonly string[]): void {
  for (const [at, root] of roots.entries()) {
    const other = roots.slice(at + 1).find((later) => rootsOverlap(root, later));
    if (other === undefined) continue;
    throw new BundleRefused(
      'roots_overlap',
      `the manifest's roots ${describeRoot(root)} and ${describeRoot(other)} overlap; keep the wider of the two`,
    );
  }
}

function checkEntrypoints({ resolvers, roots }: Manifest): void {
  const seen = new Set<string>();
  for (const { entrypoint } of resolvers) {
    if (!isWithin(roots, entrypoint.split('/'))) {
      throw new BundleRefused(
        'entrypoint_outside_roots',
        `the entry point ${JSON.stringify(entrypoint)} is outside the bundle's roots; add its package to the roots of .manifest`,
      );
    }
    if (seen.has(entrypoint)) throw malformed(`it names the entry point ${JSON.stringify(entrypoint)} twice`);
    seen.add(entrypoint);
  }
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw malformed(`${what} is no object`);
}

function asList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(`${what} is no list`);
}

function asText(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw malformed(`${what} is no text`);
}

function malformed(problem: string): BundleRefused {
  return new BundleRefused(
    'manifest_malformed',
    `.manifest is wrong: ${problem}; build the bundle with \`opa build\``,
  );
}
