// What turns a value of one type into another where the tree has no node for it: the planner and the executor add it.
import type { Expression, NodeOf, Query } from '../../analyzed/registry/node.ts';
import { entryAt } from '../../analyzed/scope.ts';
import { outputsOf } from '../../analyzed/target-list.ts';
import type { CatalogView, Routine, Type } from '../catalog-view.ts';
import type { GivenArguments } from '../utility/utility-facts.ts';
import { type Call, noCalls, routineCall, unknownCall } from './call.ts';
import { valueType } from './expression-type.ts';
import { domainChecks, inputCalls, outputCalls } from './type-calls.ts';

/** `assignment` also takes what only a value that is stored or returned gets. */
type Context = 'implicit' | 'assignment';

/** As the server's `coerce_type` and `find_coercion_pathway` do it. */
export function coercionCalls(
  source: number,
  target: number,
  context: Context,
  catalog: CatalogView,
): readonly Call[] {
  if (source === target || isPolymorphic(target)) return noCalls;
  const [from, to] = [beneath(source, catalog), beneath(target, catalog)];
  const checks = catalog.type(target)?.kind === 'domain' ? domainChecks(target, catalog) : noCalls;
  return from === to ? checks : [...pathway(from, to, context, catalog), ...checks];
}

/**
 * UNION, INTERSECT and EXCEPT: each arm's columns become those of the operation when it is planned; the tree has the
 * arms as they were written.
 */
export function setOperationCalls({ setOperations, ...query }: Query, catalog: CatalogView): readonly Call[] {
  const calls: Call[] = [];
  const convert = (arm: SetOperation, types: readonly number[]): void => {
    if (arm.tag === 'SETOPERATIONSTMT') {
      arm.colTypes.forEach((type, at) => {
        calls.push(...coercionCalls(type, types[at] ?? 0, 'implicit', catalog));
      });
      for (const each of [arm.larg, arm.rarg]) convert(each, arm.colTypes);
      return;
    }
    const entry = entryAt(query as Query, arm.rtindex);
    if (entry.rtekind !== 'subquery') return;
    outputsOf(entry.subquery).forEach(({ expr }, at) => {
      calls.push(...valueCalls(expr, types[at] ?? 0, 'implicit', catalog));
    });
  };
  if (setOperations !== null)
    convert(setOperations, setOperations.tag === 'SETOPERATIONSTMT' ? setOperations.colTypes : []);
  return calls;
}

/** What a query gives is assigned to places of these types, in order. */
export function assignmentCalls(
  query: Query,
  types: readonly number[],
  catalog: CatalogView,
): readonly Call[] {
  return outputsOf(query).flatMap(({ expr }, at) =>
    valueCalls(expr, types[at] ?? RECORD, 'assignment', catalog),
  );
}

/** CALL's arguments become the procedure's: none where they can't be for it. */
export function argumentCalls(
  query: Query,
  { names, asArray }: GivenArguments,
  { parameters, parameterNames, variadic }: Routine,
  catalog: CatalogView,
): readonly Call[] {
  // A parameter of type void stands for what a procedure gives back, and takes no place.
  const values = outputsOf(query)
    .map(({ expr }, at) => ({ expr, name: names[at] }))
    .filter(({ expr }) => valueType(expr, catalog) !== VOID);
  const anyNumber = variadic !== 0 && !asArray && names.every((name) => name === undefined);
  const types = values.map(({ name }, at) => {
    if (anyNumber && at >= parameters.length - 1) return variadic;
    return parameters[name === undefined ? at : parameterNames.indexOf(name)];
  });
  if (types.includes(undefined)) return noCalls;
  return values.flatMap(({ expr }, at) => valueCalls(expr, types[at] ?? RECORD, 'assignment', catalog));
}

/** What the last query of a body gives becomes what the function is declared to give. */
export function resultCalls({ results }: Routine, last: Query, catalog: CatalogView): readonly Call[] {
  const outputs = outputsOf(last);
  const [result = 0] = results;
  if (result === VOID) return noCalls;
  const row = results.length === 1 ? columnTypes(result, catalog) : undefined;
  const [only] = outputs;
  // A row may come as one value of its type.
  if (
    row !== undefined &&
    outputs.length === 1 &&
    only !== undefined &&
    isRow(valueType(only.expr, catalog), catalog)
  )
    return coercionCalls(valueType(only.expr, catalog), result, 'assignment', catalog);
  return assignmentCalls(last, row ?? results, catalog);
}

const VOID = 2278;
const RECORD = 2249;
const UNKNOWN = 705;

type SetOperation = NodeOf<'SETOPERATIONSTMT'> | NodeOf<'RANGETBLREF'>;

function valueCalls(
  value: Expression,
  target: number,
  context: Context,
  catalog: CatalogView,
): readonly Call[] {
  return coercionCalls(valueType(value, catalog), target, context, catalog);
}

function pathway(from: number, to: number, context: Context, catalog: CatalogView): readonly Call[] {
  const cast = catalog.cast(from, to);
  if (cast !== undefined && (cast.context === 'implicit' || cast.context === context)) {
    if (cast.method === 'function') return [routineCall('cast', cast.function)];
    return cast.method === 'binary' ? noCalls : throughText(from, to, catalog);
  }
  const [element, wanted] = [elementOf(from, catalog), elementOf(to, catalog)];
  if (element !== 0 && wanted !== 0) return coercionCalls(element, wanted, context, catalog);
  // A row of a heir is one of its parent, and any row is a record; which columns a record has isn't known here.
  if (isRow(from, catalog) && isRow(to, catalog))
    return from === RECORD ? [noCast(from, to, catalog)] : noCalls;
  if (from === UNKNOWN) return inputCalls(to, catalog);
  // Any type has a text form, which is what a text is assigned.
  return context === 'assignment' ? throughText(from, to, catalog) : [noCast(from, to, catalog)];
}

const throughText = (from: number, to: number, catalog: CatalogView): readonly Call[] => [
  ...outputCalls(from, catalog),
  ...inputCalls(to, catalog),
];

function beneath(type: number, catalog: CatalogView): number {
  const seen = new Set<number>();
  let found = type;
  for (
    let known = catalog.type(found);
    known?.kind === 'domain' && !seen.has(found);
    known = catalog.type(found)
  ) {
    seen.add(found);
    found = known.base;
  }
  return found;
}

const elementOf = (type: number, catalog: CatalogView): number => {
  const found = catalog.type(type);
  return found?.kind === 'base' ? found.element : 0;
};

const isRow = (type: number, catalog: CatalogView): boolean =>
  type === RECORD || catalog.type(type)?.kind === 'composite';

const columnTypes = (type: number, catalog: CatalogView): readonly number[] | undefined => {
  const found = catalog.type(beneath(type, catalog));
  if (found?.kind !== 'composite') return undefined;
  return catalog.relation(found.relation)?.columns.flatMap((column) => column?.type ?? []);
};

/** anyelement and its like take a value as it is. */
const polymorphic = new Set([2276, 2277, 2283, 2776, 3500, 3831, 4537, 5077, 5078, 5079, 5080, 4538]);
const isPolymorphic = (type: number): boolean => polymorphic.has(type);

const noCast = (from: number, to: number, catalog: CatalogView): Call =>
  unknownCall(
    `turns ${nameOf(from, catalog)} into ${nameOf(to, catalog)} by a cast that the catalog doesn't have`,
  );

function nameOf(type: number, catalog: CatalogView): string {
  const found: Type | undefined = catalog.type(type);
  return found === undefined ? `type ${type}` : `${found.schema}.${found.name}`;
}
