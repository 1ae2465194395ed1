// What XML and JSON constructors call to turn SQL's values into theirs, and theirs into SQL's.
import type { NodeOf } from '../../analyzed/registry/node.ts';
import type { CatalogView } from '../catalog-view.ts';
import { type Call, noCalls, unknownCall } from './call.ts';
import { expressionType } from './expression-type.ts';
import { inputCalls, jsonCalls, outputCalls } from './type-calls.ts';

/** Attributes and content are printed by the output function of their type; the rest works on XML as it is. */
export function xmlCalls({ op, named_args, args }: NodeOf<'XMLEXPR'>, catalog: CatalogView): readonly Call[] {
  switch (op) {
    case 'element':
    case 'forest':
      return [...named_args, ...args].flatMap((arg) => outputCalls(expressionType(arg), catalog));
    case 'concat':
    case 'parse':
    case 'pi':
    case 'root':
    case 'serialize':
    case 'is_document':
      return noCalls;
    default:
      return op satisfies never;
  }
}

/** Of an aggregate the call is a child, as is the coercion of the result. */
export function jsonConstructorCalls(
  { type, args }: NodeOf<'JSONCONSTRUCTOREXPR'>,
  catalog: CatalogView,
): readonly Call[] {
  switch (type) {
    case 'object':
    case 'array':
    case 'scalar':
      return args.flatMap((arg) => jsonCalls(expressionType(arg), catalog));
    case 'object_aggregate':
    case 'array_aggregate':
    case 'parse':
    case 'serialize':
      return noCalls;
    default:
      return type satisfies never;
  }
}

/** JSON_VALUE and its like read the result's type from text or from JSON, whose parts may have any type's form. */
export function jsonExpressionCalls(node: NodeOf<'JSONEXPR'>, catalog: CatalogView): readonly Call[] {
  const { returning, on_empty, on_error, use_io_coercion, use_json_coercion } = node;
  const converts = use_io_coercion || use_json_coercion || on_empty?.coerce || on_error?.coerce;
  if (!converts) return noCalls;
  if (returning === null) return [unknownCall('converts JSON to a type that the tree does not name')];
  return inputCalls(returning.typid, catalog);
}

/** XMLTABLE reads its columns' values from text; each column of JSON_TABLE is a JSON_VALUE of its own. */
export function tableFunctionCalls(
  { functype, coltypes }: NodeOf<'TABLEFUNC'>,
  catalog: CatalogView,
): readonly Call[] {
  if (functype === 'json_table') return noCalls;
  return coltypes.flatMap((type) => inputCalls(type, catalog));
}
