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

/** One bundle's data stays as it is: there may be much of it. */
function mergeAll(bundles: readonly VerifiedBundle[]): Readonly<Document> {
  const [first, ...rest] = bundles;
  return rest.reduce((merged, { name, data }) => merge(merged, data, name, []), first?.data ?? {});
}

/** What only one of them has is shared with it; neither is changed. */
function merge(
  one: Readonly<Document>,
  other: Readonly<Document>,
  bundle: string,
  path: readonly string[],
): Document {
  const merged: Document = Object.assign(Object.create(null), one);
  for (const [key, value] of Object.entries(other)) {
    const there = merged[key];
    if (!(key in merged)) merged[key] = value;
    else if (isObject(there) && isObject(value)) merged[key] = merge(there, value, bundle, [...path, key]);
    else
      throw new BundleRefused(
        'data_conflict',
        `data.${[...path, key].join('.')} comes from the bundle "${bundle}" and from another one; keep it in one of them`,
        { bundle },
      );
  }
  return merged;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
