// Whether two trees mean the same: equal in everything but where in the text they stand.

const places = /^(name_|stmt_)?location$|^stmt_len$|^(list|rexpr_list)_(start|end)$/;

/** The location of a tablespace is text. */
const isPlace = ([key, value]: [string, unknown]): boolean => places.test(key) && typeof value === 'number';

export function isSameTree(one: unknown, other: unknown): boolean {
  const pairs: [unknown, unknown][] = [[one, other]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [a, b] = pair;
    if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
      if (a !== b) return false;
      continue;
    }
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const left = Object.entries(a).filter((entry) => !isPlace(entry));
    const right = new Map(Object.entries(b).filter((entry) => !isPlace(entry)));
    if (left.length !== right.size) return false;
    for (const [key, value] of left) {
      if (!right.has(key)) return false;
      pairs.push([value, right.get(key)]);
    }
  }
  return true;
}
