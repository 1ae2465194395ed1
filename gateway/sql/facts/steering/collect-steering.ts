// Which values decide what a query does beside the rows it finds: what is evaluated, how often, and whether it fails.
import type { Node, NodeOf } from '../../analyzed/registry/node.ts';
import type { Scope } from '../../analyzed/scope.ts';
import { forEachChild } from '../../analyzed/walk.ts';
import type { Collector } from '../collector.ts';
import type { ColumnUse } from '../facts.ts';
import { behindColumn } from './behind-column.ts';
import { isQuiet, staysWithin } from './quiet.ts';
import { computationOf, givesRows } from './sure-call.ts';
import { partsOfValue } from './sure-functions.ts';

type Step = Readonly<{
  node: Node;
  /** It is part of a computation that can fail by its values. */
  computed: boolean;
}>;

type Use = (nodes: readonly Node[], as: ColumnUse) => void;

/** Of the query alone, without those inside it. */
export function collectSteering(scope: Scope, collector: Collector, use: Use): void {
  const waiting: Step[] = [];
  const addChildren = (node: Node, computed: boolean): void =>
    forEachChild(node, (child) => {
      if (child.tag !== 'QUERY') waiting.push({ node: child, computed });
    });
  addChildren(scope.query, false);
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { node } = step;
    const decided = decisionIn(node, step.computed, scope, collector);
    if (decided !== undefined) use(decided, 'predicate');
    const computed = step.computed || (decided === undefined && computes(node, scope, collector, use));
    addChildren(node, computed);
  }
}

/** What the values decide is evaluated, and how many rows there are; undefined where nothing is decided by the node. */
function decisionIn(
  node: Node,
  computed: boolean,
  scope: Scope,
  collector: Collector,
): readonly Node[] | undefined {
  const quiet = (each: Node): boolean => isQuiet(each, scope, collector);
  switch (node.tag) {
    case 'CASEEXPR': {
      const results = [...node.args.flatMap(resultOf), ...nodes(node.defresult)];
      const conditions = node.args.flatMap(conditionOf);
      if (!computed && [...results, ...conditions.slice(1)].every(quiet)) return undefined;
      return [...nodes(node.arg), ...conditions];
    }
    case 'COALESCEEXPR':
      return node.args.slice(1).every(quiet) ? undefined : node.args.slice(0, -1);
    case 'BOOLEXPR': {
      const loud = node.boolop === 'not' ? [] : node.args.filter((arg) => !quiet(arg));
      if (loud.length === 0) return undefined;
      return loud.length === 1 ? node.args.filter((arg) => arg !== loud[0]) : node.args;
    }
    case 'ROWCOMPAREEXPR': {
      // A pair is worked out only where those before it are equal.
      const later = [...node.largs.slice(1), ...node.rargs.slice(1)];
      return later.every(quiet) ? undefined : [...node.largs, ...node.rargs];
    }
    case 'SUBSCRIPTINGREF': {
      // Of an array that is NULL no subscript is worked out.
      const places = [...node.refupperindexpr, ...node.reflowerindexpr].flatMap(nodes);
      return places.every(quiet) ? undefined : nodes(node.refexpr);
    }
    case 'TABLEFUNC':
    case 'TABLESAMPLECLAUSE':
      return [node];
    case 'WINDOWCLAUSE':
      return [...nodes(node.startOffset), ...nodes(node.endOffset)];
    default:
      return givesRows(node) && !givesParts(node, scope, collector) ? node.args : undefined;
  }
}

/** Notes what can make the node's computation fail, or take long; true where that is every value in it. */
function computes(node: Node, scope: Scope, collector: Collector, use: Use): boolean {
  const computation = computationOf(node, collector.catalog);
  if (computation === undefined || (givesRows(node) && givesParts(node, scope, collector))) return false;
  const { args, sure } = computation;
  if (sure === undefined || !staysWithin(computation, scope, collector)) {
    use(args, 'computed');
    return true;
  }
  const given = args.filter((_, at) => sure.takes(at) === 'c');
  use(given, 'computed');
  return false;
}

/** How many parts a stored value has. */
function givesParts(node: NodeOf<'FUNCEXPR' | 'OPEXPR'>, scope: Scope, collector: Collector): boolean {
  if (node.tag !== 'FUNCEXPR') return false;
  const routine = collector.catalog.routine(node.funcid);
  if (routine === undefined || !routine.builtin || !partsOfValue.has(routine.name)) return false;
  return node.args.every((arg) => arg.tag === 'VAR' && behindColumn(arg, scope, collector)?.length === 0);
}

const nodes = (node: Node | null): readonly Node[] => (node === null ? [] : [node]);
const conditionOf = (node: Node): readonly Node[] => (node.tag === 'CASEWHEN' ? [node.expr] : []);
const resultOf = (node: Node): readonly Node[] => (node.tag === 'CASEWHEN' ? [node.result] : []);
