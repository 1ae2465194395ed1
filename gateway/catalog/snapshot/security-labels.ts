// SECURITY LABEL on columns, where the server has a provider for them.
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import { only } from './own-part.ts';

export type SecurityLabel = Readonly<{ relation: number; column: number; provider: string; label: string }>;

const securityLabelSql = `
  SELECT objoid, objsubid, provider, label FROM pg_catalog.pg_seclabel
   WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objsubid > 0
     AND ${only('relations', 'objoid')}
   ORDER BY objoid, objsubid, provider`;

export async function loadSecurityLabels(query: CatalogQuery): Promise<readonly SecurityLabel[]> {
  const labels: SecurityLabel[] = [];
  await eachRow(query, securityLabelSql, ([relation, column, provider, label]) =>
    labels.push({
      relation: numberOf(relation),
      column: numberOf(column),
      provider: textOf(provider),
      label: textOf(label),
    }),
  );
  return labels;
}
