// A column that has no label, as this room looks at it.
import type { Snapshot } from '../catalog/index.ts';
import type { Column, Relation, RelationKind } from '../sql/index.ts';
import type { TableSense } from './names/table-words.ts';
import type { TypeClass } from './vocabulary/vocabulary.ts';

export type Candidate = Readonly<{
  key: string;
  relation: Relation;
  column: Column;
  type: TypeClass;
  table: TableSense;
}>;

export const columnKey = (relation: number, column: number): string => `${relation}.${column}`;

/** What holds rows of its own; views show columns of others, and have their labels. */
const holdsRows: ReadonlySet<RelationKind> = new Set<RelationKind>([
  'table',
  'partitioned_table',
  'foreign_table',
]);

const isOwn = (schema: string): boolean => !/^pg_|^information_schema$/.test(schema);

/** By schema and name. `schemas`: undefined for all that are not the server's own. */
export function relationsOf(snapshot: Snapshot, schemas: readonly string[] | undefined): readonly Relation[] {
  const isWanted = schemas === undefined ? isOwn : (schema: string): boolean => schemas.includes(schema);
  const key = ({ schema, name }: Relation): string => `${schema}\0${name}`;
  return Array.from(snapshot.relations())
    .filter((relation) => holdsRows.has(relation.kind) && isWanted(relation.schema))
    .sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** A label on the parent reaches it. */
export function isInherited(column: Column, relation: Relation, snapshot: Snapshot): boolean {
  return relation.parents.some((oid) =>
    snapshot.relation(oid)?.columns.some((inherited) => inherited?.name === column.name),
  );
}
