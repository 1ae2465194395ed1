// Which functions one node of an analyzed tree calls by itself, leaving out its children.
import type { Node, NodeOf, NodeTag } from '../../analyzed/registry/node.ts';
import type { CatalogView } from '../catalog-view.ts';
import { type Call, noCalls, operatorCalls, routineCall } from './call.ts';
import { setOperationCalls } from './coercion-calls.ts';
import { jsonConstructorCalls, jsonExpressionCalls, tableFunctionCalls, xmlCalls } from './document-calls.ts';
import { expressionType } from './expression-type.ts';
import { aggregateCalls, functionCalls, operationCalls, windowCalls } from './function-calls.ts';
import { searchCalls } from './search-calls.ts';
import {
  comparisonCalls,
  defaultCalls,
  domainChecks,
  inputCalls,
  outputCalls,
  readingCalls,
  subscriptCalls,
} from './type-calls.ts';
import { valueFunctionCalls } from './value-function-calls.ts';

/**
 * The calls of the node itself. Who walks the tree gets them all: arguments, sort clauses, coercions of elements are
 * nodes of their own. What the server brings along with an operator (the hash and comparison functions of its operator
 * class) isn't named: only a superuser can make an operator class, and the operator's own class speaks for it.
 */
export function callsOf(node: Node, catalog: CatalogView): readonly Call[] {
  const calls = callsByTag[node.tag] as CallsOf<NodeTag>;
  return calls(node as never, catalog);
}

type CallsOf<Tag extends NodeTag> = (node: NodeOf<Tag>, catalog: CatalogView) => readonly Call[];

const none = () => noCalls;

const callsByTag: { readonly [Tag in NodeTag]: CallsOf<Tag> } = {
  FUNCEXPR: functionCalls,
  AGGREF: aggregateCalls,
  WINDOWFUNC: windowCalls,
  OPEXPR: operationCalls,
  DISTINCTEXPR: operationCalls,
  NULLIFEXPR: operationCalls,
  SCALARARRAYOPEXPR: operationCalls,
  ROWCOMPAREEXPR: ({ opnos, largs }, catalog) => [
    ...opnos.flatMap((operator) => operatorCalls(operator, catalog)),
    ...largs.flatMap((arg) => comparisonCalls(expressionType(arg), catalog)),
  ],
  MINMAXEXPR: ({ minmaxtype }, catalog) => comparisonCalls(minmaxtype, catalog),
  SQLVALUEFUNCTION: valueFunctionCalls,

  // Text forms.
  COERCEVIAIO: ({ arg, resulttype }, catalog) => [
    ...outputCalls(expressionType(arg), catalog),
    ...inputCalls(resulttype, catalog),
  ],
  CONST: literalCalls,
  COERCETODOMAIN: ({ resulttype }, catalog) => domainChecks(resulttype, catalog),
  XMLEXPR: xmlCalls,
  JSONCONSTRUCTOREXPR: jsonConstructorCalls,
  JSONEXPR: jsonExpressionCalls,
  TABLEFUNC: tableFunctionCalls,
  SUBSCRIPTINGREF: ({ refcontainertype }, catalog) => subscriptCalls(refcontainertype, catalog),
  // A column that has a default of its own gets that one, which its relation knows.
  SETTODEFAULT: ({ typeId }, catalog) => defaultCalls(typeId, catalog),

  // Clauses.
  SORTGROUPCLAUSE: ({ eqop, sortop }, catalog) => [
    ...operatorCalls(eqop, catalog),
    ...operatorCalls(sortop, catalog),
  ],
  WINDOWCLAUSE: ({ startInRangeFunc, endInRangeFunc }) =>
    [startInRangeFunc, endInRangeFunc]
      .filter((routine) => routine !== 0)
      .map((routine) => routineCall('function', routine)),
  COMMONTABLEEXPR: searchCalls,
  CTECYCLECLAUSE: ({ cycle_mark_neop }, catalog) => operatorCalls(cycle_mark_neop, catalog),
  TABLESAMPLECLAUSE: ({ tsmhandler }, catalog) => handlerCalls(tsmhandler, catalog),
  NOTIFYSTMT: () => [
    { kind: 'syntax', as: 'function', name: 'NOTIFY', class: 'set_session', volatility: 'volatile' },
  ],

  // What stands in no node.
  QUERY: setOperationCalls,
  // A list of column definitions: whoever makes the rows reads their values.
  RANGETBLFUNCTION: ({ funccoltypes }, catalog) =>
    funccoltypes.flatMap((type) => readingCalls(type, catalog)),
  SETOPERATIONSTMT: none,
  PARAM: parameterCalls,

  // Values that are there already, taken apart, put together, given another type with the same bytes, or tested.
  VAR: none,
  GROUPINGFUNC: none,
  MERGESUPPORTFUNC: none,
  NAMEDARGEXPR: none,
  BOOLEXPR: none,
  FIELDSELECT: none,
  FIELDSTORE: none,
  RELABELTYPE: none,
  CONVERTROWTYPEEXPR: none,
  COLLATEEXPR: none,
  CASEEXPR: none,
  CASEWHEN: none,
  CASETESTEXPR: none,
  ARRAYEXPR: none,
  ROWEXPR: none,
  COALESCEEXPR: none,
  NULLTEST: none,
  BOOLEANTEST: none,
  COERCETODOMAINVALUE: none,
  CURRENTOFEXPR: none,

  // What they call stands in their children: the comparison in a sublink's test, the coercion of an array's element,
  // the formatted form of a JSON value; `JSON_EXPR` speaks for what follows its behavior.
  SUBLINK: none,
  ARRAYCOERCEEXPR: none,
  JSONVALUEEXPR: none,
  JSONBEHAVIOR: none,
  RANGETBLENTRY: none,
  TARGETENTRY: none,
  FROMEXPR: none,
  JOINEXPR: none,
  GROUPINGSET: none,
  ONCONFLICTEXPR: none,
  MERGEACTION: none,

  // IS JSON parses text, and calls nothing.
  JSONISPREDICATE: none,
  // An operator class named here only chooses the index; every write to the relation evaluates its indexes.
  INFERENCEELEM: none,

  // Names, places and plans.
  RTEPERMISSIONINFO: none,
  RANGETBLREF: none,
  ALIAS: none,
  CTESEARCHCLAUSE: none,
  ROWMARKCLAUSE: none,
  JSONFORMAT: none,
  JSONRETURNING: none,
  JSONTABLEPATH: none,
  JSONTABLEPATHSCAN: none,
  JSONTABLESIBLINGJOIN: none,
  PARTITIONBOUNDSPEC: none,
  PARTITIONRANGEDATUM: none,
};

/** Of BERNOULLI and SYSTEM there is nothing to tell: they choose rows, and that is all. */
function handlerCalls(handler: number, catalog: CatalogView): readonly Call[] {
  return catalog.routine(handler)?.builtin ? noCalls : [routineCall('function', handler)];
}

/**
 * A literal was read when the statement was analyzed, by the input function of its type. The ones that came with the
 * server look up names at most (`'orders'::regclass`), which the statement then names openly; others are told.
 */
function literalCalls({ consttype, constisnull }: NodeOf<'CONST'>, catalog: CatalogView): readonly Call[] {
  return constisnull ? noCalls : readingCalls(consttype, catalog);
}

/** Bind reads a value as a literal is read: one of a domain is checked then. */
function parameterCalls({ paramkind, paramtype }: NodeOf<'PARAM'>, catalog: CatalogView): readonly Call[] {
  return paramkind === 'extern' ? readingCalls(paramtype, catalog) : noCalls;
}
