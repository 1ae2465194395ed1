// Questions and answers that come with a bundle: the policy must answer here as it did where it was built.
import { isDeepStrictEqual } from 'node:util';

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

/** What is different, by its place; undefined where the results are the same. No values: they may be anybody's. */
export function findDifference(expected: unknown, found: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(expected, found)) return undefined;
  if (!isContainer(expected) || !isContainer(found) || Array.isArray(expected) !== Array.isArray(found))
    return path === '' ? 'the whole result' : path;
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const difference = findDifference(expected[key], found[key], `${path}/${key}`);
    if (difference !== undefined) return difference;
  }
  return path;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
