// Walks what the catalog stores as trees: definitions of views and rules, bodies, and expressions of relations and types.
import type { Reading } from '../../analyzed/read-tree.ts';
import type { Query } from '../../analyzed/registry/node.ts';
import type { Call } from '../calls/call.ts';
import type { Relation, StoredTree } from '../catalog-view.ts';
import { qualified } from '../collector.ts';
import type { ColumnUse } from '../facts.ts';
import { collectQuery, collectTree, useExpression } from './collect-query.ts';
import type { Definitions } from './definitions.ts';
import { selfScope } from './self-scope.ts';
import type { Walk } from './walk.ts';

export class StoredTrees {
  readonly #definitions: Definitions;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** Those of a view, a rule or a body. */
  queries(reading: Reading<readonly Query[]>, what: string, walk: Walk): void {
    if (!reading.known) {
      walk.collector.opaque('definition', `the definition of ${what} can not be read`);
      return;
    }
    for (const query of reading.tree) collectQuery(query, walk);
  }

  /** An expression of the relation's own: its columns are those of the row at hand. */
  expression(text: StoredTree | undefined, relation: Relation, as: ColumnUse, walk: Walk): void {
    if (text === undefined) return;
    const reading = this.#definitions.expression(text);
    if (!reading.known) {
      walk.collector.opaque('definition', `an expression of ${qualified(relation)} can not be read`);
      return;
    }
    if (reading.tree === null) return;
    const scope = selfScope(relation);
    collectTree(reading.tree, scope, walk);
    useExpression(reading.tree, scope, as, walk);
  }

  expressions(text: StoredTree, relation: Relation, walk: Walk): void {
    if (!text.startsWith('(')) {
      this.expression(text, relation, 'read', walk);
      return;
    }
    const reading = this.#definitions.expressions(text);
    if (reading.known) collectTree(reading.tree, selfScope(relation), walk);
    else walk.collector.opaque('definition', `an expression of ${qualified(relation)} can not be read`);
  }

  /** Expressions that name no column: a domain's checks, the defaults of arguments. */
  call({ tree: text, form, of }: Extract<Call, { kind: 'stored' }>, outside: Walk): void {
    if (!outside.collector.follows(`stored ${of} ${text}`)) return;
    const walk = { ...outside, through: [...outside.through, of] };
    const reading =
      form === 'expression' ? this.#definitions.expression(text) : this.#definitions.expressions(text);
    if (!reading.known) walk.collector.opaque('definition', `an expression of ${of} can not be read`);
    else if (reading.tree !== null) collectTree(reading.tree, undefined, walk);
  }
}
