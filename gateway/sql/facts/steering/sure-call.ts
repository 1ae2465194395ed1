// What a node of a tree calls, and whether that comes to an end with every value.
import type { Node, NodeOf, Query } from '../../analyzed/registry/node.ts';
import { walkTree } from '../../analyzed/walk.ts';
import type { CatalogView, Routine } from '../catalog-view.ts';
import { definitionsOf } from '../query/definitions.ts';
import { type SureFunction, sureFunction, sureOperator } from './sure-functions.ts';

/** What a node computes of which arguments; `sure` is undefined where it may fail, or take long, by their values. */
export type Computation = Readonly<{ args: readonly Node[]; sure: SureFunction | undefined }>;

const always: SureFunction = { takes: () => 'v', size: 'bounded' };
const pairs: SureFunction = { takes: (at) => (at % 2 === 0 ? 'c' : 'v'), size: 'bounded' };

/** Undefined for nodes that compute nothing by themselves. */
export function computationOf(node: Node, catalog: CatalogView): Computation | undefined {
  switch (node.tag) {
    case 'FUNCEXPR':
      return called(node.funcid, node.args, catalog);
    case 'WINDOWFUNC':
      return called(node.winfnoid, node.args, catalog);
    case 'AGGREF': {
      const args = node.args.flatMap((arg) => (arg.tag === 'TARGETENTRY' && !arg.resjunk ? [arg.expr] : []));
      return called(node.aggfnoid, [...node.aggdirectargs, ...args], catalog);
    }
    case 'OPEXPR':
    case 'DISTINCTEXPR':
    case 'NULLIFEXPR':
    case 'SCALARARRAYOPEXPR':
      return { args: node.args, sure: operated(node.opno, node.args.length, catalog) };
    case 'ROWCOMPAREEXPR': {
      const isSure = node.opnos.every((operator) => operated(operator, 2, catalog) !== undefined);
      return { args: [...node.largs, ...node.rargs], sure: isSure ? always : undefined };
    }
    case 'COERCEVIAIO':
      return { args: [node.arg], sure: texts.has(node.resulttype) ? always : undefined };
    case 'COERCETODOMAIN':
      return { args: [node.arg], sure: undefined };
    case 'ARRAYEXPR':
      // Arrays within arrays have to be of one size.
      return { args: node.elements, sure: node.multidims ? undefined : always };
    case 'XMLEXPR':
      return { args: [...node.named_args, ...node.args], sure: node.op === 'parse' ? undefined : always };
    case 'JSONEXPR':
      return { args: [node], sure: undefined };
    case 'JSONCONSTRUCTOREXPR':
      // No member is without a name.
      return { args: node.args, sure: node.unique ? undefined : node.type === 'object' ? pairs : always };
    default:
      return undefined;
  }
}

/** text, varchar, bpchar, name, "char", unknown: whatever is printed can be one. */
const texts: ReadonlySet<number> = new Set([25, 1043, 1042, 19, 18, 705]);

function called(oid: number, args: readonly Node[], catalog: CatalogView): Computation {
  const routine = catalog.routine(oid);
  return { args, sure: routine && sureRoutine(routine, args.length, catalog) };
}

function sureRoutine(routine: Routine, given: number, catalog: CatalogView): SureFunction | undefined {
  // Who vouches for a function knows what it does.
  if (routine.vouch !== undefined) return always;
  if (!routine.builtin) return sureBody(routine, catalog);
  return sureFunction(routine.name, routine.argumentTypes, given);
}

const bodies = new WeakMap<CatalogView, Map<number, SureFunction | undefined>>();

/** A body that is one expression, in which every value of the arguments will do. */
function sureBody({ oid, body }: Routine, catalog: CatalogView): SureFunction | undefined {
  if (body === undefined) return undefined;
  const known = bodies.get(catalog) ?? new Map<number, SureFunction | undefined>();
  bodies.set(catalog, known);
  if (known.has(oid)) return known.get(oid);
  // One that calls itself may never end.
  known.set(oid, undefined);
  const reading = definitionsOf(catalog).body(body);
  const sure = reading.known && isSureExpression(reading.tree, catalog) ? always : undefined;
  known.set(oid, sure);
  return sure;
}

function isSureExpression([query, ...more]: readonly Query[], catalog: CatalogView): boolean {
  if (query === undefined || more.length > 0 || query.rtable.length > 0 || query.hasSubLinks) return false;
  let isSure = query.commandType === 'select' && query.limitCount === null && query.limitOffset === null;
  walkTree(query.targetList, (node) => {
    const computation = computationOf(node, catalog);
    if (computation === undefined) return isSure;
    const { args, sure } = computation;
    if (sure?.size !== 'bounded' || givesRows(node)) isSure = false;
    else isSure &&= args.every((arg, at) => sure.takes(at) === 'v' || arg.tag === 'CONST');
    return isSure;
  });
  return isSure;
}

function operated(oid: number, given: number, catalog: CatalogView): SureFunction | undefined {
  const operator = catalog.operator(oid);
  const routine = operator && catalog.routine(operator.function);
  if (operator === undefined || routine === undefined) return undefined;
  const isKnown = routine.builtin || (routine.extension === 'citext' && routine.class === 'pure');
  if (!isKnown) return undefined;
  return sureOperator(operator.name) ?? sureRoutine(routine, given, catalog);
}

/** Whether it gives any number of rows. */
export const givesRows = (node: Node): node is NodeOf<'FUNCEXPR' | 'OPEXPR'> =>
  (node.tag === 'FUNCEXPR' && node.funcretset) || (node.tag === 'OPEXPR' && node.opretset);
