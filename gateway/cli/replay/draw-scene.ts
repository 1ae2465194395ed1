// Scenes as lines of a terminal: statements behind a prompt, results as psql draws them, and what the gateway did.
import type { ServerText } from '../../wire/index.ts';
import type { Paint, Style } from '../page/paint.ts';
import { formatServerMessage } from '../sql/error-text.ts';
import { cellLines } from './cell-lines.ts';
import { AnswerDrawer, shown } from './draw-answer.ts';
import type { Outcome, Scene, SessionScene } from './scene.ts';
import { approvalLine, cutLine, outcomeLine, refusedLines, waited } from './words.ts';

/** Where what the gateway says begins, below the statement. */
const INDENT = '            ';

export class SceneDrawer {
  readonly #paint: Paint;
  /** When the session was opened: times are shown from then. */
  #began: number | undefined;
  /** Of the statements whose outcome is not told yet; portals may be fetched by turns. */
  readonly #answers = new Map<string, AnswerDrawer>();
  /** Which of them has a line of copy data under way. */
  #copying: AnswerDrawer | undefined;
  /** Whose text or answer stands last on the page. */
  #last: string | undefined;
  /** The beginnings of statements, to be told again where the answers of others stand between. */
  readonly #beginnings = new Map<string, string>();

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
      case 'statement': {
        const text = scene.text ?? '(a statement without a text)';
        this.#begun(scene.statement, text, scene.at);
        yield* this.#statement(text, scene.at, scene.parameters);
        return;
      }
      case 'columns':
        this.#answerTo(scene.statement).columns(scene.columns);
        return;
      case 'row':
        this.#answerTo(scene.statement).row(scene.values);
        return;
      case 'row_left_out':
        this.#answerTo(scene.statement).rowLeftOut();
        return;
      case 'copy':
        yield* this.#whose(scene.statement);
        this.#copying = this.#answerTo(scene.statement);
        yield* this.#copying.copy(scene.text);
        return;
      case 'dropped':
        if (scene.rows === undefined)
          yield* this.#said('yellow', scene.at, 'more came than can be shown, and some of it was left out');
        else {
          yield* this.#whose(scene.statement);
          yield* this.#answerTo(scene.statement).dropped(scene.rows);
        }
        return;
      case 'suspended':
        yield* this.#whose(scene.statement);
        yield* this.#answerTo(scene.statement).endTable('more');
        return;
      case 'complete':
        yield* this.#whose(scene.statement);
        yield* this.#answerTo(scene.statement).complete(scene.tag);
        return;
      case 'error':
        yield* this.#whose(scene.statement);
        yield* this.#answerTo(scene.statement).endTable();
        yield* this.#serverSaid('red', scene.text);
        return;
      // It may come between two rows, and psql tells it before the table, too.
      case 'notice':
        yield* this.#whose(scene.statement);
        this.#answerTo(scene.statement);
        yield* this.#serverSaid('yellow', scene.text);
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
        if (scene.text !== undefined) {
          this.#last = undefined;
          yield* this.#statement(scene.text, scene.at, []);
        }
        yield* this.#painted('red', refusedLines(scene).map(shown));
        yield '';
        return;
      case 'outcome':
        yield* this.#outcome(scene, scene.statement);
        return;
      case 'cut':
        // A row of a table that goes on: what stands below the table counts it.
        if (scene.because === 'message_limit' && this.#answerTo(scene.statement).hasTable) return;
        yield* this.#endTables(scene.statement);
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
    yield* this.#endTables(undefined);
  }

  #answerTo(statement = ''): AnswerDrawer {
    const known = this.#answers.get(statement);
    if (known !== undefined) return known;
    const fresh = new AnswerDrawer();
    this.#answers.set(statement, fresh);
    return fresh;
  }

  /** Of all that are under way, where it isn't known of which. */
  *#endTables(statement: string | undefined): Generator<string> {
    for (const [id, answer] of this.#answers) {
      if (statement !== undefined && id !== statement) continue;
      const lines = [...answer.endTable('cut')];
      if (lines.length > 0) yield* this.#whose(id);
      yield* lines;
    }
  }

  #begun(statement: string | undefined, text: string, at: number): void {
    this.#last = statement;
    if (statement === undefined) return;
    const beginning = cellLines(text.trimEnd())[0]?.text ?? '';
    this.#beginnings.set(statement, `[${this.#clock(at)}] ${beginning}`);
  }

  /** Which statement is answered, where the one above is another. */
  *#whose(statement: string | undefined): Generator<string> {
    const beginning = this.#beginnings.get(statement ?? '');
    if (beginning !== undefined && statement !== this.#last)
      yield this.#paint('gray', `${INDENT}to ${beginning}`);
    this.#last = statement;
  }

  *#serverSaid(style: Style, text: ServerText): Generator<string> {
    yield* this.#painted(style, formatServerMessage(text).trimEnd().split('\n'));
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

  *#endCopy(): Generator<string> {
    yield* this.#copying?.endCopy() ?? [];
    this.#copying = undefined;
  }

  *#outcome(scene: Outcome, statement = ''): Generator<string> {
    const isAnswered = this.#answers.has(statement);
    yield* this.#endTables(statement);
    yield* this.#whose(statement);
    yield this.#paint('gray', `${INDENT}${shown(outcomeLine(scene, isAnswered))}`);
    yield '';
    this.#answers.delete(statement);
    this.#beginnings.delete(statement);
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
