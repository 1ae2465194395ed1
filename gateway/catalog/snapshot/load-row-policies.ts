// Row security: the policies of tables where it is on.
import type { RowPolicy } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, optionalOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

const policySql = `
  SELECT p.polrelid, p.polname, p.polcmd, p.polqual, p.polwithcheck
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
   WHERE c.relrowsecurity AND ${only('relations', 'p.polrelid')} ORDER BY p.polrelid, p.polname`;

const commands: Readonly<Record<string, RowPolicy['command']>> = {
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
};

export async function loadRowPolicies(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, policySql, (row) => {
    append(relations.get(numberOf(row[0])), 'rowPolicies', {
      name: textOf(row[1]),
      command: commands[textOf(row[2])] ?? 'all',
      using: optionalOf(row[3]),
      check: optionalOf(row[4]),
    });
  });
}
