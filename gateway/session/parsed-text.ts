// A text as PostgreSQL's grammar reads it: parsed once, when somebody asks, and shared by all who ask.
import { parseStatements, type Statement as SqlStatement, SyntaxRefusal } from '../sql/index.ts';

/** The statements of a text, or why the grammar doesn't read it. */
export type Parsed = readonly SqlStatement[] | SyntaxRefusal;

export class ParsedText {
  readonly text: string;
  #parsed: Parsed | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** True once somebody has asked: then asking costs nothing. */
  get isRead(): boolean {
    return this.#parsed !== undefined;
  }

  /** A message's length is limited before it gets here. */
  read(): Parsed {
    this.#parsed ??= parse(this.text);
    return this.#parsed;
  }
}

function parse(text: string): Parsed {
  try {
    return parseStatements(text, { maxBytes: Number.POSITIVE_INFINITY });
  } catch (thrown) {
    if (thrown instanceof SyntaxRefusal) return thrown;
    throw thrown;
  }
}
