// The answer to one statement as lines: tables as psql draws them, copied data, tags. Several may be under way at once.
import type { ResultColumn } from '../../wire/index.ts';
import { cellLines } from './cell-lines.ts';
import { drawTable, type TableRow } from './psql-table.ts';
import { counted } from './words.ts';

type Table = { columns: readonly ResultColumn[]; rows: TableRow[]; leftOut: number; goesOn?: true };

/** Why a table ends where its result doesn't. */
export type CutShort = 'more' | 'cut';

const endings: Readonly<Record<CutShort, string>> = {
  more: 'and there were more to fetch',
  cut: 'and the rest was not recorded',
};

export class AnswerDrawer {
  #table: Table | undefined;
  /** A line of copy data that has not ended. */
  #copying = '';
  #hasCopied = false;

  /** A table is under way. */
  get hasTable(): boolean {
    return this.#table !== undefined;
  }

  columns(columns: readonly ResultColumn[]): void {
    this.#table = { columns, rows: [], leftOut: 0 };
  }

  row(values: TableRow): void {
    this.#tableOf(values).rows.push(values);
  }

  rowLeftOut(): void {
    this.#tableOf([]).leftOut += 1;
  }

  /** Copy data come in pieces that may end anywhere. */
  *copy(text: string): Generator<string> {
    const lines = `${this.#copying}${text}`.split('\n');
    this.#copying = lines.pop() ?? '';
    this.#hasCopied = true;
    for (const line of lines) yield copied(line);
  }

  *endCopy(): Generator<string> {
    if (this.#copying !== '') yield copied(this.#copying);
    this.#copying = '';
  }

  *complete(tag: string): Generator<string> {
    const isTable = this.#table !== undefined;
    yield* this.endTable();
    // As psql tells it: of what changes rows and returns them, both.
    if (isTable ? changing.test(tag) : !this.#hasCopied) yield shown(tag);
    this.#hasCopied = false;
  }

  /** Whoever watched couldn't be shown so many here. */
  *dropped(count: number): Generator<string> {
    const table = this.#tableOf([]);
    const dropped = `${counted(count, 'row')} left out, since they came too fast`;
    if (table.rows.length === 0) yield `(${dropped})`;
    else
      yield* drawTable(table.columns, table.rows, `(${counted(table.rows.length, 'row')}, and ${dropped})`);
    this.#table = { columns: table.columns, rows: [], leftOut: 0, goesOn: true };
  }

  *endTable(how?: CutShort): Generator<string> {
    const table = this.#table;
    if (table === undefined) return;
    const { columns, rows, leftOut } = table;
    this.#table = how === 'more' ? { columns, rows: [], leftOut: 0 } : undefined;
    const count = rows.length + leftOut;
    if (count === 0 && table.goesOn === true) return;
    const rest = [
      leftOut > 0 ? `${leftOut} too large to be recorded` : '',
      how === undefined ? '' : endings[how],
    ].filter((part) => part !== '');
    const footer = `(${counted(count, 'row')}${rest.map((part) => `, ${part}`).join('')})`;
    yield* drawTable(columns, rows, footer);
  }

  #tableOf(values: readonly unknown[]): Table {
    this.#table ??= {
      columns: values.map((_, at) => ({ name: `column ${at + 1}`, typeOid: 0 })),
      rows: [],
      leftOut: 0,
    };
    return this.#table;
  }
}

const changing = /^(?:INSERT|UPDATE|DELETE|MERGE) /;

/** Its tabs are tabs. */
const copied = (line: string): string => line.split('\t').map(shown).join('\t');

/** One line, whatever it holds. */
export const shown = (text: string): string =>
  cellLines(text)
    .map((line) => line.text)
    .join(' ');
