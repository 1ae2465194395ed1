// Defaults of columns, and comments on columns and relations, one row a relation.
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import type { LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';
import type { SharedTexts } from './shared-values.ts';

const defaultSql = `
  SELECT adrelid, json_object_agg(adnum, adbin::pg_catalog.text) FROM pg_catalog.pg_attrdef
   WHERE ${only('relations', 'adrelid')} GROUP BY adrelid`;

export async function loadDefaults(
  query: CatalogQuery,
  relations: LoadedRelations,
  texts: SharedTexts,
): Promise<void> {
  await eachRow(query, defaultSql, ([oid, defaults]) =>
    relations.get(numberOf(oid))?.packed?.setDefaults(texts.share(textOf(defaults))),
  );
}

const commentSql = `
  SELECT objoid, max(description) FILTER (WHERE objsubid = 0),
         json_object_agg(objsubid, description) FILTER (WHERE objsubid > 0)
    FROM pg_catalog.pg_description
   WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND ${only('relations', 'objoid')} GROUP BY objoid`;

export async function loadComments(
  query: CatalogQuery,
  relations: LoadedRelations,
  texts: SharedTexts,
): Promise<void> {
  await eachRow(query, commentSql, ([oid, own, ofColumns]) => {
    const relation = relations.get(numberOf(oid));
    if (relation === undefined) return;
    if (typeof own === 'string') relation.belongings.comment = own;
    if (typeof ofColumns === 'string') relation.packed?.setComments(texts.share(ofColumns));
  });
}
