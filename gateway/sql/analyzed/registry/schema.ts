// The registry as the reader and the visitor use it: the fields of each tag in one server version, in their order.
import { clauses } from './clauses.ts';
import { enums } from './enums.ts';
import { expressions } from './expressions.ts';
import { type Field, parseField } from './field-kind.ts';
import type { NodeTag } from './node.ts';
import { rangeTableEntry } from './range-table-entry.ts';

/** The major versions of PostgreSQL whose trees the registry describes. */
export const treeVersions = [15, 16, 17, 18] as const;
export type TreeVersion = (typeof treeVersions)[number];

export type Schema = Readonly<{
  tag: string;
  isExpression: boolean;
  fields: readonly Field[];
  /** For a range table entry: what follows `fields`, by the code of its kind. */
  variants: readonly (readonly Field[] | undefined)[] | undefined;
}>;

export type Registry = ReadonlyMap<string, Schema>;

const registries = new Map<number, Registry>();

/** The tags and fields of one major version, or undefined for one that nobody has described. */
export function registryOf(majorVersion: number): Registry | undefined {
  if (!treeVersions.some((version) => version === majorVersion)) return undefined;
  const known = registries.get(majorVersion) ?? buildRegistry(majorVersion);
  registries.set(majorVersion, known);
  return known;
}

function buildRegistry(version: number): Registry {
  const registry = new Map<string, Schema>();
  const pick = (lines: readonly string[]) =>
    lines.map(parseField).filter(({ since, until }) => since <= version && version <= until);
  const add = (tag: string, isExpression: boolean, lines: readonly string[]) => {
    if ((firstVersion[tag as NodeTag] ?? 0) > version) return;
    registry.set(tag, { tag, isExpression, fields: pick(lines), variants: undefined });
  };
  for (const [tag, lines] of Object.entries(expressions)) add(tag, true, lines);
  for (const [tag, lines] of Object.entries(clauses)) add(tag, false, lines);

  const kinds: Readonly<Record<string, readonly string[]>> = rangeTableEntry.kinds;
  registry.set('RANGETBLENTRY', {
    tag: 'RANGETBLENTRY',
    isExpression: false,
    fields: pick(rangeTableEntry.before),
    variants: enums.RTEKind.map((kind) => {
      if (kind === null || (kind === 'group' && version < 18)) return undefined;
      return pick([...(kinds[kind] ?? []), ...rangeTableEntry.after]);
    }),
  });
  return registry;
}

const firstVersion: Readonly<Partial<Record<NodeTag, number>>> = {
  RTEPERMISSIONINFO: 16,
  JSONVALUEEXPR: 16,
  JSONCONSTRUCTOREXPR: 16,
  JSONISPREDICATE: 16,
  JSONFORMAT: 16,
  JSONRETURNING: 16,
  MERGESUPPORTFUNC: 17,
  JSONEXPR: 17,
  JSONBEHAVIOR: 17,
  JSONTABLEPATH: 17,
  JSONTABLEPATHSCAN: 17,
  JSONTABLESIBLINGJOIN: 17,
};

const holders: ReadonlySet<string> = new Set([
  'node',
  'node!',
  'expr',
  'expr!',
  'list',
  'exprs',
  'exprs?',
  'rows',
  'grouping',
]);

/** The fields of each tag that hold nodes, over all versions: what the visitor follows. */
export const childFields: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    ...expressions,
    ...clauses,
    RANGETBLENTRY: [
      ...rangeTableEntry.before,
      ...Object.values(rangeTableEntry.kinds).flat(),
      ...rangeTableEntry.after,
    ],
  }).map(([tag, lines]) => {
    const names = lines.map(parseField).filter(({ kind }) => holders.has(kind));
    return [tag, [...new Set(names.map(({ name }) => name))]];
  }),
);
