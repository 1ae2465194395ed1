// Columns that are named as labelled ones of the same database: its own labels come before those of the scheme.
import { readName } from './names/read-name.ts';
import { wordsOf } from './names/words.ts';
import type { TypeClass } from './vocabulary/vocabulary.ts';
import { strengths } from './vocabulary/vocabulary.ts';

export type Example = Readonly<{
  table: string;
  column: string;
  type: TypeClass;
  labels: readonly string[];
  name: string;
}>;

/** Somebody has looked at the other one, and may have had a reason to leave this one out. */
export const confidenceOfExample = 0.8;

export class Examples {
  readonly #byWords = new Map<string, Example[]>();

  add(example: Example): void {
    const key = keyOf(example);
    this.#byWords.set(key, [...(this.#byWords.get(key) ?? []), example]);
  }

  /** "name" or "rating" may be anything: such a word counts in tables that have a word of their names in common. */
  find(column: Omit<Example, 'labels' | 'name'>): Example | undefined {
    const examples = this.#byWords.get(keyOf(column));
    if (examples === undefined) return undefined;
    return isTelling(column.column)
      ? examples[0]
      : examples.find((example) => areAlike(example.table, column.table));
  }
}

const keyOf = ({ column, type }: Pick<Example, 'column' | 'type'>): string =>
  `${wordsOf(column).join(' ')}\0${type}`;

const isTelling = (column: string): boolean =>
  wordsOf(column).length > 1 || (readName(column, 'other')[0]?.confidence ?? 0) >= strengths.likely;

function areAlike(one: string, other: string): boolean {
  const words = new Set(wordsOf(one));
  return wordsOf(other).some((word) => words.has(word) && !/^\d+$/.test(word));
}
