// The types of analyzed trees, derived from the registry: a node is its tag and the fields that the registry names.
import type { clauses } from './clauses.ts';
import type { ExpressionTag, expressions } from './expressions.ts';
import type { FieldsOf } from './field-kind.ts';
import type { rangeTableEntry } from './range-table-entry.ts';

type Plain = typeof expressions & typeof clauses;
type Entry = typeof rangeTableEntry;

// An interface, since its members may refer back to it.
interface Nodes extends PlainNodes {
  RANGETBLENTRY: RangeTableEntry;
}
type PlainNodes = { [Tag in keyof Plain]: Readonly<{ tag: Tag }> & FieldsOf<Plain[Tag], Nodes> };

export type NodeTag = keyof Nodes;

/** The node of one tag: `NodeOf<'FUNCEXPR'>` has `funcid`, `args` and so on. Fields of other versions are undefined. */
export type NodeOf<Tag extends NodeTag> = Nodes[Tag];

/** Any expression; its `tag` tells which. */
export type Expression = Nodes[ExpressionTag];

export type RangeTableKind = keyof Entry['kinds'];

/** A range table entry of one kind, or of any: its `rtekind` tells which. */
export type RangeTableEntry<Kind extends RangeTableKind = RangeTableKind> = {
  [K in Kind]: Readonly<{ tag: 'RANGETBLENTRY'; rtekind: K }> &
    Omit<FieldsOf<Entry['before'], Nodes>, 'rtekind'> &
    FieldsOf<Entry['kinds'][K], Nodes> &
    FieldsOf<Entry['after'], Nodes>;
}[Kind];

export type Node = Nodes[NodeTag];

export type Query = NodeOf<'QUERY'>;
export type TargetEntry = NodeOf<'TARGETENTRY'>;
export type Var = NodeOf<'VAR'>;
