// Triggers that people made; the server's own keep foreign keys and deferred constraints.
import type { WriteEvent } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, optionalOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

const triggerSql = `
  SELECT tgrelid, tgname, tgfoid, tgtype, tgenabled, tgqual
    FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND ${only('relations', 'tgrelid')}
   ORDER BY tgrelid, tgname`;

/** The bits of tgtype (pg_trigger.h). */
const insteadOfBit = 64;
const eventBits: readonly (readonly [number, WriteEvent])[] = [
  [4, 'insert'],
  [8, 'delete'],
  [16, 'update'],
  [32, 'truncate'],
];

export async function loadTriggers(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, triggerSql, (row) => {
    const type = numberOf(row[3]);
    append(relations.get(numberOf(row[0])), 'triggers', {
      name: textOf(row[1]),
      function: numberOf(row[2]),
      events: eventBits.filter(([bit]) => (type & bit) !== 0).map(([, event]) => event),
      insteadOf: (type & insteadOfBit) !== 0,
      // O: outside replication, A: always.
      enabled: row[4] === 'O' || row[4] === 'A',
      condition: optionalOf(row[5]),
    });
  });
}
