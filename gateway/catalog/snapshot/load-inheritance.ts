// Who inherits from whom, partitions of tables and of indexes included.
import { type CatalogQuery, eachRow, numberOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';

/** A partition that is being detached still belongs to its root for statements that began before. */
const inheritanceSql = 'SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno';

export async function loadInheritance(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, inheritanceSql, (row) => {
    const [child, parent] = [relations.get(numberOf(row[0])), relations.get(numberOf(row[1]))];
    // Temporary heirs are left out: the server shows them to their own session only.
    if (child === undefined || parent === undefined) return;
    append(child, 'parents', parent.oid);
    append(parent, 'children', child.oid);
  });
}
