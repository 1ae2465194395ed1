// What a subject says that its statements touch: by that they are found again.

import type { Members } from './source/entry.ts';
import { isMembers } from './source/told.ts';

export type Touched = Readonly<{
  /** Those that are read: `public.customers.ssn`. */
  columns: readonly string[];
  /** Of these columns, of relations and of results. */
  labels: readonly string[];
  /** Read or written. */
  relations: readonly string[];
}>;

const nothing: Touched = Object.freeze({ columns: [], labels: [], relations: [] });
const known = new WeakMap<Members, Touched>();

/** All statements of its text together. */
export function touchedBy(subject: Members): Touched {
  let touched = known.get(subject);
  if (touched === undefined) {
    touched = together([subject, ...listOf(subject.others)].map(touchedByOne));
    known.set(subject, touched);
  }
  return touched;
}

function touchedByOne({ input }: Members): Touched {
  const statement = isMembers(input) ? input.statement : undefined;
  if (!isMembers(statement)) return nothing;
  const columns = listOf(statement.columns);
  const relations = listOf(statement.relations);
  const labels = [...columns, ...relations, ...listOf(statement.outputs)].flatMap((each) =>
    Array.isArray(each.labels) ? (each.labels as string[]) : [],
  );
  return {
    columns: columns.filter(isRead).map(({ schema, relation, name }) => `${schema}.${relation}.${name}`),
    labels,
    relations: relations.map(({ schema, name }) => `${schema}.${name}`),
  };
}

/** What is only written isn't read. */
const isRead = ({ used, used_inside: inside }: Members): boolean =>
  [...(Array.isArray(used) ? used : []), ...(Array.isArray(inside) ? inside : [])].some(
    (use) => use !== 'write_target',
  );

function together(all: readonly Touched[]): Touched {
  const each = (of: (one: Touched) => readonly string[]) => [...new Set(all.flatMap(of))].sort();
  return {
    columns: each(({ columns }) => columns),
    labels: each(({ labels }) => labels),
    relations: each(({ relations }) => relations),
  };
}

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isMembers) : []);
