// What belongs to a table without being in it: foreign keys that point to it, its indexes, its toast table.
import type { Reference } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, numbersOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';

const referenceSql = `
  SELECT confrelid, conrelid, pg_catalog.array_to_string(conkey, ' '), confdeltype, confupdtype
    FROM pg_catalog.pg_constraint WHERE contype = 'f' ORDER BY confrelid, conrelid, conname`;

const actions: Readonly<Record<string, Reference['onDelete']>> = {
  a: 'refuse',
  r: 'refuse',
  c: 'cascade',
  n: 'set',
  d: 'set',
};

export async function loadReferences(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, referenceSql, (row) => {
    append(relations.get(numberOf(row[0])), 'referencedBy', {
      relation: numberOf(row[1]),
      columns: numbersOf(textOf(row[2])),
      onDelete: actionOf(textOf(row[3])),
      onUpdate: actionOf(textOf(row[4])),
    });
  });
}

function actionOf(code: string): Reference['onDelete'] {
  const action = actions[code];
  if (action === undefined) throw new Error(`a foreign key has an action that nobody knows: ${code}`);
  return action;
}

const belongingSql = `
  SELECT indexrelid, indrelid FROM pg_catalog.pg_index
  UNION ALL
  SELECT reltoastrelid, oid FROM pg_catalog.pg_class WHERE reltoastrelid <> 0`;

export async function loadBelonging(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, belongingSql, ([oid, table]) => {
    const relation = relations.get(numberOf(oid));
    if (relation !== undefined) relation.table = numberOf(table);
  });
}
