// Finds the text of an expression in a statement: by trying pieces, since the tree says where one begins but not its end.

import type { Node } from 'libpg-query';
import { confirmed, selectOf } from '../../syntax/inner-text.ts';
import { scanTokens, type Token } from '../../syntax/tokens.ts';

/** So many pieces are tried for one statement, and so many characters in all, so that no session waits for another's. */
const MOST_PIECES = 200;
const MOST_CHARACTERS = 200_000;

export class ExpressionTexts {
  readonly #source: string;
  #tokens: readonly Token[] | undefined;
  /** The token where the last one began: the next one is asked for in the order of the text, as a rule. */
  #last = 0;
  #pieces = 0;
  #characters = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** The first piece that, as `write` puts it into a SELECT, is the one output that is wanted. */
  find(wanted: Node, write: (piece: string) => string): string | undefined {
    if (this.#isSpent) return undefined;
    const tree = selectOf([wanted]);
    for (const piece of this.#candidates()) {
      this.#characters += piece.length;
      this.#pieces++;
      if (this.#isSpent) return undefined;
      if (confirmed([write(piece)], tree) !== undefined) return piece;
    }
    return undefined;
  }

  get #isSpent(): boolean {
    return this.#pieces > MOST_PIECES || this.#characters > MOST_CHARACTERS;
  }

  /** Pieces after an opening word and before a separator, then before anything: too many rather than too few. */
  *#candidates(): Generator<string> {
    this.#tokens ??= scanTokens(this.#source);
    const [first, count] = [this.#last, this.#tokens.length];
    for (const mayFollow of [isSeparator, () => true])
      for (let step = 0; step < count; step++) {
        const at = (first + step) % count;
        if (!mayBegin(this.#tokens, at)) continue;
        this.#last = at;
        yield* this.#from(this.#tokens, at, mayFollow);
      }
  }

  *#from(tokens: readonly Token[], at: number, mayFollow: (token: Token) => boolean): Generator<string> {
    const first = tokens[at] as Token;
    for (let end = at + 1; end <= tokens.length; end++) {
      const next = tokens[end];
      if (next !== undefined && (next.depth > first.depth || !mayFollow(next))) continue;
      yield this.#source.slice(first.start, tokens[end - 1]?.end);
      if (
        next !== undefined &&
        (next.depth < first.depth || (next.text === ',' && next.depth === first.depth))
      )
        return;
    }
  }
}

/** What comes before an expression or a type where one can stand. */
const before = new Set([
  'where',
  'using',
  'check',
  'default',
  'as',
  'type',
  'when',
  'values',
  'in',
  'from',
  'to',
]);

function mayBegin(tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1];
  if (previous === undefined) return false;
  if (previous.text === '(' || previous.text === ',' || before.has(previous.keyword ?? '')) return true;
  // ADD COLUMN name type: after a name that comes after a word.
  return tokens[at - 2]?.keyword !== undefined;
}

const isSeparator = ({ keyword, text }: Token): boolean =>
  keyword !== undefined || text === ',' || text === ')';
