// Who inherits from whom, partitions of tables and of indexes included.
import { type CatalogQuery, eachRow, numberOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

/** A partition that is being detached still belongs to its root for statements that began before. */
const inheritanceSql = `
  SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class ON oid = inhrelid
   WHERE NOT pg_catalog.pg_is_other_temp_schema(relnamespace)
     AND (${only('relations', 'inhrelid')} OR ${only('relations', 'inhparent')}) ORDER BY inhrelid, inhseqno`;

/** Temporary heirs are left out where their schema is: the server shows them to their own session only. */
export async function loadInheritance(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, inheritanceSql, (row) => {
    const [child, parent] = [numberOf(row[0]), numberOf(row[1])];
    if (!query.atOnce && !(relations.has(child) && relations.has(parent))) return;
    append(relations.get(child), 'parents', parent);
    append(relations.get(parent), 'children', child);
  });
}
