// Some of the rows that a commit changes, as people read them at a terminal: as they were, and as they are.
import { type Layout, layRows, type Row } from '../page/rows.ts';

export type SampleDocument = Readonly<{
  table: string;
  hidden: readonly string[];
  rows: readonly Readonly<{ before?: Values; after?: Values }>[];
  problem?: string;
}>;

type Values = Readonly<Record<string, string | null>>;

export function renderSamples(samples: readonly SampleDocument[], layout: Layout): readonly string[] {
  return samples.flatMap(({ table, hidden, rows, problem }) => {
    const notes = [
      ...(hidden.length === 0 ? [] : [`without ${hidden.join(', ')}`]),
      ...(problem === undefined ? [] : [problem]),
    ];
    const title = `some of the rows of ${table}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
    const lines = rows.flatMap(({ before, after }): Row[] => [
      ...(before === undefined ? [] : [['-', inWords(before)]]),
      ...(after === undefined ? [] : [['+', inWords(after)]]),
    ]);
    return ['', ...layRows([[title]], layout), ...layRows(lines, layout)];
  });
}

/** A line each, whatever the values hold. */
const inWords = (values: Values): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value === null ? 'NULL' : JSON.stringify(value)}`)
    .join('  ');
