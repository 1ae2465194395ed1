// Which columns a value comes from: through aliases, joins, subqueries, CTEs, set operations, views and writes.

import type { Expression, Node, NodeOf, Query, RangeTableEntry, Var } from '../../analyzed/registry/node.ts';
import { BrokenTree, entryAt, resolveCte, type Scope, scopeAbove } from '../../analyzed/scope.ts';
import { outputsOf, targetOf } from '../../analyzed/target-list.ts';
import { forEachChild } from '../../analyzed/walk.ts';
import type { CatalogView } from '../catalog-view.ts';
import { columnOrigin, nowhere, type Origin, type Origins, sameOrigins, union } from '../origins.ts';
import { assignments } from './assignments.ts';
import { ColumnLineage, type TreeLineage } from './column-lineage.ts';

/**
 * Everything that could go into a value is among its origins: conditions of CASE, arguments of functions, order and
 * partition of windows. What only decides whether a row is there (WHERE, EXISTS) is a use, and no origin.
 */
export class Lineage implements TreeLineage {
  readonly columns: ColumnLineage;
  readonly #catalog: CatalogView;
  #outputs = new Map<Query, readonly Origins[]>();
  /** Recursive CTEs that are being followed, with what is known of their columns so far. */
  readonly #recursive = new Map<Query, readonly Origins[]>();

  constructor(catalog: CatalogView) {
    this.#catalog = catalog;
    this.columns = new ColumnLineage(catalog, this);
  }

  /** Of each column that the query gives back. */
  outputs(query: Query, outer: Scope | undefined): readonly Origins[] {
    const known = this.#outputs.get(query);
    if (known !== undefined) return known;
    const scope = { query, outer };
    const outputs =
      query.setOperations === null
        ? outputsOf(query).map(({ expr }) => this.of(expr, scope))
        : this.#setOperation(query.setOperations, scope);
    this.#outputs.set(query, outputs);
    return outputs;
  }

  of(root: Node | null, scope: Scope | undefined): Origins {
    if (root === null) return nowhere;
    const found = new Set<Origin>();
    const waiting: Node[] = [root];
    const add = (origins: Origins) => {
      for (const origin of origins) found.add(origin);
    };
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      switch (node.tag) {
        case 'VAR':
          add(this.#ofVar(node, scope));
          continue;
        case 'SUBLINK':
          // EXISTS tells whether there is a row, and no value.
          if (node.subLinkType !== 'exists') add(union(this.outputs(node.subselect, scope)));
          if (node.testexpr !== null) waiting.push(node.testexpr);
          continue;
        case 'FIELDSELECT': {
          const field = this.#ofField(node, scope);
          if (field === undefined) waiting.push(node.arg);
          else add(field);
          continue;
        }
        case 'PARAM':
          if (node.paramkind === 'multiexpr') add(this.#ofMultiple(node, scope));
          continue;
        case 'WINDOWFUNC':
          waiting.push(...windowTargets(node, scope));
          break;
        case 'FUNCEXPR':
          add(this.columns.ofRoutine(node.funcid));
          break;
        case 'OPEXPR':
        case 'DISTINCTEXPR':
        case 'NULLIFEXPR':
        case 'SCALARARRAYOPEXPR':
          add(this.columns.ofRoutine(this.#catalog.operator(node.opno)?.function ?? node.opfuncid));
          break;
        case 'AGGREF':
          add(this.columns.ofRoutine(node.aggfnoid));
          break;
      }
      forEachChild(node, (child) => waiting.push(child));
    }
    return found;
  }

  #ofVar(variable: Var, scope: Scope | undefined): Origins {
    const above = scopeAbove(scope, variable.varlevelsup);
    if (above === undefined) throw new BrokenTree('a column outside every query');
    return this.#ofEntryColumn(above, variable.varno, variable.varattno);
  }

  #ofEntryColumn(scope: Scope, index: number, number: number): Origins {
    const entry = entryAt(scope.query, index);
    const pick = (columns: readonly Origins[]): Origins =>
      // Beyond the query's own columns stand those of SEARCH and CYCLE, which are made of the others.
      number > 0 && number <= columns.length ? (columns[number - 1] ?? nowhere) : union(columns);
    switch (entry.rtekind) {
      case 'relation': {
        const relation = this.#catalog.relation(entry.relid);
        const column =
          relation === undefined
            ? new Set([columnOrigin(entry.relid, number)])
            : this.columns.ofColumn(relation, number);
        return union([column, ...this.#assigned(scope, index, number)]);
      }
      case 'subquery':
        return pick(this.outputs(entry.subquery, scope));
      case 'join':
        return pick(entry.joinaliasvars.map((alias) => this.of(alias, scope)));
      case 'function':
        return union(entry.functions.map(({ funcexpr }) => this.of(funcexpr, scope)));
      case 'tablefunc':
        return this.of(entry.tablefunc, scope);
      case 'values': {
        const width = entry.values_lists[0]?.length ?? 0;
        return pick(
          Array.from({ length: width }, (_, at) =>
            union(entry.values_lists.map((row) => this.of(row[at] ?? null, scope))),
          ),
        );
      }
      case 'cte':
        return pick(this.#ofCte(scope, entry));
      case 'group':
        return pick(entry.groupexprs.map((expression) => this.of(expression, scope)));
      default:
        return entry satisfies never;
    }
  }

  /** RETURNING shows what the query writes into the row, and EXCLUDED what it was to insert. */
  #assigned(scope: Scope, index: number, number: number): readonly Origins[] {
    const { query } = scope;
    const written =
      index === query.resultRelation
        ? assignments(query)
        : index === query.onConflict?.exclRelIndex
          ? query.targetList
          : [];
    return written
      .filter(({ resno }) => number === 0 || resno === number)
      .map(({ expr }) => this.ofAssigned(expr, scope));
  }

  /** Of an assigned value, in which the target's own columns stand for what they were before. */
  ofAssigned(expr: Expression, { query, outer }: Scope): Origins {
    return this.of(expr, { query: { ...query, resultRelation: 0 }, outer });
  }

  #ofCte(scope: Scope, entry: RangeTableEntry<'cte'>): readonly Origins[] {
    const { cte, scope: around } = resolveCte(scope, entry);
    const query = cte.ctequery;
    const soFar = this.#recursive.get(query);
    if (soFar !== undefined) return soFar;
    if (!cte.cterecursive) return this.outputs(query, around);
    return this.#outputs.get(query) ?? this.#fixpoint(query, around);
  }

  /** A recursive CTE's columns grow with each round until nothing is added. */
  #fixpoint(query: Query, around: Scope): readonly Origins[] {
    const before = this.#outputs;
    let columns: readonly Origins[] = [];
    for (;;) {
      this.#recursive.set(query, columns);
      // What is found in between holds for this round only.
      this.#outputs = new Map(before);
      const next = this.outputs(query, around);
      if (
        next.length === columns.length &&
        next.every((each, at) => sameOrigins(each, columns[at] ?? nowhere))
      )
        break;
      columns = next.map((each, at) => union([each, columns[at] ?? nowhere]));
    }
    this.#recursive.delete(query);
    return columns;
  }

  #setOperation(node: NodeOf<'SETOPERATIONSTMT'> | NodeOf<'RANGETBLREF'>, scope: Scope): readonly Origins[] {
    if (node.tag === 'RANGETBLREF') {
      const entry = entryAt(scope.query, node.rtindex);
      return entry.rtekind === 'subquery' ? this.outputs(entry.subquery, scope) : [];
    }
    const left = this.#setOperation(node.larg, scope);
    const right = this.#setOperation(node.rarg, scope);
    return left.map((each, at) => union([each, right[at] ?? nowhere]));
  }

  /** A field of a relation's row is that column alone; undefined for any other row. */
  #ofField({ arg, fieldnum }: NodeOf<'FIELDSELECT'>, scope: Scope | undefined): Origins | undefined {
    if (arg.tag !== 'VAR' || arg.varattno !== 0) return undefined;
    const above = scopeAbove(scope, arg.varlevelsup);
    if (above === undefined || entryAt(above.query, arg.varno).rtekind !== 'relation') return undefined;
    return this.#ofEntryColumn(above, arg.varno, fieldnum);
  }

  /** `SET (a, b) = (SELECT …)`: the query stands once in the target list, and each column names its place in it. */
  #ofMultiple({ paramid }: NodeOf<'PARAM'>, scope: Scope | undefined): Origins {
    if (scope === undefined) return nowhere;
    const [id, column] = [paramid >> 16, paramid & 0xffff];
    for (const { expr } of assignments(scope.query, true)) {
      if (expr.tag !== 'SUBLINK' || expr.subLinkType !== 'multiexpr' || expr.subLinkId !== id) continue;
      return this.outputs(expr.subselect, scope)[column - 1] ?? nowhere;
    }
    return nowhere;
  }
}

/** What the window of a call sorts and divides by: its result tells something of them. */
function windowTargets({ winref }: NodeOf<'WINDOWFUNC'>, scope: Scope | undefined): readonly Expression[] {
  const query = scope?.query;
  const window = query?.windowClause.find((candidate) => candidate.winref === winref);
  if (query === undefined || window === undefined) return [];
  return [...window.partitionClause, ...window.orderClause].map(
    (clause) => targetOf(query.targetList, clause).expr,
  );
}
