// What any DDL changes: for each system catalog how many rows there are, and a sum over which versions of them.
import { createHash } from 'node:crypto';
import { type CatalogQuery, textOf } from './catalog-query.ts';

/** By catalog, the figures of one moment; equal figures mean equal rows. */
export type Signature = ReadonlyMap<string, string>;

/** Temporary objects belong to one session each, and come and go all the time. */
const temporary = `SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't'`;
const temporarySchemas = `SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_'`;

/**
 * A row's place and the transaction that wrote it change with every INSERT and UPDATE, and freezing leaves both alone.
 * The sum over hashes of both doesn't depend on order, sees what is deleted, and sees a row that comes late from a
 * transaction that began early, which a maximum wouldn't.
 */
const rowVersion = 'pg_catalog.hashtidextended(ctid, xmin::pg_catalog.text::pg_catalog.int8)';

/** TRUNCATE, REFRESH and GRANT write rows of pg_class anew without changing what we read of them. */
const classContent = `pg_catalog.hash_record_extended(ROW(oid, relname, relnamespace, relkind, relowner, reltype,
  relpersistence, relrowsecurity, relforcerowsecurity, reltoastrelid, reloptions, relam, relispartition), 0)`;

type Watched = Readonly<{ catalog: string; only?: string; row?: string }>;

const watched: readonly Watched[] = [
  { catalog: 'pg_class', only: "relpersistence <> 't'", row: classContent },
  { catalog: 'pg_attribute', only: `attrelid NOT IN (${temporary})` },
  { catalog: 'pg_attrdef', only: `adrelid NOT IN (${temporary})` },
  { catalog: 'pg_index', only: `indrelid NOT IN (${temporary})` },
  { catalog: 'pg_inherits', only: `inhrelid NOT IN (${temporary})` },
  { catalog: 'pg_rewrite', only: `ev_class NOT IN (${temporary})` },
  { catalog: 'pg_trigger', only: `tgrelid NOT IN (${temporary})` },
  { catalog: 'pg_policy', only: `polrelid NOT IN (${temporary})` },
  { catalog: 'pg_partitioned_table', only: `partrelid NOT IN (${temporary})` },
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
  { catalog: 'pg_roles', row: 'pg_catalog.hashtextextended(rolname::pg_catalog.text, oid::pg_catalog.int8)' },
];

export const watchedCatalogs: readonly string[] = watched.map(({ catalog }) => catalog);

const signatureSql = watched
  .map(
    ({ catalog, only, row = rowVersion }) =>
      `SELECT '${catalog}', count(*) || '/' || coalesce(sum(${row}), 0) FROM pg_catalog.${catalog}` +
      (only === undefined ? '' : ` WHERE ${only}`),
  )
  .join('\nUNION ALL\n');

export async function readSignature(query: CatalogQuery): Promise<Signature> {
  return new Map((await query(signatureSql)).map(([name, figures]) => [textOf(name), textOf(figures)]));
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
