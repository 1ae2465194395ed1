// Patterns of names as psql's \d takes them: `cust*`, `hr.*`, `public."Orders"`.

import type { Relation, RelationKind } from '../../sql/index.ts';

export type NamePattern = (relation: Pick<Relation, 'schema' | 'name' | 'kind'>) => boolean;

/** What is listed when it isn't named: relations that hold or show rows. */
const listed: ReadonlySet<RelationKind> = new Set<RelationKind>([
  'table',
  'partitioned_table',
  'view',
  'materialized_view',
  'foreign_table',
]);

const ownSchema = (schema: string): boolean => !/^pg_|^information_schema$/.test(schema);

/** Everything that people made and that has rows. */
export const everything: NamePattern = ({ schema, kind }) => listed.has(kind) && ownSchema(schema);

/**
 * `*` stands for any characters, `?` for one, a dot divides schema and name; quotes make characters and case literal.
 * Undefined for a text that can't be one. Without a schema the server's own are left out, as is what holds no rows.
 */
export function readNamePattern(text: string): NamePattern | undefined {
  const parts = splitPattern(text);
  if (parts === undefined || parts.length > 2) return undefined;
  const [first = '', second] = parts.map(toExpression);
  if (second === undefined) {
    const name = new RegExp(first, 'su');
    return (relation) => everything(relation) && name.test(relation.name);
  }
  const [schema, name] = [new RegExp(first, 'su'), new RegExp(second, 'su')];
  return (relation) => listed.has(relation.kind) && schema.test(relation.schema) && name.test(relation.name);
}

type Token = Readonly<{ text: string; literal: boolean }>;

function splitPattern(text: string): readonly (readonly Token[])[] | undefined {
  const parts: Token[][] = [[]];
  for (const [whole, quoted, plain] of text.matchAll(/"((?:[^"]|"")*)"|([^".]+)|\.|"/gu)) {
    if (whole === '"') return undefined;
    if (whole === '.') parts.push([]);
    else if (quoted !== undefined) parts.at(-1)?.push({ text: quoted.replaceAll('""', '"'), literal: true });
    else parts.at(-1)?.push({ text: (plain ?? '').toLowerCase(), literal: false });
  }
  return parts.every((part) => part.length > 0) ? parts : undefined;
}

function toExpression(tokens: readonly Token[]): string {
  const pieces = tokens.map(({ text, literal }) => {
    const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return literal ? escaped : escaped.replaceAll('\\*', '.*').replaceAll('\\?', '.');
  });
  return `^(?:${pieces.join('')})$`;
}
