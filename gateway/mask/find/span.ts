// Where something was found in a text.

export type Span = Readonly<{ from: number; to: number }>;

/** All matches of an expression, without those that a closer look refuses. */
export function* spansOf(
  text: string,
  expression: RegExp,
  isReal?: (match: string) => boolean,
): Generator<Span> {
  for (const match of text.matchAll(expression)) {
    if (isReal === undefined || isReal(match[0])) {
      yield { from: match.index, to: match.index + match[0].length };
    }
  }
}
