// The cases of a policy repository: what its tests ask, and what OPA decides of each.

import type { TestInput } from '../bundle/assemble.ts';
import { type Opa, runOrFail } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';

/** `overlay`: what `data` has while the case is decided, instead of what it has otherwise, by its first key. */
export type Case = Readonly<{
  name: string;
  entrypoint: string;
  input: unknown;
  overlay: Readonly<Record<string, unknown>>;
  want: Readonly<Record<string, unknown>>;
  without: readonly string[];
  /** By OPA itself; undefined where it decides nothing. */
  decided: unknown;
}>;

type Completed = Omit<Case, 'name' | 'overlay' | 'decided'> & Readonly<Record<string, unknown>>;

type ByName<T> = Readonly<Record<string, T>>;

/** None in a repository whose tests are Rego alone. Sorted by name. */
export async function readCases(opa: Opa, repository: PolicyRepository): Promise<Case[]> {
  const all = ((await evaluate(opa, repository, 'data.policy_cases.all')) ?? {}) as ByName<Completed>;
  const decided = ((await evaluate(opa, repository, 'data.policy_cases.decided')) ?? {}) as ByName<unknown>;
  return Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { entrypoint, input, want, without, malformed: _, ...others }]) => ({
      ...{ name, entrypoint, input, want, without },
      overlay: others,
      decided: decided[name],
    }));
}

/** As many as a manifest may carry, spread over all of them. */
export async function readManifestInputs(
  opa: Opa,
  repository: PolicyRepository,
  entryPoints: readonly string[],
): Promise<TestInput[]> {
  const found = (await evaluate(opa, repository, 'data.policy_cases.manifest_inputs')) ?? [];
  const inputs = (found as readonly TestInput[]).filter(({ entrypoint }) => entryPoints.includes(entrypoint));
  const every = inputs.length / mostInputs;
  if (every <= 1) return inputs;
  return Array.from({ length: mostInputs }, (_, at) => inputs[Math.floor(at * every)] as TestInput);
}

const mostInputs = 500;

/** Undefined where the rule is, and where there are no tests. */
async function evaluate(
  opa: Opa,
  { root, policies, tests }: PolicyRepository,
  rule: string,
): Promise<unknown> {
  if (tests === undefined) return undefined;
  const printed = await runOrFail(
    opa,
    ['eval', '--format', 'json', '--data', policies, '--data', tests, rule],
    root,
  );
  const { result } = JSON.parse(printed) as Evaluated;
  return result?.[0]?.expressions[0]?.value;
}

type Evaluated = Readonly<{
  result?: readonly Readonly<{ expressions: readonly Readonly<{ value: unknown }>[] }>[];
}>;
