// What belongs to a table without being in it: foreign keys from and to it, its indexes, its toast table.
import type { Reference, ReferenceAction } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, numbersOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

/** Of a partitioned table's foreign key each partition has a copy, on either side. */
const referenceSql = `
  SELECT c.confrelid, c.conrelid, c.conname, pg_catalog.array_to_string(c.conkey, ' '),
         pg_catalog.array_to_string(c.confkey, ' '), c.confdeltype, c.confupdtype,
         p.confrelid IS NOT DISTINCT FROM c.confrelid, p.conrelid IS NOT DISTINCT FROM c.conrelid
    FROM pg_catalog.pg_constraint c LEFT JOIN pg_catalog.pg_constraint p ON p.oid = c.conparentid
   WHERE c.contype = 'f' AND (${only('relations', 'c.conrelid')} OR ${only('relations', 'c.confrelid')})
   ORDER BY c.confrelid, c.conrelid, c.conname`;

const actions: Readonly<Record<string, ReferenceAction>> = {
  a: 'refuse',
  r: 'refuse',
  c: 'cascade',
  n: 'set_null',
  d: 'set_default',
};

export async function loadReferences(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, referenceSql, (row) => {
    const reference: Reference = {
      name: textOf(row[2]),
      relation: numberOf(row[1]),
      columns: numbersOf(textOf(row[3])),
      target: numberOf(row[0]),
      targetColumns: numbersOf(textOf(row[4])),
      onDelete: actionOf(textOf(row[5])),
      onUpdate: actionOf(textOf(row[6])),
    };
    const { target, relation } = reference;
    // Who follows the one of the root follows its partitions.
    if (row[7] !== 't') append(relations.get(target), 'referencedBy', reference);
    if (row[8] !== 't') append(relations.get(relation), 'references', reference);
  });
}

function actionOf(code: string): ReferenceAction {
  const action = actions[code];
  if (action === undefined) throw new Error(`a foreign key has an action that nobody knows: ${code}`);
  return action;
}

const belongingSql = `
  SELECT indexrelid, indrelid FROM pg_catalog.pg_index WHERE ${only('relations', 'indexrelid')}
  UNION ALL
  SELECT reltoastrelid, oid FROM pg_catalog.pg_class WHERE reltoastrelid <> 0 AND ${only('relations', 'oid')}`;

export async function loadBelonging(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, belongingSql, ([oid, table]) => {
    const relation = relations.get(numberOf(oid));
    if (relation !== undefined) relation.table = numberOf(table);
  });
}
