// Whether two syntax trees say the same, wherever in their texts they say it.

/** Stands for a parameter that the second tree hasn't. */
export const leftOut = Symbol('left out');

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

const none: Replacements = new Map();

/** Compares without recursion, since a tree may be deeper than the stack. */
export function sameTree(first: unknown, second: unknown, replacements = none): boolean {
  const pending: [unknown, unknown][] = [[first, second]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [one, other] = pair;
    if (!isObject(one) || !isObject(other)) {
      if (one !== other) return false;
      continue;
    }
    if (Array.isArray(one) !== Array.isArray(other)) return false;
    const left = replacements.size === 0 ? one : replaced(one, replacements);
    const keys = comparedKeys(left);
    if (keys.length !== comparedKeys(other).length) return false;
    for (const key of keys) {
      if (!Object.hasOwn(other, key)) return false;
      pending.push([left[key], other[key]]);
    }
  }
  return true;
}

/** The node that stands for it, or the node without what is left out: a list that has nothing in it isn't written. */
function replaced(node: Fields, replacements: Replacements): Fields {
  const found = replacementOf(node, replacements);
  if (isObject(found)) return found;
  const stays = (each: unknown): boolean => replacementOf(each, replacements) !== leftOut;
  if (Array.isArray(node)) return node.filter(stays) as unknown as Fields;
  const kept = ([, value]: readonly [string, unknown]): boolean =>
    !Array.isArray(value) || value.length === 0 || value.some(stays);
  return Object.fromEntries(Object.entries(node).filter(kept));
}

function replacementOf(node: unknown, replacements: Replacements): unknown {
  if (!isObject(node) || !isObject(node.ParamRef)) return undefined;
  return replacements.get(Number(node.ParamRef.location ?? 0));
}

/** Only numbers are places (that of a tablespace is text). A zero isn't written at all. */
function comparedKeys(node: Fields): string[] {
  return Object.keys(node).filter((key) => !places.has(key) || typeof node[key] !== 'number');
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
