// Types: what they are made of, and the checks of domains.
import type { StoredTree, Type } from '../../sql/index.ts';
import { firstNormalOid } from '../functions/function-classes.ts';
import { type CatalogQuery, eachRow, numberOf, optionalOf, textOf } from './catalog-query.ts';

import type { ObjectNames } from './object-names.ts';
import { only } from './own-part.ts';
import { none, type SharedTexts } from './shared-values.ts';

/** Types such as point have an element type too, but only what this function subscripts is an array. */
const arraySubscripts = "'pg_catalog.array_subscript_handler'::pg_catalog.regproc";

const typeSql = `
  SELECT t.oid, t.typnamespace, t.typname, t.typtype, t.typbasetype,
         CASE WHEN t.typsubscript = ${arraySubscripts} THEN t.typelem
              ELSE coalesce(r.rngsubtype, m.rngtypid, 0) END,
         t.typrelid, t.typinput::pg_catalog.oid, t.typoutput::pg_catalog.oid, t.typdefaultbin,
         t.typsubscript::pg_catalog.oid, coalesce(p.amproc::pg_catalog.oid, 0), coalesce(j.castfunc, 0),
         t.typarray, coalesce(r.rngsubdiff::pg_catalog.oid, 0), coalesce(r.rngcanonical::pg_catalog.oid, 0)
    FROM pg_catalog.pg_type t
    LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
    LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
    LEFT JOIN (pg_catalog.pg_opclass o JOIN pg_catalog.pg_am am ON am.oid = o.opcmethod AND am.amname = 'btree')
      ON o.opcintype = t.oid AND o.opcdefault
    LEFT JOIN pg_catalog.pg_amproc p
      ON p.amprocfamily = o.opcfamily AND p.amproclefttype = t.oid AND p.amprocrighttype = t.oid
     AND p.amprocnum = 1
    LEFT JOIN pg_catalog.pg_cast j
      ON j.castsource = t.oid AND j.casttarget = 'pg_catalog.json'::pg_catalog.regtype AND j.castmethod = 'f'
   WHERE ${only('types', 't.oid')}`;

const checkSql = `
  SELECT contypid, conbin FROM pg_catalog.pg_constraint
   WHERE contypid <> 0 AND contype = 'c' AND conbin IS NOT NULL AND ${only('types', 'contypid')} ORDER BY conname`;

const kinds: Readonly<Record<string, Type['kind']>> = {
  b: 'base',
  c: 'composite',
  d: 'domain',
  e: 'enum',
  r: 'range',
  m: 'multirange',
  p: 'pseudo',
};

export async function loadTypes(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
): Promise<ReadonlyMap<number, Type>> {
  const checks = new Map<number, readonly StoredTree[]>();
  await eachRow(query, checkSql, ([type, tree]) => {
    checks.set(numberOf(type), [...(checks.get(numberOf(type)) ?? none), textOf(tree)]);
  });
  const types = new Map<number, Type>();
  await eachRow(query, typeSql, (row) => {
    const schema = names.schema(numberOf(row[1]));
    if (schema === undefined) return;
    const oid = numberOf(row[0]);
    types.set(oid, {
      oid,
      schema,
      name: texts.share(textOf(row[2])),
      kind: kinds[textOf(row[3])] ?? 'pseudo',
      builtin: oid < firstNormalOid,
      base: numberOf(row[4]),
      element: numberOf(row[5]),
      difference: numberOf(row[14]),
      canonical: numberOf(row[15]),
      array: numberOf(row[13]),
      relation: numberOf(row[6]),
      checks: checks.get(oid) ?? none,
      input: numberOf(row[7]),
      output: numberOf(row[8]),
      defaultExpression: optionalOf(row[9]),
      subscript: numberOf(row[10]),
      comparison: numberOf(row[11]),
      jsonCast: numberOf(row[12]),
    });
  });
  return types;
}
