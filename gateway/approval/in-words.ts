// What a statement does, in sentences that somebody who approves it can weigh.
import type { StatementFacts, WriteFact } from '../sql/index.ts';

const verbs = { insert: 'inserts', update: 'updates', delete: 'deletes', truncate: 'empties' } as const;

const filters: Readonly<Record<NonNullable<WriteFact['rowFilter']>, string>> = {
  none: 'no filter: every row',
  always_true: 'a filter that is always true: every row',
  filtered: 'those that a filter chooses',
  key_equality: 'the one row of a key',
  key_list: 'the rows of a list of keys',
};

/** How many rows tables have, about; by name. */
export type TableSizes = ReadonlyMap<string, number>;

export function inWords(facts: StatementFacts, sizes: TableSizes = new Map()): readonly string[] {
  return [
    ...facts.writes.map((write) => writeInWords(write, sizes.get(write.target))),
    ...(facts.writes.length === 0 ? [doesOtherwise(facts)] : []),
    ...labelled(facts),
    ...facts.opaque.map(({ because }) => `It may do more than is said here: ${because}.`),
  ];
}

function writeInWords(write: WriteFact, size: number | undefined): string {
  const { action, target, rowFilter, columns, through } = write;
  const what =
    action === 'truncate'
      ? `Empties ${target}${size === undefined ? '' : `, which has about ${number(size)} rows`}`
      : `${capital(verbs[action])} ${countOf(write, size)} ${action === 'insert' ? 'into' : 'of'} ${target}`;
  const which = rowFilter === undefined ? '' : ` (${filters[rowFilter]})`;
  const set = action === 'update' && columns.length > 0 ? `; sets ${columns.join(', ')}` : '';
  const by = through.length === 0 ? '' : `, by way of ${through.join(', ')}`;
  return `${what}${which}${set}${by}.`;
}

function countOf({ action, rows, estimatedRows, rowFilter }: WriteFact, size: number | undefined): string {
  if (rows !== undefined) return `${number(rows)} row${rows === 1 ? '' : 's'}`;
  const all = action === 'insert' ? undefined : size;
  if (estimatedRows === undefined) {
    const isAll = rowFilter === 'none' || rowFilter === 'always_true';
    return all === undefined || !isAll ? 'rows' : `about ${number(all)} rows`;
  }
  // Both are estimates, made at different times.
  const isPart = all !== undefined && all >= estimatedRows;
  if (isPart) return `about ${number(estimatedRows)} of ${number(all)} rows`;
  return `about ${number(estimatedRows)} row${estimatedRows === 1 ? '' : 's'}`;
}

function doesOtherwise({ tag, relations }: StatementFacts): string {
  const touched = relations
    .filter(({ through }) => through.length === 0)
    .map(({ schema, name }) => `${schema}.${name}`);
  return touched.length === 0 ? `Runs ${tag}.` : `Runs ${tag} on ${[...new Set(touched)].join(', ')}.`;
}

function labelled({ columns }: StatementFacts): string[] {
  const names = columns.filter(({ labels }) => labels.length > 0);
  if (names.length === 0) return [];
  const each = names.map(
    ({ schema, table, name, labels }) => `${schema}.${table}.${name} (${labels.join(', ')})`,
  );
  return [`Uses labelled columns: ${each.join(', ')}.`];
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
