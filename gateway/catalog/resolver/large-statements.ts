// What a thread does with a text that is too long for the event loop; it keeps nothing from one job to the next.
import { loadGrammar } from '../../sql/index.ts';
import { type QueryStatement, readQuery } from './query-statement.ts';
import { type StatementError, type Unresolvable, unresolvable } from './resolution.ts';
import type { NamedType } from './type-names.ts';
import { type WrappedStatement, wrapStatement } from './wrapped-statement.ts';

type Text = Readonly<{ text: string; maxBytes: number }>;

/** The tree stays here: to hand it over takes longer than to parse. */
export async function readText({
  text,
  maxBytes,
}: Text): Promise<Omit<QueryStatement, 'tree' | 'text'> | StatementError | Unresolvable> {
  await loadGrammar();
  const query = readQuery(text, maxBytes);
  if (query.kind !== 'query') return query;
  const { kind, bytes, parameters } = query;
  return { kind, bytes, parameters };
}

export async function wrapText({
  text,
  maxBytes,
  types,
  name,
}: Text & Readonly<{ types: readonly NamedType[]; name: string | undefined }>): Promise<
  WrappedStatement | Unresolvable
> {
  await loadGrammar();
  const query = readQuery(text, maxBytes);
  if (query.kind !== 'query') return unresolvable('not_verified', 'the statement was another one before');
  return wrapStatement(query, types, name);
}

export type ReadText = typeof readText;
export type WrapText = typeof wrapText;
