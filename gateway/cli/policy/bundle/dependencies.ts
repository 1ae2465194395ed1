// What of the input the decisions depend on, as `opa deps` says.
import { type Opa, runOrFail } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';

export type Dependencies = Readonly<Record<string, readonly string[]>>;

type Term = Readonly<{ type: string; value: unknown }>;

export async function readDependencies(
  opa: Opa,
  { root, policies }: PolicyRepository,
  entryPoints: readonly string[],
): Promise<Dependencies> {
  const found: [string, readonly string[]][] = [];
  for (const entryPoint of entryPoints) {
    const rule = `data.${entryPoint.replaceAll('/', '.')}`;
    const printed = await runOrFail(opa, ['deps', '--format', 'json', '--bundle', policies, rule], root);
    const { base = [] } = JSON.parse(printed) as { base?: readonly (readonly Term[])[] };
    found.push([entryPoint, shortest(base.filter(([first]) => first?.value === 'input').map(pathOf))]);
  }
  return Object.fromEntries(found);
}

/**
 * `input.identity.groups`. A path ends before a step that isn't known before or that isn't a plain name: then all of
 * what holds it counts, which is more and never less.
 */
function pathOf(reference: readonly Term[]): string {
  const steps = ['input'];
  for (const { type, value } of reference.slice(1)) {
    if (type !== 'string' || typeof value !== 'string' || !/^\w+$/.test(value)) break;
    steps.push(value);
  }
  return steps.join('.');
}

/** Without what lies within another. */
function shortest(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => ![...all].some((other) => path.startsWith(`${other}.`))).sort();
}
