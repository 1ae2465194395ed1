// The type that an expression's value has, as the server's exprType() derives it from the tree.
import type { ExpressionTag } from '../../analyzed/registry/expressions.ts';
import type { Expression, Node, NodeOf } from '../../analyzed/registry/node.ts';
import { outputsOf } from '../../analyzed/target-list.ts';
import type { CatalogView } from '../catalog-view.ts';

const BOOLEAN = 16;
const INTEGER = 23;
const XML = 142;
const RECORD = 2249;

/** The type's OID. Of `ARRAY(SELECT …)` it is that of the element: the tree doesn't name the array's. */
export function expressionType(expression: Expression): number {
  const typeOf = types[expression.tag] as (node: Expression) => number;
  return typeOf(expression);
}

/** Undefined for what stands between expressions and has no value: clauses, lists, whole queries. */
export function typeOfNode(node: Node): number | undefined {
  const typeOf = (types as Partial<Record<string, (node: Node) => number>>)[node.tag];
  return typeOf?.(node);
}

/** The type's OID, with the help of the catalog: what ARRAY(SELECT …) makes of arrays is one of the same type. */
export function valueType(expression: Expression, catalog: CatalogView): number {
  const type = expressionType(expression);
  if (expression.tag !== 'SUBLINK' || expression.subLinkType !== 'array') return type;
  const element = catalog.type(type);
  return element === undefined || element.array !== 0 ? (element?.array ?? 0) : type;
}

const boolean = () => BOOLEAN;
const types: { readonly [Tag in ExpressionTag]: (node: NodeOf<Tag>) => number } = {
  VAR: ({ vartype }) => vartype,
  CONST: ({ consttype }) => consttype,
  PARAM: ({ paramtype }) => paramtype,
  AGGREF: ({ aggtype }) => aggtype,
  GROUPINGFUNC: () => INTEGER,
  WINDOWFUNC: ({ wintype }) => wintype,
  MERGESUPPORTFUNC: ({ msftype }) => msftype,
  SUBSCRIPTINGREF: ({ refrestype }) => refrestype,
  FUNCEXPR: ({ funcresulttype }) => funcresulttype,
  NAMEDARGEXPR: ({ arg }) => expressionType(arg),
  OPEXPR: ({ opresulttype }) => opresulttype,
  DISTINCTEXPR: ({ opresulttype }) => opresulttype,
  NULLIFEXPR: ({ opresulttype }) => opresulttype,
  SCALARARRAYOPEXPR: boolean,
  BOOLEXPR: boolean,
  SUBLINK: subLinkType,
  FIELDSELECT: ({ resulttype }) => resulttype,
  FIELDSTORE: ({ resulttype }) => resulttype,
  RELABELTYPE: ({ resulttype }) => resulttype,
  COERCEVIAIO: ({ resulttype }) => resulttype,
  ARRAYCOERCEEXPR: ({ resulttype }) => resulttype,
  CONVERTROWTYPEEXPR: ({ resulttype }) => resulttype,
  COLLATEEXPR: ({ arg }) => expressionType(arg),
  CASEEXPR: ({ casetype }) => casetype,
  CASETESTEXPR: ({ typeId }) => typeId,
  ARRAYEXPR: ({ array_typeid }) => array_typeid,
  ROWEXPR: ({ row_typeid }) => row_typeid,
  ROWCOMPAREEXPR: boolean,
  COALESCEEXPR: ({ coalescetype }) => coalescetype,
  MINMAXEXPR: ({ minmaxtype }) => minmaxtype,
  SQLVALUEFUNCTION: ({ type }) => type,
  NULLTEST: boolean,
  BOOLEANTEST: boolean,
  COERCETODOMAIN: ({ resulttype }) => resulttype,
  COERCETODOMAINVALUE: ({ typeId }) => typeId,
  SETTODEFAULT: ({ typeId }) => typeId,
  CURRENTOFEXPR: boolean,
  XMLEXPR: ({ op, type }) => (op === 'is_document' ? BOOLEAN : op === 'serialize' ? type : XML),
  JSONVALUEEXPR: ({ formatted_expr, raw_expr }) => typeOfEither(formatted_expr, raw_expr),
  JSONCONSTRUCTOREXPR: ({ returning }) => returning?.typid ?? 0,
  JSONISPREDICATE: boolean,
  JSONEXPR: ({ returning }) => returning?.typid ?? 0,
};

function subLinkType({ subLinkType: kind, subselect }: NodeOf<'SUBLINK'>): number {
  if (kind === 'multiexpr') return RECORD;
  if (kind !== 'expr' && kind !== 'array') return BOOLEAN;
  const [first] = outputsOf(subselect);
  return first === undefined ? 0 : expressionType(first.expr);
}

function typeOfEither(first: Expression | null, second: Expression | null): number {
  const expression = first ?? second;
  return expression === null ? 0 : expressionType(expression);
}
