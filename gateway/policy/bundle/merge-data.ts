// The data of a bundle: each data file at the place that its folder names, all within the bundle's roots.
import { BundleRefused } from './bundle-refused.ts';
import type { CanonicalJson } from './canonical-json.ts';
import { baseName, folderOf, quotePath } from './file-path.ts';
import { isWithin, leadsToRoot } from './roots.ts';

type Document = Record<string, unknown>;

export function isDataFile(path: string): boolean {
  return ['data.json', 'data.yaml', 'data.yml'].includes(baseName(path));
}

/** Merges the files, which come by path, and refuses what two of them say of the same place. */
export function mergeData(files: ReadonlyMap<string, CanonicalJson>, roots: readonly string[]): Document {
  const data: Document = Object.create(null);
  for (const [path, { value, rounded }] of files) {
    const folder = folderOf(path);
    if (rounded) throw rounding(path);
    if (folder.some((segment) => segment.startsWith('.'))) throw hidden(path);
    if (folder.length === 0 && !isObject(value)) throw noObject(path);
    checkWithin(value, folder, roots, path);
    merge(data, atFolder(folder, value), path);
  }
  return data;
}

function atFolder(folder: readonly string[], value: unknown): Document {
  let whole = value;
  for (const segment of folder.toReversed()) {
    const around: Document = Object.create(null);
    around[segment] = whole;
    whole = around;
  }
  return whole as Document;
}

function merge(into: Document, from: Document, path: string): void {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    if (!(key in into)) into[key] = value;
    else if (isObject(present) && isObject(value)) merge(present, value, path);
    else {
      throw new BundleRefused(
        'data_conflict',
        `${quotePath(path)} gives a value to a place of data that another file gives one to; keep it in one of them`,
      );
    }
  }
}

/** Objects may lead to a root; everything else must be within one. */
function checkWithin(value: unknown, place: readonly string[], roots: readonly string[], path: string): void {
  if (isWithin(roots, place)) return;
  if (isObject(value) && leadsToRoot(roots, place)) {
    for (const [key, member] of Object.entries(value)) checkWithin(member, [...place, key], roots, path);
    return;
  }
  // An empty data file says nothing: `opa build` writes one into every bundle.
  if (isObject(value) && place.length === 0 && Object.keys(value).length === 0) return;
  throw new BundleRefused(
    'data_outside_roots',
    `${quotePath(path)} has data at ${quotePath(place.join('/'))}, outside the bundle's roots; move it, or add it to the roots of .manifest`,
  );
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rounding(path: string): BundleRefused {
  return new BundleRefused(
    'number_not_exact',
    `${quotePath(path)} has a whole number beyond 2^53, which a WASM policy would round; write it as a text`,
  );
}

function hidden(path: string): BundleRefused {
  return new BundleRefused(
    'path_refused',
    `the data file ${quotePath(path)} is in a hidden folder, whose name has no place in data; move it to one without a dot`,
  );
}

function noObject(path: string): BundleRefused {
  return new BundleRefused('data_malformed', `${quotePath(path)} is no object; the top of data is one`);
}
