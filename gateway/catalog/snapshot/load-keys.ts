// Keys: which columns' values pick out one row at most, whatever else the table holds.
import { type CatalogQuery, eachRow, numberOf, numbersOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

/**
 * Not while it is being built, not when it is checked at the end of a transaction or holds some rows only, and not when
 * it compares by another equality than the type's own.
 */
const keySql = `
  SELECT i.indrelid, i.indisprimary, i.indkey, i.indcollation, i.indnkeyatts
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = c.relam
   WHERE i.indisunique AND i.indimmediate AND i.indisvalid AND i.indisready AND i.indislive
     AND NOT i.indisexclusion AND i.indpred IS NULL AND i.indexprs IS NULL AND am.amname = 'btree'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass o
                      WHERE o.oid = ANY (i.indclass::pg_catalog.oid[]) AND NOT o.opcdefault)
     AND ${only('relations', 'i.indrelid')}
   ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid`;

export async function loadKeys(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, keySql, (row) => {
    const relation = relations.get(numberOf(row[0]));
    // A table's index doesn't see the rows of its heirs; that of a partitioned table sees them all.
    if (relation === undefined || (relation.kind === 'table' && relation.children.length > 0)) return;
    const count = numberOf(row[4]);
    append(relation, 'keys', {
      primary: row[1] === 't',
      columns: numbersOf(textOf(row[2])).slice(0, count),
      collations: numbersOf(textOf(row[3])),
    });
  });
}
