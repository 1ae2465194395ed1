// Which lines of a file are worth being read, where events are wanted in whose lines one of some texts stands. Events that
// share a line have the text in their contexts, and the line names those.
import { contextIn } from '../../event/context.ts';
import { isStatementsLine } from '../../event/statements-line.ts';

export class MarkedLines {
  readonly #marks: readonly string[];
  /** Hashes of contexts. */
  readonly #marked = new Set<string>();

  /** As JSON has them. */
  constructor(marks: readonly string[]) {
    this.#marks = marks;
  }

  /** Lines in the order of their file. What events share is always worth it: a line is read whole, or not at all. */
  readonly mayMatter = (line: string): boolean => {
    if (line.startsWith('{"shape":')) return true;
    const context = contextIn(line);
    if (context !== undefined) {
      if (this.#isMarked(context.json)) this.#marked.add(context.hash);
      return true;
    }
    return isStatementsLine(line)
      ? contextsOf(line).some((hash) => this.#marked.has(hash))
      : this.#isMarked(line);
  };

  #isMarked(text: string): boolean {
    return this.#marks.some((mark) => text.includes(mark));
  }
}

/** Each of them stands before an entry, as some parameters may too. */
const contextsOf = (line: string): readonly string[] => line.match(/[\w-]{43}(?=",\[)/g) ?? [];
