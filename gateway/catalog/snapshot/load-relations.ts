// Relations of every kind, with their columns; what hangs on them is added by the files beside this one.
import type { RelationKind } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import { LoadedRelation, type LoadedRelations } from './loaded-relation.ts';
import { NameIndex } from './name-index.ts';
import type { ObjectNames } from './object-names.ts';
import { only, orOwn } from './own-part.ts';
import { PackedColumns } from './packed-columns.ts';
import type { SharedTexts } from './shared-values.ts';

/** The server itself reads the option's value: on, yes and 1 mean true as well. */
const securityInvoker = `
  EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions)
           WHERE option_name = 'security_invoker' AND option_value::pg_catalog.bool)`;

const relationSql = `
  SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relowner,
         c.relkind = 'v' AND c.reloptions IS NOT NULL AND ${securityInvoker}
    FROM pg_catalog.pg_class c
   WHERE (c.relpersistence <> 't' ${orOwn('true')}) AND ${only('relations', 'c.oid')}`;

const kinds: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned_table',
  v: 'view',
  m: 'materialized_view',
  f: 'foreign_table',
  S: 'sequence',
  i: 'index',
  I: 'index',
  c: 'composite_type',
  t: 'toast',
};

export type Relations = Readonly<{ relations: LoadedRelations; relationNames: NameIndex }>;

export async function loadRelations(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
): Promise<Relations> {
  const [relations, relationNames] = [new Map<number, LoadedRelation>(), new NameIndex()];
  await eachRow(query, relationSql, (row) => {
    const schema = names.schema(numberOf(row[1]));
    const kind = kinds[textOf(row[3])];
    // A kind that a later server invents is no relation that anybody knows: statements that name it are opaque.
    if (schema === undefined || kind === undefined) return;
    const oid = numberOf(row[0]);
    const name = texts.share(textOf(row[2]));
    const owner = names.role(numberOf(row[4]));
    const relation = new LoadedRelation({ oid, schema, name, kind, owner, securityInvoker: row[5] === 't' });
    relations.set(oid, relation);
    relationNames.add(relation);
  });
  await loadColumns(query, relations, texts);
  return { relations, relationNames };
}

/**
 * One row a relation: two hundred thousand rows would be as many objects at once, and their collection a pause. An
 * index can't be read, and all toast tables have the same columns: those of the first one stand for all.
 */
const columnSql = `
  SELECT attrelid,
         string_agg(attnum || ' ' || atttypid || ' ' || CASE WHEN attnotnull THEN 'n' ELSE '-' END
           || CASE attgenerated WHEN '' THEN '-' ELSE attgenerated::pg_catalog.text END
           || CASE attidentity WHEN '' THEN '-' ELSE attidentity::pg_catalog.text END, ','),
         json_agg(attname)
    FROM (SELECT a.* FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
           WHERE a.attnum > 0 AND NOT a.attisdropped AND (c.relpersistence <> 't' ${orOwn('true')})
             AND ${only('relations', 'a.attrelid')}
             AND (c.relkind NOT IN ('i', 'I', 't')
              OR c.oid = (SELECT min(oid) FROM pg_catalog.pg_class WHERE relkind = 't' AND relpersistence <> 't'))
           ORDER BY a.attrelid, a.attnum) AS columns
   GROUP BY attrelid`;

async function loadColumns(
  query: CatalogQuery,
  relations: LoadedRelations,
  texts: SharedTexts,
): Promise<void> {
  let ofToast: PackedColumns | undefined;
  await eachRow(query, columnSql, ([oid, figures, names]) => {
    const relation = relations.get(numberOf(oid));
    if (relation === undefined) return;
    relation.packed = new PackedColumns(texts.share(textOf(figures)), texts.share(textOf(names)));
    if (relation.kind === 'toast') ofToast = relation.packed;
  });
  for (const relation of relations.values()) if (relation.kind === 'toast') relation.packed = ofToast;
}
