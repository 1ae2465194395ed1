// Calls that name their function or operator: with the parts of aggregates, and defaults of arguments left out.
import type { NodeOf } from '../../analyzed/registry/node.ts';
import type { CatalogView, Routine } from '../catalog-view.ts';
import { type Call, type CallKind, noCalls, operatorCalls, routineCall } from './call.ts';

export function functionCalls(
  { funcid, funcformat, args }: NodeOf<'FUNCEXPR'>,
  catalog: CatalogView,
): readonly Call[] {
  const routine = catalog.routine(funcid);
  const isCast = funcformat === 'explicit_cast' || funcformat === 'implicit_cast';
  const as: CallKind = isCast ? 'cast' : routine?.kind === 'procedure' ? 'procedure' : 'function';
  return [routineCall(as, funcid), ...defaults(routine, args.length)];
}

/** Its sort and distinct operators are sort clauses of their own. */
export function aggregateCalls({ aggfnoid }: NodeOf<'AGGREF'>, catalog: CatalogView): readonly Call[] {
  return [routineCall('aggregate', aggfnoid), ...parts(catalog.routine(aggfnoid))];
}

export function windowCalls({ winfnoid, args }: NodeOf<'WINDOWFUNC'>, catalog: CatalogView): readonly Call[] {
  const routine = catalog.routine(winfnoid);
  return [routineCall('window', winfnoid), ...parts(routine), ...defaults(routine, args.length)];
}

type Operation = NodeOf<'OPEXPR' | 'DISTINCTEXPR' | 'NULLIFEXPR' | 'SCALARARRAYOPEXPR'>;

/** A stored tree may have no function yet: the operator tells it. Where it has one, that is called. */
export function operationCalls({ opno, opfuncid }: Operation, catalog: CatalogView): readonly Call[] {
  return opfuncid === 0 ? operatorCalls(opno, catalog) : [routineCall('operator', opfuncid)];
}

function parts(routine: Routine | undefined): readonly Call[] {
  return routine === undefined ? noCalls : routine.parts.map((part) => routineCall('function', part));
}

/** The planner adds the defaults of arguments that the tree doesn't have. */
function defaults(routine: Routine | undefined, given: number): readonly Call[] {
  const tree = routine?.defaults;
  if (routine === undefined || tree === undefined || given >= routine.argumentTypes.length) return noCalls;
  const of = `the defaults of ${routine.schema}.${routine.name}`;
  return [{ kind: 'stored', form: 'expressions', tree, of }];
}
