// Cuts typed SQL into statements at the semicolons that end one, as psql does; it never judges what they mean.

/** What an unfinished statement waits for: shown in the prompt. */
export type Waiting = '-' | "'" | '"' | '$' | '*' | '(';

export class StatementReader {
  #buffer = '';
  #waiting: Waiting = '-';

  /** Adds text and returns the statements that are now complete, without their semicolons. */
  feed(text: string): string[] {
    this.#buffer += text;
    const statements: string[] = [];
    for (;;) {
      const { end, waiting } = findEnd(this.#buffer);
      this.#waiting = waiting;
      if (end === undefined) return statements;
      const statement = this.#buffer.slice(0, end).trim();
      this.#buffer = this.#buffer.slice(end + 1);
      if (statement !== '') statements.push(statement);
    }
  }

  /** What is left when no more text comes: a last statement without a semicolon. */
  finish(): string | undefined {
    const statement = this.#buffer.trim();
    this.clear();
    return statement === '' ? undefined : statement;
  }

  /** Undefined between statements. */
  get waiting(): Waiting | undefined {
    return this.#buffer.trim() === '' ? undefined : this.#waiting;
  }

  clear(): void {
    this.#buffer = '';
    this.#waiting = '-';
  }
}

type End = Readonly<{ end: number | undefined; waiting: Waiting }>;

const token =
  /(?<comment>--[^\n]*)|(?<block>\/\*)|(?<escape>\b[eE]')|(?<quote>')|(?<name>")|(?<dollar>(?<![\w$])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<punctuation>[();])/g;

/** Finds the semicolon that ends the first statement, outside quotes, comments, brackets and BEGIN ATOMIC bodies. */
function findEnd(sql: string): End {
  let depth = 0;
  const body = new RoutineBody();
  token.lastIndex = 0;
  for (let match = token.exec(sql); match !== null; match = token.exec(sql)) {
    const { groups = {}, index } = match;
    const after = index + match[0].length;
    if (groups.word !== undefined) body.see(groups.word.toLowerCase());
    else if (groups.punctuation === '(') depth += 1;
    else if (groups.punctuation === ')') depth = Math.max(0, depth - 1);
    else if (groups.punctuation === ';') {
      if (depth === 0 && !body.open) return { end: index, waiting: '-' };
    } else if (groups.comment === undefined) {
      const [end, waiting] = skip(sql, after, groups);
      if (end === undefined) return { end, waiting };
      token.lastIndex = end;
    }
  }
  return { end: undefined, waiting: depth > 0 ? '(' : '-' };
}

/** The end of the quoted thing or comment that was opened just before `from`. */
function skip(
  sql: string,
  from: number,
  opened: Record<string, string | undefined>,
): [number | undefined, Waiting] {
  if (opened.block !== undefined) return [endOfComment(sql, from), '*'];
  if (opened.dollar !== undefined) return [after(sql, opened.dollar, from), '$'];
  if (opened.name !== undefined) return [after(sql, '"', from), '"'];
  if (opened.quote !== undefined) return [after(sql, "'", from), "'"];
  const pattern = /\\[\s\S]|'/g;
  pattern.lastIndex = from;
  for (let match = pattern.exec(sql); match !== null; match = pattern.exec(sql)) {
    if (match[0] === "'") return [pattern.lastIndex, "'"];
  }
  return [undefined, "'"];
}

/** A doubled quote reads as the end of one quoted thing and the start of the next: the same outcome. */
function after(sql: string, closing: string, from: number): number | undefined {
  const at = sql.indexOf(closing, from);
  return at === -1 ? undefined : at + closing.length;
}

function endOfComment(sql: string, from: number): number | undefined {
  const pattern = /\/\*|\*\//g;
  pattern.lastIndex = from;
  let depth = 1;
  for (let match = pattern.exec(sql); match !== null; match = pattern.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return pattern.lastIndex;
  }
  return undefined;
}

/** Follows BEGIN … END in CREATE FUNCTION and CREATE PROCEDURE, whose semicolons end nothing. */
class RoutineBody {
  #words: string[] = [];
  #depth = 0;

  see(word: string): void {
    if (this.#words.length < 4) this.#words.push(word);
    if (!this.#isRoutine()) return;
    if (word === 'begin' || (word === 'case' && this.#depth > 0)) this.#depth += 1;
    if (word === 'end' && this.#depth > 0) this.#depth -= 1;
  }

  get open(): boolean {
    return this.#depth > 0;
  }

  #isRoutine(): boolean {
    return /^create (or replace )?(function|procedure)\b/.test(this.#words.join(' '));
  }
}
