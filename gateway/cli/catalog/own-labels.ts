// The labels that a column has itself, or from the tables that it inherits from.

import type { LabelsOf } from './describe-relation.ts';

export const ownLabels: LabelsOf = (_, { labels }) =>
  labels.map(({ name, from, inheritedFrom }) => ({
    name,
    from,
    of: inheritedFrom === undefined ? [] : [inheritedFrom],
  }));
