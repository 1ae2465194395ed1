// Several bundles as one policy: the module of one of them, and the data of all.
import { BundleRefused } from '../../bundle/bundle-refused.ts';
import type { VerifiedBundle } from '../../bundle/verified-bundle.ts';
import { readTestInputs, type TestInput } from './test-inputs.ts';

export type BundleSet = Readonly<{
  /** The bundle that has the module. */
  name: string;
  revision: string;
  wasm: Buffer;
  /** JSON. */
  data: string;
  metadata: Readonly<Record<string, unknown>>;
  testInputs: readonly TestInput[];
}>;

type Document = Record<string, unknown>;

/** Throws {@link BundleRefused}. */
export function assembleSet(bundles: readonly VerifiedBundle[]): BundleSet {
  const [first, second] = bundles.filter(({ wasm }) => wasm !== undefined);
  if (first?.wasm === undefined)
    throw new BundleRefused(
      'wasm_missing',
      'no bundle has rules: one must be built with `opa build -t wasm -e …`',
    );
  if (second !== undefined)
    throw new BundleRefused(
      'wasm_several',
      `the bundles "${first.name}" and "${second.name}" both have rules; build all rules into one, the others are for data`,
      { bundle: second.name },
    );
  const { name, wasm, metadata } = first;
  const testInputs = readTestInputs(metadata);
  if (testInputs === undefined)
    throw new BundleRefused(
      'metadata_malformed',
      'metadata.portcullis.test_inputs of its manifest is no list of at most 500 inputs; build it with `portcullis policy build`',
      { bundle: name },
    );
  return {
    name,
    revision: revisionOf(bundles),
    wasm,
    data: JSON.stringify(mergeAll(bundles)),
    metadata,
    testInputs,
  };
}

/** Of one bundle its own revision; of several each with its bundle's name. */
function revisionOf(bundles: readonly VerifiedBundle[]): string {
  const own = ({ revision, digest }: VerifiedBundle) => revision || digest.slice(0, 12);
  const [only, another] = bundles;
  if (only !== undefined && another === undefined) return own(only);
  return bundles.map((bundle) => `${bundle.name}=${own(bundle)}`).join(' ');
}

function mergeAll(bundles: readonly VerifiedBundle[]): Document {
  const merged: Document = Object.create(null);
  for (const { name, data } of bundles) merge(merged, data, name, []);
  return merged;
}

function merge(target: Document, source: Readonly<Document>, bundle: string, path: readonly string[]): void {
  for (const [key, value] of Object.entries(source)) {
    const there = target[key];
    if (!(key in target)) target[key] = isObject(value) ? copyOf(value, bundle) : value;
    else if (isObject(there) && isObject(value)) merge(there, value, bundle, [...path, key]);
    else
      throw new BundleRefused(
        'data_conflict',
        `data.${[...path, key].join('.')} comes from the bundle "${bundle}" and from another one; keep it in one of them`,
        { bundle },
      );
  }
}

/** What is merged into must not be the bundle's own. */
function copyOf(value: Readonly<Document>, bundle: string): Document {
  const copy: Document = Object.create(null);
  merge(copy, value, bundle, []);
  return copy;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
