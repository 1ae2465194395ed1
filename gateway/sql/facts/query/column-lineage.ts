// What stands behind a relation's column and a function's result: definitions of views, generated columns, bodies.
import type { Node, Query } from '../../analyzed/registry/node.ts';
import type { Scope } from '../../analyzed/scope.ts';
import { outputsOf } from '../../analyzed/target-list.ts';
import type { CatalogView, Relation, Routine } from '../catalog-view.ts';
import { columnOrigin, nowhere, type Origin, type Origins, union } from '../origins.ts';
import { type Definitions, definitionsOf } from './definitions.ts';
import { selfScope } from './self-scope.ts';

/** Where the values of a tree come from. */
export interface TreeLineage {
  of(root: Node | null, scope: Scope | undefined): Origins;
  outputs(query: Query, outer: Scope | undefined): readonly Origins[];
}

export class ColumnLineage {
  /** Definitions that could not be read: what they show may come from anywhere. */
  readonly unread = new Set<string>();
  readonly #catalog: CatalogView;
  readonly #definitions: Definitions;
  readonly #trees: TreeLineage;
  readonly #views = new Map<number, readonly Origins[]>();
  readonly #routines = new Map<number, Origins>();

  constructor(catalog: CatalogView, trees: TreeLineage) {
    this.#catalog = catalog;
    this.#definitions = definitionsOf(catalog);
    this.#trees = trees;
  }

  /** Of a relation's column, 0 for the whole row: what a view shows, and what a generated column is made of. */
  ofColumn(relation: Relation, number: number): Origins {
    if (number === 0) {
      const numbers = relation.columns.flatMap((column) => (column === undefined ? [] : [column.number]));
      return union(numbers.map((each) => this.ofColumn(relation, each)));
    }
    const own = new Set([columnOrigin(relation.oid, number)]);
    const column = relation.columns[number - 1];
    const generated =
      column?.generated === undefined || column.expression === undefined
        ? nowhere
        : this.#ofStored(column.expression, relation);
    return union([
      own,
      this.#viewOutputs(relation)[number - 1] ?? nowhere,
      generated,
      this.#ofDescendants(relation, number),
    ]);
  }

  /** The value of one stored column, unchanged, also behind views. */
  isColumn(oid: number, number: number): boolean {
    const relation = this.#catalog.relation(oid);
    // Column 0 is the row as a whole.
    if (relation === undefined || number === 0) return false;
    if (relation.definition === undefined) return true;
    const reading = this.#definitions.actions(relation.definition);
    const output = reading.known ? outputsOf(reading.tree[0] as Query)[number - 1] : undefined;
    return output !== undefined && this.isColumn(output.resorigtbl, output.resorigcol);
  }

  #ofStored(text: string, self: Relation): Origins {
    const reading = this.#definitions.expression(text);
    if (reading.known) return this.#trees.of(reading.tree, selfScope(self));
    this.unread.add(`an expression of ${self.schema}.${self.name}`);
    return nowhere;
  }

  #viewOutputs(relation: Relation): readonly Origins[] {
    if (relation.definition === undefined) return [];
    const known = this.#views.get(relation.oid);
    if (known !== undefined) return known;
    // A view whose definition leads back to it (through a rule) adds nothing on the second visit.
    this.#views.set(relation.oid, []);
    const reading = this.#definitions.actions(relation.definition);
    const query = reading.known ? reading.tree[0] : undefined;
    if (query === undefined) this.unread.add(`${relation.schema}.${relation.name}`);
    const outputs = query === undefined ? [] : this.#trees.outputs(query, undefined);
    this.#views.set(relation.oid, outputs);
    return outputs;
  }

  /** Rows of a parent are rows of its children too: a label that only a child's column has is not lost. */
  #ofDescendants(relation: Relation, number: number): Origins {
    if (relation.children.length === 0) return nowhere;
    const name = relation.columns[number - 1]?.name;
    const found = new Set<Origin>();
    const seen = new Set<number>();
    const waiting = [...relation.children];
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      const child = this.#catalog.relation(oid);
      if (child === undefined || seen.has(oid)) continue;
      seen.add(oid);
      waiting.push(...child.children);
      const column = child.columns.find((candidate) => candidate?.name === name);
      if (column !== undefined && column.labels.length > 0) found.add(columnOrigin(oid, column.number));
    }
    return found;
  }

  /** Of what a function gives, beside its arguments. */
  ofRoutine(oid: number): Origins {
    const routine = this.#catalog.routine(oid);
    if (routine === undefined || (routine.body === undefined && routine.vouch === undefined)) return nowhere;
    const known = this.#routines.get(oid);
    if (known !== undefined) return known;
    this.#routines.set(oid, nowhere);
    const origins = union([new Set(routine.vouch?.carries ?? []), this.#ofBody(routine)]);
    this.#routines.set(oid, origins);
    return origins;
  }

  #ofBody({ schema, name, body }: Routine): Origins {
    const reading = body === undefined ? undefined : this.#definitions.body(body);
    if (reading === undefined) return nowhere;
    if (!reading.known) {
      this.unread.add(`${schema}.${name}`);
      return nowhere;
    }
    return union(reading.tree.flatMap((query) => this.#trees.outputs(query, undefined)));
  }
}
