// Calls that name their function or operator, with the defaults of arguments left out.
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

/** Its sort and distinct operators are sort clauses of their own, and what it is made of is its own affair. */
export function aggregateCalls({ aggfnoid }: NodeOf<'AGGREF'>): readonly Call[] {
  return [routineCall('aggregate', aggfnoid)];
}

export function windowCalls({ winfnoid, args }: NodeOf<'WINDOWFUNC'>, catalog: CatalogView): readonly Call[] {
  return [routineCall('window', winfnoid), ...defaults(catalog.routine(winfnoid), args.length)];
}

type Operation = NodeOf<'OPEXPR' | 'DISTINCTEXPR' | 'NULLIFEXPR' | 'SCALARARRAYOPEXPR'>;

/** A stored tree may have no function yet: the operator tells it. Where it has one, that is called. */
export function operationCalls({ opno, opfuncid }: Operation, catalog: CatalogView): readonly Call[] {
  return opfuncid === 0 ? operatorCalls(opno, catalog) : [routineCall('operator', opfuncid)];
}

/** The planner adds the defaults of arguments that the tree doesn't have. */
function defaults(routine: Routine | undefined, given: number): readonly Call[] {
  const tree = routine?.defaults;
  if (routine === undefined || tree === undefined || given >= routine.argumentTypes.length) return noCalls;
  const of = `the defaults of ${routine.schema}.${routine.name}`;
  return [{ kind: 'stored', form: 'expressions', tree, of }];
}
