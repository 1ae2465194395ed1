// Whether anybody can tell from outside that an expression was evaluated: by an error, by time, by what it changes.
import type { Node } from '../../analyzed/registry/node.ts';
import { entryAt, type Scope, scopeAbove } from '../../analyzed/scope.ts';
import { outputsOf } from '../../analyzed/target-list.ts';
import { forEachChild, walkTree } from '../../analyzed/walk.ts';
import { typeOfNode } from '../calls/expression-type.ts';
import type { Collector } from '../collector.ts';
import { behindColumn, type Placed } from './behind-column.ts';
import { type Computation, computationOf, givesRows } from './sure-call.ts';

/** Nobody can: nothing in it can fail, takes long, or is done beside. */
export function isQuiet(root: Node, scope: Scope | undefined, collector: Collector): boolean {
  return everyNode({ node: root, scope }, collector, (node, around) => {
    if (node.tag === 'SUBLINK' || givesRows(node)) return false;
    const computation = computationOf(node, collector.catalog);
    if (computation === undefined) return true;
    const { args, sure } = computation;
    if (sure === undefined || !staysWithin(computation, around, collector)) return false;
    return args.every((arg, at) => sure.takes(at) === 'v' || isGiven(arg));
  });
}

/** The statement's author gives the value: no column has a part in it. */
function isGiven(root: Node): boolean {
  let found = true;
  walkTree(root, (node) => {
    if (node.tag === 'VAR' || node.tag === 'SUBLINK') found = false;
    return found;
  });
  return found;
}

/** Its result can't be made so long, or so large, that the server refuses it. */
export function staysWithin(
  { args, sure }: Computation,
  scope: Scope | undefined,
  collector: Collector,
): boolean {
  if (sure?.size === 'summed') return args.every((node) => isStored({ node, scope }, collector));
  if (sure?.size !== 'added' && sure?.size !== 'multiplied') return true;
  const others = sure.size === 'multiplied' ? 'single' : 'any';
  return args.every((node) => isShort({ node, scope }, others, collector));
}

function isShort(placed: Placed, sizes: 'any' | 'single', collector: Collector): boolean {
  return everyNode(placed, collector, (node, around) => {
    if (fixedSize.has(typeOf(node))) return 'leave out';
    if (node.tag === 'SUBLINK')
      return outputsOf(node.subselect).every(({ expr }) => {
        const within = around && { query: node.subselect, outer: around };
        return isShort({ node: expr, scope: within }, sizes, collector);
      });
    const computation = computationOf(node, collector.catalog);
    if (computation === undefined) return true;
    const size = computation.sure?.size;
    return size === 'bounded' || size === 'added' || (size === 'multiplied' && sizes === 'any');
  });
}

/** The value of a table's column as it is, which nothing of the author's can be added to; or the time of day. */
function isStored({ node, scope }: Placed, collector: Collector): boolean {
  const type = typeOf(node);
  // Many rows of one table are enough to make days overflow.
  if (type === INTERVAL) return false;
  if (node.tag === 'RELABELTYPE') return isStored({ node: node.arg, scope }, collector);
  if (node.tag === 'FUNCEXPR') return clocks.has(collector.catalog.routine(node.funcid)?.name ?? '');
  if (node.tag === 'SQLVALUEFUNCTION') return true;
  if (node.tag !== 'VAR') return false;
  const around = scopeAbove(scope, node.varlevelsup);
  const behind = behindColumn(node, scope, collector);
  if (around === undefined || behind === undefined) return false;
  if (behind.length === 0) return entryAt(around.query, node.varno).rtekind === 'relation';
  return behind.every((placed) => isStored(placed, collector));
}

const INTERVAL = 1186;
const clocks: ReadonlySet<string> = new Set(
  'now transaction_timestamp statement_timestamp clock_timestamp'.split(' '),
);

/** bool, int8, int2, int4, oid, float4, float8, date, time, timestamp, timestamptz, interval, timetz, numeric, uuid */
const fixedSize: ReadonlySet<number> = new Set([
  16, 20, 21, 23, 26, 700, 701, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950,
]);

/** A constant's type says nothing of how long it is. */
const typeOf = (node: Node): number => (node.tag === 'CONST' ? 0 : (typeOfNode(node) ?? 0));

/** Looks behind columns too. What `holds` says `leave out` of holds with everything below. */
function everyNode(
  root: Placed,
  collector: Collector,
  holds: (node: Node, scope: Scope | undefined) => boolean | 'leave out',
): boolean {
  const waiting: Placed[] = [root];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { node, scope } = step;
    const answer = holds(node, scope);
    if (answer === false) return false;
    if (answer === 'leave out' || node.tag === 'SUBLINK') continue;
    if (node.tag === 'VAR') {
      const behind = behindColumn(node, scope, collector);
      if (behind === undefined) return false;
      waiting.push(...behind);
      continue;
    }
    forEachChild(node, (child) => waiting.push({ node: child, scope }));
  }
  return true;
}
