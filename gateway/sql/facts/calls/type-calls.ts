// The functions that a type brings along: what reads, prints, compares and subscripts its values, to their last part.
import type { CatalogView, Type } from '../catalog-view.ts';
import { type Call, noCalls, routineCall, unknownCall } from './call.ts';

/** What is done with a value; each may reach the parts of arrays, rows, ranges and what lies beneath a domain. */
type Handling = 'input' | 'output' | 'json' | 'comparison';

/** Text becomes a value: the type's input function, those of its parts, and the checks of domains. */
export const inputCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  handle(type, 'input', catalog);

/** Of reading a value, what didn't come with the server: checks of domains, functions of types. */
export const readingCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  inputCalls(type, catalog).filter((call) => isForeign(call, catalog));

/** Of making JSON of a value, what didn't come with the server. */
export const jsonMakingCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  jsonCalls(type, catalog).filter((call) => call.kind !== 'syntax' && isForeign(call, catalog));

const isForeign = (call: Call, catalog: CatalogView): boolean =>
  call.kind !== 'routine' || catalog.routine(call.routine)?.builtin !== true;

/** A value becomes text. */
export const outputCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  handle(type, 'output', catalog);

/**
 * A value becomes JSON, as the server's `json_categorize_type` decides: a type that didn't come with the server has
 * its cast to json called, even for jsonb; others are printed.
 */
export const jsonCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  handle(type, 'json', catalog);

/**
 * Two values are compared by the type's order (GREATEST, row comparison). The comparisons that came with the server are
 * pure, so that only others are named.
 */
export const comparisonCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  handle(type, 'comparison', catalog);

/**
 * To plan an operator on ranges the server compares with the statistics of a column, by how far values are apart. The
 * functions that came with the server are pure, so that only others are named.
 */
export const differenceCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  foreign(rangeOf(type, catalog)?.difference, catalog);

/** A range or multirange is made, or may be. Here too only what didn't come with the server is named. */
export const rangeCalls = (type: number, catalog: CatalogView): readonly Call[] =>
  foreign(rangeOf(type, catalog)?.canonical, catalog);

/** A GiST index tells how far values are apart, and makes ranges that hold several. */
export const treeCalls = (type: number, catalog: CatalogView): readonly Call[] => [
  ...differenceCalls(type, catalog),
  ...rangeCalls(type, catalog),
];

/** A multirange is made of ranges. */
function rangeOf(type: number, catalog: CatalogView): Type | undefined {
  const found = catalog.type(type);
  if (found?.kind === 'domain') return rangeOf(found.base, catalog);
  if (found?.kind === 'multirange') return rangeOf(found.element, catalog);
  return found?.kind === 'range' ? found : undefined;
}

function foreign(routine: number | undefined, catalog: CatalogView): readonly Call[] {
  if (routine === undefined || routine === 0) return noCalls;
  const call = routineCall('function', routine);
  return isForeign(call, catalog) ? [call] : noCalls;
}

/** The checks of a domain and of the domains beneath it. */
export function domainChecks(type: number, catalog: CatalogView): readonly Call[] {
  const calls: Call[] = [];
  const seen = new Set<number>();
  for (let oid = type; oid !== 0 && !seen.has(oid); ) {
    seen.add(oid);
    const found = catalog.type(oid);
    if (found === undefined) return [...calls, unknownType(oid)];
    calls.push(...checksOf(found));
    oid = found.base;
  }
  return calls;
}

/** `value[…]`: PostgreSQL's own handlers of arrays and jsonb do nothing else, another type's may do anything. */
export function subscriptCalls(type: number, catalog: CatalogView): readonly Call[] {
  const found = catalog.type(type);
  if (found === undefined) return [unknownType(type)];
  if (found.subscript === 0) return [unknownCall(`subscripts a value of type ${nameOf(found)}`)];
  return catalog.routine(found.subscript)?.builtin ? noCalls : [routineCall('function', found.subscript)];
}

/** What a column of the type gets that has no default of its own. */
export function defaultCalls(type: number, catalog: CatalogView): readonly Call[] {
  const found = catalog.type(type);
  if (found === undefined) return [unknownType(type)];
  const tree = found.defaultExpression;
  if (tree === undefined) return noCalls;
  return [{ kind: 'stored', form: 'expression', tree, of: `the default of ${nameOf(found)}` }];
}

function handle(root: number, handling: Handling, catalog: CatalogView): readonly Call[] {
  const calls: Call[] = [];
  const seen = new Set<number>();
  const waiting = [root];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (oid === 0 || seen.has(oid)) continue;
    seen.add(oid);
    const type = catalog.type(oid);
    if (type === undefined) calls.push(unknownType(oid));
    else if (type.kind === 'domain') {
      // Its input function does what is named here; its output function is that of the type beneath.
      if (handling === 'input') calls.push(...checksOf(type));
      waiting.push(type.base);
    } else {
      calls.push(...ownCalls(type, handling, catalog));
      const parts = partsOf(type, catalog);
      if (parts === undefined)
        calls.push(unknownCall(`handles rows of ${nameOf(type)}, whose columns aren't known`));
      else if (!isPrintedAsJson(type, handling)) waiting.push(...parts);
    }
  }
  return calls;
}

/** What is called for the type itself, leaving out its parts. */
function ownCalls(type: Type, handling: Handling, catalog: CatalogView): readonly Call[] {
  switch (handling) {
    case 'input':
      return [textCall(type.input, type), ...(type.kind === 'range' ? foreign(type.canonical, catalog) : [])];
    case 'output':
      return [textCall(type.output, type)];
    case 'json':
      if (isRow(type)) return [rowAsJson];
      if (isArray(type)) return noCalls;
      return [
        type.jsonCast === 0 || type.builtin
          ? textCall(type.output, type)
          : routineCall('cast', type.jsonCast),
      ];
    case 'comparison':
      if (type.comparison !== 0) return type.builtin ? noCalls : [routineCall('function', type.comparison)];
      if (type.builtin || type.kind !== 'base' || isArray(type)) return noCalls;
      return [unknownCall(`compares values of type ${nameOf(type)}, whose comparison isn't known`)];
    default:
      return handling satisfies never;
  }
}

const isArray = (type: Type): boolean => type.kind === 'base' && type.element !== 0;
const isRow = ({ kind, oid }: Type): boolean => kind === 'composite' || oid === RECORD;
const RECORD = 2249;

/** Said as the class of functions such as to_json says it: every field goes into the result. */
const rowAsJson: Call = {
  kind: 'syntax',
  as: 'cast',
  name: 'JSON',
  class: 'whole_value',
  volatility: 'stable',
};

/** A cast to json has the whole of a range. */
const isPrintedAsJson = (type: Type, handling: Handling): boolean =>
  handling === 'json' && !isRow(type) && !isArray(type) && !type.builtin && type.jsonCast !== 0;

/** The types of an array's, a range's or a row's parts; undefined when they aren't known. */
function partsOf(type: Type, catalog: CatalogView): readonly number[] | undefined {
  if (type.kind !== 'composite') return [type.element];
  const columns = catalog.relation(type.relation)?.columns;
  return columns?.flatMap((column) => (column === undefined ? [] : [column.type]));
}

function textCall(routine: number, type: Type): Call {
  return routine === 0
    ? unknownCall(`converts a value of type ${nameOf(type)} by a function that isn't known`)
    : routineCall('cast', routine);
}

function checksOf(type: Type): readonly Call[] {
  const of = `the domain ${nameOf(type)}`;
  return type.checks.map((tree) => ({ kind: 'stored', form: 'expression', tree, of }));
}

const nameOf = ({ schema, name }: Type): string => `${schema}.${name}`;

const unknownType = (oid: number): Call =>
  unknownCall(`handles values of type ${oid}, which the catalog doesn't have`);
