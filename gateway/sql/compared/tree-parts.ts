// Small parts of syntax trees: names, lists, and a node with its type.
import type { Fields } from '../syntax/walk.ts';

export type Typed = Readonly<{ type: string; fields: Fields }>;

/** A node as the grammar wraps it; undefined where there is none. */
export function typed(node: unknown): Typed | undefined {
  const [entry] = Object.entries((node ?? {}) as Fields);
  return entry === undefined ? undefined : { type: entry[0], fields: entry[1] as Fields };
}

export const listOf = (nodes: unknown): readonly Typed[] =>
  Array.isArray(nodes) ? nodes.flatMap((node) => typed(node) ?? []) : [];

/** The grammar leaves an empty text out. */
export const sval = (fields: Fields): string => (typeof fields.sval === 'string' ? fields.sval : '');

export const columnNames = (nodes: unknown): readonly string[] =>
  listOf(nodes).flatMap(({ type, fields }) => (type === 'String' ? [sval(fields)] : []));

/** Undefined for a star. */
export function lastName(nodes: unknown): string | undefined {
  const last = listOf(nodes).at(-1);
  return last?.type === 'String' ? sval(last.fields) : undefined;
}
