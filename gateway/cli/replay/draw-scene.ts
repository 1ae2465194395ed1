// Scenes as lines of a terminal: statements behind a prompt, results as psql draws them, and what the gateway did.
import type { ResultColumn } from '../../wire/index.ts';
import type { Paint, Style } from '../page/paint.ts';
import { formatServerMessage } from '../sql/error-text.ts';
import { cellLines } from './cell-lines.ts';
import { drawTable, type TableRow } from './psql-table.ts';
import type { Outcome, Scene, SessionScene } from './scene.ts';
import { approvalLine, cutLine, outcomeLine, refusedLines, waited } from './words.ts';

type Table = { columns: readonly ResultColumn[]; rows: TableRow[]; leftOut: number };

/** Where what the gateway says begins, below the statement. */
const INDENT = '            ';

export class SceneDrawer {
  readonly #paint: Paint;
  /** When the session was opened: times are shown from then. */
  #began: number | undefined;
  #table: Table | undefined;
  /** A line of copy data that has not ended. */
  #copying = '';
  #hasCopied = false;
  /** Something of the answer to this statement was recorded. */
  #answered: string | undefined;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  *draw(scene: Scene): Generator<string> {
    this.#began ??= scene.at;
    if (scene.kind !== 'copy') yield* this.#endCopy();
    switch (scene.kind) {
      case 'session':
        yield* this.#session(scene, scene.at);
        return;
      case 'statement':
        yield* this.#statement(scene.text ?? '(a statement without a text)', scene.at, scene.parameters);
        return;
      case 'columns':
        this.#answered = scene.statement;
        this.#table = { columns: scene.columns, rows: [], leftOut: 0 };
        return;
      case 'row':
        this.#tableOf(scene.values).rows.push(scene.values);
        return;
      case 'row_left_out':
        this.#tableOf([]).leftOut += 1;
        return;
      case 'copy':
        this.#answered = scene.statement;
        yield* this.#copy(scene.text);
        return;
      case 'suspended':
        yield* this.#endTable('more');
        return;
      case 'complete': {
        this.#answered = scene.statement;
        const isTable = this.#table !== undefined;
        yield* this.#endTable();
        // As psql tells it: of what changes rows and returns them, both.
        if (isTable ? changing.test(scene.tag) : !this.#hasCopied) yield shown(scene.tag);
        this.#hasCopied = false;
        return;
      }
      case 'error':
      case 'notice':
        this.#answered = scene.statement;
        yield* this.#endTable();
        yield* this.#painted(
          scene.kind === 'error' ? 'red' : 'yellow',
          formatServerMessage(scene.text).trimEnd().split('\n'),
        );
        return;
      case 'notification':
        yield `Asynchronous notification "${shown(scene.channel)}" with payload "${shown(scene.payload)}" received.`;
        return;
      case 'held':
        yield* this.#said('yellow', scene.at, waited(scene));
        return;
      case 'approval':
        yield* this.#said('yellow', scene.at, approvalLine(scene));
        return;
      case 'refused':
        if (scene.text !== undefined) yield* this.#statement(scene.text, scene.at, []);
        yield* this.#painted('red', refusedLines(scene).map(shown));
        yield '';
        return;
      case 'outcome':
        yield* this.#outcome(scene, scene.statement);
        return;
      case 'cut':
        yield* this.#endTable('cut');
        yield* this.#said('yellow', scene.at, cutLine(scene.because, scene.limit));
        return;
      case 'note':
        yield* this.#said('yellow', scene.at, scene.text);
        return;
      case 'ended':
        yield* this.#said(
          'bold',
          scene.at,
          `The session ended${scene.why === undefined ? '' : `: ${scene.why}`}.`,
        );
        return;
      default:
        scene satisfies never;
    }
  }

  /** What was under way when the story stops. */
  *end(): Generator<string> {
    yield* this.#endCopy();
    yield* this.#endTable('cut');
  }

  *#session(scene: SessionScene, at: number): Generator<string> {
    const { session, principal, is, behalf, resource, address, application, method } = scene;
    const from = [address, application].filter((part) => part !== undefined && part !== '').join(', ');
    const rows = [
      ['Session', session],
      ['who', `${principal} (${is})${behalf === undefined ? '' : `, ${behalf}`}`],
      ['resource', resource],
      ['from', from],
      ['login by', method ?? ''],
      ['opened', `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ];
    for (const [name = '', value = ''] of rows)
      if (value !== '') yield `${this.#paint('bold', name.padEnd(9))} ${shown(value)}`;
    yield '';
  }

  *#statement(text: string, at: number, parameters: readonly string[]): Generator<string> {
    const lines = cellLines(text.trimEnd());
    for (const [index, { text: line }] of lines.entries())
      yield index === 0
        ? `${this.#paint('gray', `[${this.#clock(at)}]`)} ${this.#paint('bold', `=> ${line}`)}`
        : `${INDENT}${this.#paint('bold', `-> ${line}`)}`;
    if (parameters.length > 0)
      yield this.#paint(
        'gray',
        `${INDENT}${parameters.map((value, at) => `$${at + 1} = ${shown(value)}`).join(', ')}`,
      );
  }

  #tableOf(values: readonly unknown[]): Table {
    this.#table ??= {
      columns: values.map((_, at) => ({ name: `column ${at + 1}`, typeOid: 0 })),
      rows: [],
      leftOut: 0,
    };
    return this.#table;
  }

  *#endTable(how?: 'more' | 'cut'): Generator<string> {
    const table = this.#table;
    if (table === undefined) return;
    const { columns, rows, leftOut } = table;
    this.#table = how === 'more' ? { columns, rows: [], leftOut: 0 } : undefined;
    const count = rows.length + leftOut;
    const rest = [
      leftOut > 0 ? `${leftOut} too large to be recorded` : '',
      how === 'more' ? 'and there were more to fetch' : how === 'cut' ? 'and the rest was not recorded' : '',
    ].filter((part) => part !== '');
    const footer = `(${count === 1 ? '1 row' : `${count} rows`}${rest.map((part) => `, ${part}`).join('')})`;
    yield* drawTable(columns, rows, footer);
  }

  /** Copy data come in pieces that may end anywhere. */
  *#copy(text: string): Generator<string> {
    const lines = `${this.#copying}${text}`.split('\n');
    this.#copying = lines.pop() ?? '';
    this.#hasCopied = true;
    for (const line of lines) yield copied(line);
  }

  *#endCopy(): Generator<string> {
    if (this.#copying !== '') yield copied(this.#copying);
    this.#copying = '';
  }

  *#outcome(scene: Outcome, statement: string | undefined): Generator<string> {
    yield* this.#endTable('cut');
    const isAnswered = this.#answered !== undefined && this.#answered === statement;
    yield this.#paint('gray', `${INDENT}${shown(outcomeLine(scene, isAnswered))}`);
    yield '';
  }

  *#said(style: Style, at: number, text: string): Generator<string> {
    yield `${this.#paint('gray', `[${this.#clock(at)}]`)} ${this.#paint(style, shown(text))}`;
  }

  *#painted(style: Style, lines: readonly string[]): Generator<string> {
    for (const line of lines) yield this.#paint(style, line);
  }

  /** Minutes, seconds and milliseconds since the session began. */
  #clock(at: number): string {
    const milliseconds = Math.max(0, at - (this.#began ?? at));
    const minutes = Math.floor(milliseconds / 60_000);
    const seconds = ((milliseconds % 60_000) / 1000).toFixed(3);
    return `${String(minutes).padStart(2, '0')}:${seconds.padStart(6, '0')}`;
  }
}

const changing = /^(?:INSERT|UPDATE|DELETE|MERGE) /;

/** Its tabs are tabs. */
const copied = (line: string): string => line.split('\t').map(shown).join('\t');

/** One line, whatever it holds. */
const shown = (text: string): string =>
  cellLines(text)
    .map((line) => line.text)
    .join(' ');
