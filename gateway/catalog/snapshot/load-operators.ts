// Operators and the functions behind them.
import type { Operator } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import type { ObjectNames } from './object-names.ts';
import { only } from './own-part.ts';
import type { SharedTexts } from './shared-values.ts';

const operatorSql = `
  SELECT oid, oprnamespace, oprname, oprcode::pg_catalog.oid FROM pg_catalog.pg_operator
   WHERE ${only('recent', 'xmin')}`;

export async function loadOperators(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
): Promise<ReadonlyMap<number, Operator>> {
  const operators = new Map<number, Operator>();
  await eachRow(query, operatorSql, (row) => {
    const schema = names.schema(numberOf(row[1]));
    if (schema === undefined) return;
    const oid = numberOf(row[0]);
    operators.set(oid, {
      oid,
      schema,
      name: texts.share(textOf(row[2])),
      function: numberOf(row[3]),
    });
  });
  return operators;
}
