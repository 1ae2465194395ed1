// What a check of a database role finds: one row a finding, whose objects are counted and the first few named.
import { type CatalogQuery, numberOf, textOf } from '../snapshot/catalog-query.ts';

export type RoleFinding = Readonly<{
  /** `lacks`: some statements stay opaque. `too_much`: who takes the role's credential can do this. `notice`: to know. */
  kind: 'lacks' | 'too_much' | 'notice';
  what: string;
}>;

/** Schemas of the system, and of other sessions. */
export const notOfTheSystem = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
/** What an extension brings and opens to everybody isn't somebody's data. */
export const ofNoExtension = `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
  AND d.objid = c.oid AND d.deptype = 'e')`;

/** `findings`: rows of kind, what, and the name of one object or NULL, for a database may have thousands. */
export const countedFindings = (findings: string): string => `
SELECT kind, what, count(name), array_to_json((array_agg(name ORDER BY name))[1:5])
FROM ${findings} GROUP BY kind, what ORDER BY kind, what`;

export async function roleFindings(query: CatalogQuery, sql: string): Promise<readonly RoleFinding[]> {
  const rows = await query(sql);
  return rows.map(([kind, what, count, names]) => ({
    kind: kind as RoleFinding['kind'],
    what: sentence(textOf(what), numberOf(count), JSON.parse(textOf(names))),
  }));
}

function sentence(what: string, count: number, names: readonly string[]): string {
  if (count === 0) return what;
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return `${what}: ${names.join(', ')}${more}`;
}
