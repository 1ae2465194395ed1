// What partitioned tables are divided by.
import { type CatalogQuery, eachRow, numberOf, numbersOf, optionalOf, textOf } from './catalog-query.ts';
import type { LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

const keySql = `
  SELECT partrelid, partattrs, partexprs::pg_catalog.text FROM pg_catalog.pg_partitioned_table
   WHERE ${only('relations', 'partrelid')}`;

export async function loadPartitionKeys(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, keySql, ([oid, columns, expressions]) => {
    const relation = relations.get(numberOf(oid));
    if (relation === undefined) return;
    relation.belongings.partitionKey = {
      columns: numbersOf(textOf(columns)),
      expressions: optionalOf(expressions),
    };
  });
}
