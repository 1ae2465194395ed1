// What every write to a table evaluates, whatever its statement says: checks, indexes, partition keys.
import type { StoredTree } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import type { RelationDrafts } from './load-relations.ts';
import { Lists } from './shared-values.ts';

const expressionSql = `
  SELECT conrelid, conbin::pg_catalog.text FROM pg_catalog.pg_constraint
   WHERE conrelid <> 0 AND contype = 'c' AND conbin IS NOT NULL
  UNION ALL
  SELECT indrelid, tree::pg_catalog.text FROM pg_catalog.pg_index, LATERAL (VALUES (indexprs), (indpred)) AS t (tree)
   WHERE tree IS NOT NULL
  UNION ALL
  SELECT partrelid, partexprs::pg_catalog.text FROM pg_catalog.pg_partitioned_table WHERE partexprs IS NOT NULL
  ORDER BY 1, 2`;

export async function loadWriteExpressions(query: CatalogQuery, relations: RelationDrafts): Promise<void> {
  const expressions = new Lists<StoredTree>();
  await eachRow(query, expressionSql, ([relation, tree]) =>
    expressions.add(numberOf(relation), textOf(tree)),
  );
  for (const relation of relations.values()) relation.writeExpressions = expressions.of(relation.oid);
}
