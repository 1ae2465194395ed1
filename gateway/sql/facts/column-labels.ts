// The labels that reach a column: its own, and those of the columns that it shows or is computed from.
import { BrokenTree } from '../analyzed/scope.ts';
import type { CatalogView, Relation } from './catalog-view.ts';
import type { ColumnName } from './facts.ts';
import { columnOrigin, nowhere, numberOf, type Origins, relationOf } from './origins.ts';
import { Lineage } from './query/lineage.ts';

export type ReachingLabel = Readonly<{
  name: string;
  /** The columns behind this one that carry it; none for what a function on the way is said to carry. */
  of: readonly ColumnName[];
}>;

/** Only what comes from elsewhere: a column's own labels stand in the catalog. */
export function createColumnLabels(
  catalog: CatalogView,
): (relation: Relation, number: number) => readonly ReachingLabel[] {
  const lineage = new Lineage(catalog);
  const originsOf = (relation: Relation, number: number): Origins => {
    try {
      return lineage.columns.ofColumn(relation, number);
    } catch (error) {
      if (error instanceof BrokenTree) return nowhere;
      throw error;
    }
  };
  return (relation, number) => {
    const own = columnOrigin(relation.oid, number);
    const found = new Map<string, ColumnName[]>();
    const add = (name: string, of: readonly ColumnName[]): void => {
      found.set(name, [...(found.get(name) ?? []), ...of]);
    };
    for (const origin of originsOf(relation, number)) {
      if (typeof origin === 'string') add(origin, []);
      else if (origin !== own) {
        const { labels, name } = columnAt(catalog, origin);
        for (const label of labels) add(label, [name]);
      }
    }
    return [...found].map(([name, of]) => ({ name, of }));
  };
}

function columnAt(catalog: CatalogView, origin: number): { labels: readonly string[]; name: ColumnName } {
  const relation = catalog.relation(relationOf(origin));
  const column = relation?.columns[numberOf(origin) - 1];
  const labels = column?.labels.map((label) => label.name) ?? [];
  return { labels, name: `${relation?.schema}.${relation?.name}.${column?.name}` };
}
