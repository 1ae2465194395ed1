// Where a statement names its parameters.

export type ParameterPlace = Readonly<{
  number: number;
  /** The offset of its `$` in the UTF-8 form of the whole text. */
  byte: number;
  /** The output column has its name from this parameter, which is none: `?column?`. */
  namesColumn: boolean;
  /** It is by itself an argument of a function. */
  isArgument: boolean;
}>;

type Fields = Readonly<Record<string, unknown>>;

/** Every parameter of a syntax tree; without recursion, since a tree may be deeper than the stack. */
export function parameterPlaces(tree: unknown): readonly ParameterPlace[] {
  // A row that several columns are set to stands in the tree once for each of them.
  const places = new Map<number, ParameterPlace>();
  const naming = new Set<unknown>();
  const given = new Set<unknown>();
  const nodes: unknown[] = [tree];
  while (nodes.length > 0) {
    const node = nodes.pop();
    if (typeof node !== 'object' || node === null) continue;
    const { ParamRef: parameter, ResTarget: target, FuncCall: call } = node as Fields;
    if (isFields(call)) for (const argument of argumentsOf(call)) given.add(argument);
    if (isFields(target) && target.name === undefined) naming.add(nameGiver(target.val));
    if (isFields(parameter)) {
      const byte = Number(parameter.location ?? 0);
      const [namesColumn, isArgument] = [naming.has(parameter), given.has(parameter)];
      places.set(byte, { number: Number(parameter.number ?? 0), byte, namesColumn, isArgument });
    }
    for (const child of Object.values(node)) nodes.push(child);
  }
  return [...places.values()];
}

/** Without those whose number decides what the others are for. */
function argumentsOf({ args, agg_within_group, func_variadic }: Fields): readonly unknown[] {
  if (!Array.isArray(args) || agg_within_group || func_variadic) return [];
  return args.flatMap((argument) =>
    isFields(argument) && isFields(argument.ParamRef) ? [argument.ParamRef] : [],
  );
}

/** The parameter that FigureColname (parse_target.c) comes to when it looks for the name of an output column. */
function nameGiver(value: unknown): unknown {
  let node = value;
  while (isFields(node)) {
    const { ParamRef: parameter, CollateClause: collation, A_Indirection: indirection } = node;
    if (parameter !== undefined) return parameter;
    if (isFields(collation)) node = collation.arg;
    else if (isFields(indirection) && !hasFieldName(indirection.indirection)) node = indirection.arg;
    else return undefined;
  }
  return undefined;
}

function hasFieldName(indirection: unknown): boolean {
  return !Array.isArray(indirection) || indirection.some((part) => isFields(part) && 'String' in part);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
