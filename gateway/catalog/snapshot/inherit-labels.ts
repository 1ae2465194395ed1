// Labels that relations have from others: from parents and partition roots, and toast tables from their tables.
import type { ColumnLabel } from '../../sql/index.ts';
import { joinName } from './catalog-names.ts';
import type { LoadedRelation, LoadedRelations } from './loaded-relation.ts';
import { Turns } from './turns.ts';

type Said = Readonly<{ column: string; labels: readonly ColumnLabel[] }>;

/** To children at any depth, by the column's name: its number may be another one there. */
export async function inheritLabels(
  relations: LoadedRelations,
  labelled: ReadonlySet<LoadedRelation>,
): Promise<void> {
  const turns = new Turns();
  // What was said of a column itself is passed on, with the name of the relation that it was said of.
  const sources = [...labelled].filter(({ children }) => children.length > 0);
  const saidOf = new Map(sources.map((source) => [source, labelsByName(source)]));
  for (const [source, said] of saidOf) {
    const from = joinName(source.schema, source.name);
    for (const descendant of descendantsOf(source, relations)) {
      for (const { column, labels } of said) passOn(descendant, column, labels, from);
      if (turns.areDue()) await turns.give();
    }
  }
}

function labelsByName({ packed }: LoadedRelation): readonly Said[] {
  const names = packed?.names();
  return [...(packed?.labels ?? [])].map(([number, labels]) => ({
    column: names?.get(number) ?? '',
    labels,
  }));
}

function passOn(
  { packed }: LoadedRelation,
  name: string,
  labels: readonly ColumnLabel[],
  from: string,
): void {
  const number = packed?.numberOf(name);
  if (number === undefined) return;
  for (const label of labels)
    packed?.addLabel(number, { ...label, inheritedFrom: label.inheritedFrom ?? from });
}

function descendantsOf(ancestor: LoadedRelation, relations: LoadedRelations): ReadonlySet<LoadedRelation> {
  const found = new Set([ancestor]);
  // The set grows while it is walked, and holds nothing twice.
  for (const relation of found)
    for (const oid of relation.children) {
      const child = relations.get(oid);
      if (child !== undefined) found.add(child);
    }
  found.delete(ancestor);
  return found;
}

/** A toast table holds the long values of every column of its table. */
export async function labelToastTables(relations: LoadedRelations): Promise<void> {
  const turns = new Turns();
  for (const toast of relations.values()) {
    if (turns.areDue()) await turns.give();
    if (toast.kind !== 'toast' || toast.table === undefined) continue;
    const owner = relations.get(toast.table);
    const labels = [...(owner?.packed?.labels.values() ?? [])].flat();
    if (owner === undefined || labels.length === 0) continue;
    // The columns are those of every toast table: this one gets its own.
    toast.packed = toast.packed?.copy();
    passOn(toast, 'chunk_data', labels, joinName(owner.schema, owner.name));
  }
}
