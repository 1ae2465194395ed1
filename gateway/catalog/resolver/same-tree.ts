// Whether two syntax trees say the same, wherever in their texts they say it.

/** What stands in the second tree in the place of a parameter of the first, by that parameter's byte offset. */
export type Replacements = ReadonlyMap<number, unknown>;

const places: ReadonlySet<string> = new Set([
  'location',
  'name_location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
  'stmt_location',
  'stmt_len',
]);

type Fields = Readonly<Record<string, unknown>>;

/** Compares without recursion, since a tree may be deeper than the stack. */
export function sameTree(first: unknown, second: unknown, replacements: Replacements): boolean {
  const pending: [unknown, unknown][] = [[first, second]];
  while (pending.length > 0) {
    const [one, other] = pending.pop() as [unknown, unknown];
    if (!isObject(one) || !isObject(other)) {
      if (one !== other) return false;
      continue;
    }
    if (Array.isArray(one) !== Array.isArray(other)) return false;
    const replacement = replacementOf(one, replacements);
    const left = replacement ?? one;
    const keys = comparedKeys(left);
    if (keys.length !== comparedKeys(other).length) return false;
    for (const key of keys) {
      if (!Object.hasOwn(other, key)) return false;
      pending.push([left[key], other[key]]);
    }
  }
  return true;
}

function replacementOf(node: Fields, replacements: Replacements): Fields | undefined {
  if (replacements.size === 0 || !isObject(node.ParamRef)) return undefined;
  return replacements.get(Number(node.ParamRef.location ?? 0)) as Fields | undefined;
}

/** Only numbers are places: anything else under such a name is compared. A zero isn't written at all. */
function comparedKeys(node: Fields): string[] {
  return Object.keys(node).filter((key) => !places.has(key) || typeof node[key] !== 'number');
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
