// What DDL changes: for each system catalog a figure that says which versions of its rows there are.
import { createHash } from 'node:crypto';
import { type CatalogQuery, textOf } from './catalog-query.ts';

/** Temporary objects belong to one session each, and come and go all the time. */
const temporary = `SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't'`;
const temporarySchemas = `SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_'`;

/** TRUNCATE, REFRESH and GRANT write rows of pg_class anew without changing what we read of them. */
const classContent = `pg_catalog.hash_record_extended(ROW(oid, relname, relnamespace, relkind, relowner, reltype,
  relrowsecurity, relforcerowsecurity, reltoastrelid, reloptions, relam, relispartition), 0)`;

type Watched = Readonly<{
  catalog: string;
  only?: string;
  /** A hash of what its rows say, where the versions of rows won't do. */
  content?: string;
}>;

const watched: readonly Watched[] = [
  { catalog: 'pg_class', only: "relpersistence <> 't' AND relkind <> 't'", content: classContent },
  { catalog: 'pg_attribute', only: `attrelid NOT IN (${temporary})` },
  { catalog: 'pg_attrdef', only: `adrelid NOT IN (${temporary})` },
  { catalog: 'pg_index', only: `indrelid NOT IN (${temporary})` },
  { catalog: 'pg_inherits', only: `inhrelid NOT IN (${temporary})` },
  { catalog: 'pg_rewrite', only: `ev_class NOT IN (${temporary})` },
  { catalog: 'pg_trigger', only: `tgrelid NOT IN (${temporary})` },
  { catalog: 'pg_policy', only: `polrelid NOT IN (${temporary})` },
  { catalog: 'pg_partitioned_table', only: `partrelid NOT IN (${temporary})` },
  { catalog: 'pg_statistic_ext', only: `stxrelid NOT IN (${temporary})` },
  { catalog: 'pg_constraint', only: `connamespace NOT IN (${temporarySchemas})` },
  { catalog: 'pg_type', only: `typnamespace NOT IN (${temporarySchemas})` },
  { catalog: 'pg_range' },
  { catalog: 'pg_enum' },
  { catalog: 'pg_proc', only: `pronamespace NOT IN (${temporarySchemas})` },
  { catalog: 'pg_aggregate' },
  { catalog: 'pg_operator' },
  { catalog: 'pg_opclass' },
  { catalog: 'pg_opfamily' },
  { catalog: 'pg_amop' },
  { catalog: 'pg_amproc' },
  { catalog: 'pg_cast' },
  { catalog: 'pg_collation' },
  { catalog: 'pg_language' },
  { catalog: 'pg_namespace', only: "nspname !~ '^pg_(toast_)?temp_'" },
  { catalog: 'pg_extension' },
  { catalog: 'pg_event_trigger' },
  {
    catalog: 'pg_depend',
    only: `refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND deptype = 'e'`,
  },
  {
    catalog: 'pg_description',
    only: `classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objoid NOT IN (${temporary})`,
  },
  { catalog: 'pg_seclabel', only: "classoid = 'pg_catalog.pg_class'::pg_catalog.regclass" },
  // Its table holds passwords and can't be read; the view doesn't show versions of rows.
  {
    catalog: 'pg_roles',
    content: 'pg_catalog.hashtextextended(rolname::pg_catalog.text, oid::pg_catalog.int8)',
  },
];

export const watchedCatalogs: readonly string[] = watched.map(({ catalog }) => catalog);

/**
 * How many visible rows each transaction has written. Such a number appears when the transaction commits and can only
 * fall afterwards, by whatever replaces or deletes its rows: if all of them are as before, the rows are as before. It
 * doesn't matter in which order transactions began and committed, and freezing leaves xmin alone.
 */
function rowVersions({ catalog, only = 'true' }: Watched): string {
  return `SELECT '${catalog}', sum(rows) || '/' ||
      sum(pg_catalog.hashtextextended(xmin::pg_catalog.text || ':' || rows, 0))
    FROM (SELECT xmin, count(*) AS rows FROM pg_catalog.${catalog} WHERE ${only} GROUP BY xmin) AS written`;
}

function contents({ catalog, only = 'true', content }: Watched): string {
  return `SELECT '${catalog}', count(*) || '/' || sum(${content}) FROM pg_catalog.${catalog} WHERE ${only}`;
}

const signatureSql = watched
  .map((one) => (one.content === undefined ? rowVersions(one) : contents(one)))
  .join('\nUNION ALL\n');

/** By catalog, the figures of one moment: equal figures mean equal rows. */
export type Signature = ReadonlyMap<string, string>;

export async function readSignature(query: CatalogQuery): Promise<Signature> {
  const rows = await query(signatureSql);
  // An empty catalog has no figures.
  return new Map(rows.map(([catalog, figures]) => [textOf(catalog), figures ?? '0']));
}

/** Names of the catalogs that changed between the two. */
export function changedCatalogs(before: Signature, after: Signature): readonly string[] {
  return [...after]
    .filter(([catalog, figures]) => before.get(catalog) !== figures)
    .map(([catalog]) => catalog);
}

/** Twelve characters that name what the parts say together. */
export function digestOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12);
}

const visibleSql = `SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text`;

/** Which transactions are visible: as long as it is the same, nothing at all has been committed on the server. */
export async function readVisibleTransactions(query: CatalogQuery): Promise<string> {
  const [row] = await query(visibleSql);
  return textOf(row?.[0]);
}
