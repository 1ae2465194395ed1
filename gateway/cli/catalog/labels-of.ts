// The labels of a column and where each comes from: itself, its parents, or the columns that it shows.

import { type CatalogView, createColumnLabels } from '../../sql/index.ts';
import type { LabelsOf } from './describe-relation.ts';

export function createLabelsOf(catalog: CatalogView): LabelsOf {
  const reaching = createColumnLabels(catalog);
  return (relation, { number, labels }) => [
    ...labels.map(({ name, from, inheritedFrom }) => ({
      name,
      from,
      of: inheritedFrom === undefined ? [] : [inheritedFrom],
    })),
    ...reaching(relation, number)
      .filter(({ name }) => !labels.some((own) => own.name === name))
      .map(({ name, of }) => ({ name, from: 'lineage' as const, of })),
  ];
}
