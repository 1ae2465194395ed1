// Which of the gateway's questions the policies of a repository answer.
import { type Opa, runOrFail } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';

/** What the gateway asks, and what it lets a policy say about the decisions that leave it. */
export const knownEntryPoints = [
  'gateway/statement/decision',
  'gateway/connect/decision',
  'gateway/approve/decision',
  'gateway/access/decision',
  'system/log/mask',
  'system/log/drop',
] as const;

/** Files by the part of `data` that they are in, as `opa inspect` names it: `data.gateway.statement`. */
export type Namespaces = Readonly<Record<string, readonly string[]>>;

export async function readNamespaces(opa: Opa, { root, policies }: PolicyRepository): Promise<Namespaces> {
  const printed = await runOrFail(opa, ['inspect', '--format', 'json', policies], root);
  return (JSON.parse(printed) as { namespaces?: Namespaces }).namespaces ?? {};
}

export const hasRego = (namespaces: Namespaces): boolean =>
  Object.values(namespaces)
    .flat()
    .some((file) => file.endsWith('.rego'));

export async function findEntryPoints(
  opa: Opa,
  { root }: PolicyRepository,
  namespaces: Namespaces,
): Promise<string[]> {
  const rules = new Map<string, readonly string[]>();
  for (const entryPoint of knownEntryPoints) {
    const place = packageOf(entryPoint);
    if (rules.has(place)) continue;
    const files = (namespaces[place] ?? []).filter((file) => file.endsWith('.rego'));
    const names = await Promise.all(files.map((file) => ruleNames(opa, root, file)));
    rules.set(place, names.flat());
  }
  return knownEntryPoints.filter((entryPoint) =>
    rules.get(packageOf(entryPoint))?.includes(entryPoint.split('/').at(-1) ?? ''),
  );
}

const packageOf = (entryPoint: string): string => ['data', ...entryPoint.split('/').slice(0, -1)].join('.');

type Parsed = Readonly<{
  rules?: readonly Readonly<{ head: Readonly<{ ref: readonly { value: string }[] }> }>[];
}>;

async function ruleNames(opa: Opa, folder: string, file: string): Promise<string[]> {
  const { rules = [] } = JSON.parse(
    await runOrFail(opa, ['parse', '--format', 'json', file], folder),
  ) as Parsed;
  return rules.map(({ head }) => head.ref[0]?.value ?? '');
}
