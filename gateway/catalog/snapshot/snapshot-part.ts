// A part of a snapshot with the catalogs that it was read from: while those are as they were, so is the part.
import type { CatalogQuery } from './catalog-query.ts';
import { watchedCatalogs } from './signature.ts';

export type SnapshotPart<Value> = Readonly<{ value: Value; reads: ReadonlySet<string> }>;

export type ReadPart = <Value>(
  known: SnapshotPart<Value> | undefined,
  read: (query: CatalogQuery) => Promise<Value>,
) => Promise<SnapshotPart<Value>>;

/** `changed`: the catalogs that are not as they were when what is known was read. */
export function partReader(query: CatalogQuery, changed: readonly string[]): ReadPart {
  return async (known, read) => {
    if (known !== undefined && !changed.some((catalog) => known.reads.has(catalog))) return known;
    const reads = new Set<string>();
    const noting = (sql: string): ReturnType<CatalogQuery> => {
      for (const catalog of catalogsIn(sql)) reads.add(catalog);
      return query(sql);
    };
    return { value: await read(noting), reads };
  };
}

const catalogName = /\bpg_catalog\.(pg_\w+)/g;
const watched: ReadonlySet<string> = new Set(watchedCatalogs);

/** Every catalog that a loader reads stands in its text, with its schema. */
function catalogsIn(sql: string): readonly string[] {
  return [...sql.matchAll(catalogName)].map(([, name = '']) => name).filter((name) => watched.has(name));
}
