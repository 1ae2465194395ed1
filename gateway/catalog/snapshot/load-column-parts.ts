// Defaults of columns, and comments on columns and relations.
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import type { RelationDrafts } from './load-relations.ts';
import type { SharedTexts } from './shared-values.ts';

const defaultSql = 'SELECT adrelid, adnum, adbin FROM pg_catalog.pg_attrdef';

export async function loadDefaults(
  query: CatalogQuery,
  relations: RelationDrafts,
  texts: SharedTexts,
): Promise<void> {
  await eachRow(query, defaultSql, ([relation, number, tree]) => {
    const column = relations.get(numberOf(relation))?.columns[numberOf(number) - 1];
    if (column !== undefined) column.expression = texts.share(textOf(tree));
  });
}

const commentSql = `
  SELECT objoid, objsubid, description FROM pg_catalog.pg_description
   WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass`;

export async function loadComments(query: CatalogQuery, relations: RelationDrafts): Promise<void> {
  await eachRow(query, commentSql, ([oid, number, text]) => {
    const relation = relations.get(numberOf(oid));
    const column = relation?.columns[numberOf(number) - 1];
    if (column !== undefined) column.comment = textOf(text);
    else if (relation !== undefined && number === '0') relation.comment = textOf(text);
  });
}
