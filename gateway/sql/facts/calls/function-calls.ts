// Calls that name their function or operator, with the defaults of arguments left out.
import type { Expression, NodeOf } from '../../analyzed/registry/node.ts';
import type { CatalogView, Routine } from '../catalog-view.ts';
import { type Call, type CallKind, noCalls, operatorCalls, routineCall } from './call.ts';
import { expressionType } from './expression-type.ts';
import { differenceCalls, jsonMakingCalls, rangeCalls, readingCalls } from './type-calls.ts';

export function functionCalls(
  { funcid, funcformat, funcresulttype, args }: NodeOf<'FUNCEXPR'>,
  catalog: CatalogView,
): readonly Call[] {
  const routine = catalog.routine(funcid);
  const isCast = funcformat === 'explicit_cast' || funcformat === 'implicit_cast';
  const as: CallKind = isCast ? 'cast' : routine?.kind === 'procedure' ? 'procedure' : 'function';
  return [
    routineCall(as, funcid),
    ...defaults(routine, args.length),
    ...jsonOf(routine, args, catalog),
    ...(readsRows(routine) ? readingCalls(funcresulttype, catalog) : noCalls),
    ...rangesOf(routine, funcresulttype, args, catalog),
  ];
}

/** Its sort and distinct operators are sort clauses of their own, and what it is made of is its own affair. */
export function aggregateCalls(
  { aggfnoid, aggtype, args }: NodeOf<'AGGREF'>,
  catalog: CatalogView,
): readonly Call[] {
  const routine = catalog.routine(aggfnoid);
  const values = args.flatMap((arg) => (arg.tag === 'TARGETENTRY' ? [arg.expr] : []));
  return [
    routineCall('aggregate', aggfnoid),
    ...jsonOf(routine, values, catalog),
    ...rangesOf(routine, aggtype, values, catalog),
  ];
}

export function windowCalls(
  { winfnoid, wintype, args }: NodeOf<'WINDOWFUNC'>,
  catalog: CatalogView,
): readonly Call[] {
  const routine = catalog.routine(winfnoid);
  return [
    routineCall('window', winfnoid),
    ...defaults(routine, args.length),
    ...jsonOf(routine, args, catalog),
    ...rangesOf(routine, wintype, args, catalog),
  ];
}

type Operation = NodeOf<'OPEXPR' | 'DISTINCTEXPR' | 'NULLIFEXPR' | 'SCALARARRAYOPEXPR'>;

/** A stored tree may have no function yet: the operator tells it. Where it has one, that is called. */
export function operationCalls(node: Operation, catalog: CatalogView): readonly Call[] {
  const { opno, opfuncid, args } = node;
  const own = opfuncid === 0 ? operatorCalls(opno, catalog) : [routineCall('operator', opfuncid)];
  const routine = catalog.routine(opfuncid === 0 ? (catalog.operator(opno)?.function ?? 0) : opfuncid);
  return [
    ...own,
    ...args.flatMap((arg) => differenceCalls(expressionType(arg), catalog)),
    ...rangesOf(routine, expressionType(node), args, catalog),
  ];
}

/** anyrange, anymultirange, anycompatiblerange, anycompatiblemultirange. */
const anyRange: ReadonlySet<number> = new Set([3831, 4537, 5080, 4538]);

/** Who gives a range makes it; whether two are adjacent is told by a range between them. */
function rangesOf(
  routine: Routine | undefined,
  result: number,
  args: readonly Expression[],
  catalog: CatalogView,
): readonly Call[] {
  if (routine === undefined) return noCalls;
  const [declared = 0] = routine.results;
  const made = declared === result || anyRange.has(declared) ? rangeCalls(result, catalog) : noCalls;
  if (!routine.builtin || !routine.name.includes('adjacent')) return made;
  return [...made, ...args.flatMap((arg) => rangeCalls(expressionType(arg), catalog))];
}

/** to_json and its like have the casts to json called that people made, for every part of a value. */
function jsonOf(
  routine: Routine | undefined,
  values: readonly Expression[],
  catalog: CatalogView,
): readonly Call[] {
  if (!routine?.builtin || !routine.name.includes('json')) return noCalls;
  return values.flatMap((value) => jsonMakingCalls(expressionType(value), catalog));
}

/** They make rows of a type that the call names by an argument or a list of columns. */
const readsRows = (routine: Routine | undefined): boolean =>
  routine?.builtin === true && /^jsonb?_(populate|to)_record/.test(routine.name);

/** The planner adds the defaults of arguments that the tree doesn't have. */
function defaults(routine: Routine | undefined, given: number): readonly Call[] {
  return routine === undefined || given >= routine.argumentTypes.length ? noCalls : defaultsOf(routine);
}

export function defaultsOf(routine: Routine): readonly Call[] {
  const tree = routine.defaults;
  if (tree === undefined) return noCalls;
  const of = `the defaults of ${routine.schema}.${routine.name}`;
  return [{ kind: 'stored', form: 'expressions', tree, of }];
}
