// Who inherits from whom, partitions of tables and of indexes included.
import { type CatalogQuery, eachRow, numberOf } from './catalog-query.ts';
import type { RelationDrafts } from './load-relations.ts';
import { Lists } from './shared-values.ts';

/** A partition that is being detached still belongs to its root for statements that began before. */
const inheritanceSql = 'SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno';

export async function loadInheritance(query: CatalogQuery, relations: RelationDrafts): Promise<void> {
  const parents = new Lists<number>();
  const children = new Lists<number>();
  await eachRow(query, inheritanceSql, (row) => {
    const [child, parent] = [numberOf(row[0]), numberOf(row[1])];
    // Temporary heirs are left out: the server shows them to their own session only.
    if (!relations.has(child) || !relations.has(parent)) return;
    parents.add(child, parent);
    children.add(parent, child);
  });
  for (const relation of relations.values()) {
    relation.parents = parents.of(relation.oid);
    relation.children = children.of(relation.oid);
  }
}
