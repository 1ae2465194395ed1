// Parameters of type void in the arguments of a function: drivers declare so what it gives back, and the server leaves
// them out of the call.
import { scanTokens } from '../../sql/index.ts';
import type { ParameterPlace } from './parameter-places.ts';
import type { NamedType } from './type-names.ts';

const VOID = 2278;

/** As ParseFuncOrColumn (parse_func.c) leaves them out. */
export const isVoidArgument = ({ isArgument }: ParameterPlace, { oid }: NamedType): boolean =>
  isArgument && oid === VOID;

export type Piece = Readonly<{ begin: number; end: number }>;

/** What is to be left out of the text, in bytes: each parameter, and a comma beside it. */
export function voidPieces(text: string, places: readonly ParameterPlace[]): readonly Piece[] {
  if (places.length === 0) return [];
  const bytes = Buffer.from(text);
  const tokens = scanTokens(text);
  const leftOut = new Set<number>();
  // From the left: the last of several has the comma before it left.
  for (const { byte } of places.toSorted((one, other) => one.byte - other.byte)) {
    const start = bytes.toString('utf8', 0, byte).length;
    const at = tokens.findIndex((token) => token.start === start);
    if (at < 0) continue;
    leftOut.add(at);
    const comma = [at - 1, at + 1].find((beside) => tokens[beside]?.text === ',' && !leftOut.has(beside));
    if (comma !== undefined) leftOut.add(comma);
  }
  return tokens
    .filter((_, at) => leftOut.has(at))
    .map(({ start, end }) => {
      const begin = Buffer.byteLength(text.slice(0, start));
      return { begin, end: begin + Buffer.byteLength(text.slice(start, end)) };
    });
}
