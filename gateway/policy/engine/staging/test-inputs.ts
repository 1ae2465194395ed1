// Questions and answers that come with a bundle: the policy must answer here as it did where it was built.
export type TestInput = Readonly<{ entrypoint: string; input: unknown; result?: unknown }>;

const most = 500;

/** Undefined: they aren't in a form that is understood. `metadata` is the manifest's. */
export function readTestInputs(
  metadata: Readonly<Record<string, unknown>>,
): readonly TestInput[] | undefined {
  const { portcullis } = metadata;
  if (typeof portcullis !== 'object' || portcullis === null) return [];
  const { test_inputs: listed = [] } = portcullis as { test_inputs?: unknown };
  return Array.isArray(listed) && listed.length <= most && listed.every(isTestInput) ? listed : undefined;
}

function isTestInput(value: unknown): value is TestInput {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as TestInput).entrypoint === 'string' && Object.hasOwn(value, 'input');
}

/**
 * What is different, by its place; undefined where the results are the same. No values: they may be anybody's.
 *
 * Lists are the same in any order: a set becomes a list, in an order that the module has and OPA hasn't, and nothing in
 * a decision hangs on the order of its lists.
 */
export function findDifference(expected: unknown, found: unknown, path = ''): string | undefined {
  if (canonical(expected) === canonical(found)) return undefined;
  const place = path === '' ? 'the whole result' : path;
  if (!isObject(expected) || !isObject(found)) return place;
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const difference = findDifference(expected[key], found[key], `${path}/${key}`);
    if (difference !== undefined) return difference;
  }
  return place;
}

/** One text for all that is the same. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'absent';
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.sort().join()}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
