// The columns of one relation as the few texts that they came in: most relations of a database are never asked for.
import type { Column, ColumnLabel, StoredTree } from '../../sql/index.ts';
import { none } from './shared-values.ts';

/** By column number, for the columns that have one. */
type Parts = Readonly<Record<string, string>>;

const generatedKinds: Readonly<Record<string, Column['generated']>> = { s: 'stored', v: 'virtual' };

export class PackedColumns {
  /** "number type flags" of each column, between commas. */
  readonly #figures: string;
  /** Their names, in the same order, as JSON: a name may hold any character. */
  readonly #names: string;
  /** As JSON, by number. */
  #defaults: string | undefined;
  #comments: string | undefined;
  #labels: Map<number, readonly ColumnLabel[]> | undefined;

  constructor(figures: string, names: string) {
    this.#figures = figures;
    this.#names = names;
  }

  /** The same columns, without anything that was said of them. */
  copy(): PackedColumns {
    return new PackedColumns(this.#figures, this.#names);
  }

  setDefaults(json: string): void {
    this.#defaults = json;
  }

  setComments(json: string): void {
    this.#comments = json;
  }

  /** The numbers of columns with their comments. */
  comments(): readonly (readonly [number: number, comment: string])[] {
    const comments = Object.entries(parseParts(this.#comments));
    return comments.map(([number, comment]) => [Number(number), comment]);
  }

  names(): ReadonlyMap<number, string> {
    const names = JSON.parse(this.#names) as readonly string[];
    return new Map(
      this.#figures.split(',').map((figures, at) => [Number.parseInt(figures, 10), names[at] ?? '']),
    );
  }

  numberOf(name: string): number | undefined {
    // Most relations that are asked don't have the column: then nothing is taken apart.
    if (!this.#names.includes(JSON.stringify(name))) return undefined;
    for (const [number, own] of this.names()) if (own === name) return number;
    return undefined;
  }

  get labels(): ReadonlyMap<number, readonly ColumnLabel[]> {
    return this.#labels ?? noLabels;
  }

  /** One label once: what is said of the column itself comes before what it inherits. */
  addLabel(number: number, label: ColumnLabel): void {
    this.#labels ??= new Map();
    const labels = this.#labels.get(number) ?? none;
    if (!labels.some(({ name }) => name === label.name)) this.#labels.set(number, [...labels, label]);
  }

  unpack(): readonly (Column | undefined)[] {
    const names = JSON.parse(this.#names) as readonly string[];
    const defaults: Readonly<Record<string, StoredTree>> = parseParts(this.#defaults);
    const comments = parseParts(this.#comments);
    const columns: (Column | undefined)[] = [];
    for (const [at, figures] of this.#figures.split(',').entries()) {
      const [number, type, flags = ''] = figures.split(' ') as [string, string, string];
      // A column that was dropped leaves its number.
      while (columns.length < Number(number) - 1) columns.push(undefined);
      columns.push({
        number: Number(number),
        name: names[at] as string,
        type: Number(type),
        notNull: flags[0] === 'n',
        generated: generatedKinds[flags[1] ?? ''],
        identity: flags[2] !== '-',
        expression: defaults[number],
        comment: comments[number],
        labels: this.labels.get(Number(number)) ?? none,
      });
    }
    return columns;
  }
}

const noLabels: ReadonlyMap<number, readonly ColumnLabel[]> = new Map();

function parseParts(json: string | undefined): Parts {
  return json === undefined ? {} : (JSON.parse(json) as Parts);
}
