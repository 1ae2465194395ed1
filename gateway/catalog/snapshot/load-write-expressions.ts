// What every write to a table evaluates, whatever its statement says (checks, indexes, partition keys), and ANALYZE.
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

const expressionSql = `
  SELECT conrelid, conbin::pg_catalog.text FROM pg_catalog.pg_constraint
   WHERE conrelid <> 0 AND contype = 'c' AND conbin IS NOT NULL AND ${only('relations', 'conrelid')}
  UNION ALL
  SELECT indrelid, tree::pg_catalog.text FROM pg_catalog.pg_index, LATERAL (VALUES (indexprs), (indpred)) AS t (tree)
   WHERE tree IS NOT NULL AND ${only('relations', 'indrelid')}
  UNION ALL
  SELECT partrelid, partexprs::pg_catalog.text FROM pg_catalog.pg_partitioned_table 
   WHERE partexprs IS NOT NULL AND ${only('relations', 'partrelid')}
  ORDER BY 1, 2`;

const statisticsSql = `
  SELECT stxrelid, stxexprs::pg_catalog.text FROM pg_catalog.pg_statistic_ext
   WHERE stxexprs IS NOT NULL AND ${only('relations', 'stxrelid')}
  ORDER BY 1, 2`;

/** An index on expressions has their types. */
const treeSql = `
  SELECT DISTINCT i.indrelid, coalesce(t.atttypid, a.atttypid)
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'gist'
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid
    LEFT JOIN pg_catalog.pg_attribute t ON t.attrelid = i.indrelid AND t.attnum = i.indkey[a.attnum - 1] AND t.attnum <> 0
   WHERE ${only('relations', 'i.indrelid')}
   ORDER BY 1, 2`;

export async function loadWriteExpressions(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, expressionSql, ([oid, tree]) =>
    append(relations.get(numberOf(oid)), 'writeExpressions', textOf(tree)),
  );
  await eachRow(query, treeSql, ([oid, type]) =>
    append(relations.get(numberOf(oid)), 'treeTypes', numberOf(type)),
  );
}

export async function loadStatisticsExpressions(
  query: CatalogQuery,
  relations: LoadedRelations,
): Promise<void> {
  await eachRow(query, statisticsSql, ([oid, trees]) =>
    append(relations.get(numberOf(oid)), 'statisticsExpressions', textOf(trees)),
  );
}
