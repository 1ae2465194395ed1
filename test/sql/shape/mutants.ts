// Texts that differ from one in a constant or in a character: what a skeleton has to tell apart, or not.
import { scanToJson } from '../../../gateway/sql/syntax/grammar.ts';
import { byteIndex } from '../../../gateway/sql/syntax/source.ts';
import type { Random } from '../../support/random.ts';
import { between, comments, numbers, numbersByType, strings, unusual } from './constants.ts';

export type ScannedToken = Readonly<{ name: string; start: number; end: number }>;

/** As PostgreSQL's own scanner reads them, comments too; undefined for a text that it doesn't read. */
export function scannedTokens(text: string): readonly ScannedToken[] | undefined {
  try {
    const { tokens = [] } = JSON.parse(scanToJson(text)) as {
      tokens?: readonly { start: number; end: number; tokenName: string }[];
    };
    const indexOf = byteIndex(text);
    return tokens.map(({ start, end, tokenName }) => ({
      name: tokenName,
      start: indexOf(start),
      end: indexOf(end),
    }));
  } catch {
    return undefined;
  }
}

const isNumber = ({ name }: ScannedToken): boolean => name === 'ICONST' || name === 'FCONST';
const isString = ({ name }: ScannedToken): boolean => name === 'SCONST';

/** Other constants in the place of some: of the same kind, or of any. */
export function withOtherConstants(text: string, random: Random, how: 'same kind' | 'any'): string {
  const chance = random.pick([0.2, 0.6, 1]);
  return replaceTokens(text, (token) => {
    if (!(isNumber(token) || isString(token)) || !random.chance(chance)) return undefined;
    if (how === 'any') return random.pick([...numbers, ...strings, ...unusual]);
    return random.pick(isNumber(token) ? numbers : strings);
  });
}

/** Others of the same type in the place of those that end there. */
export function withOtherValues(text: string, random: Random, ends: ReadonlySet<number>): string {
  return replaceTokens(text, (token, piece) => {
    if (!ends.has(token.end) || !(isNumber(token) || isString(token))) return undefined;
    return isString(token) ? random.pick(strings) : random.pick(sameType(piece));
  });
}

function sameType(number: string): readonly string[] {
  const choices: readonly (readonly string[])[] = Object.values(numbersByType);
  return choices.find((each) => each.includes(number)) ?? numbersByType.int4;
}

/** Something comes between two tokens, or in the middle of one; or a character, a token or a blank is missing. */
export function withAnotherToken(text: string, random: Random): string {
  const tokens = scannedTokens(text) ?? [];
  const token = tokens.length === 0 ? { start: 0, end: 0 } : random.pick(tokens);
  const at = random.pick([token.start, token.end, random.integer(0, text.length)]);
  switch (random.integer(0, 4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, token.start) + text.slice(token.end);
    case 2:
      return text.slice(0, token.end) + text.slice(token.start);
    default:
      return text.slice(0, at) + random.pick(between) + text.slice(at);
  }
}

/** Some texts with comments in the same places. */
export function withComments(text: string, random: Random): readonly string[] {
  const chance = random.pick([0.1, 0.5]);
  const ends = (scannedTokens(text) ?? []).map(({ end }) => end);
  const places = [0, ...ends].filter(() => random.chance(chance));
  return [1, 2, 3].map(() => {
    let written = '';
    let from = 0;
    for (const place of places) {
      written += text.slice(from, place) + random.pick(comments);
      from = place;
    }
    return written + text.slice(from);
  });
}

/** Words in another case, which are the same to the server; quoted names in another are other names. */
export function withOtherCase(text: string, random: Random): string {
  return replaceTokens(text, (token, piece) => {
    if (isString(token) || !random.chance(0.5)) return undefined;
    return random.chance(0.5) ? piece.toUpperCase() : piece.toLowerCase();
  });
}

function replaceTokens(
  text: string,
  replacement: (token: ScannedToken, piece: string) => string | undefined,
): string {
  let replaced = '';
  let from = 0;
  for (const token of scannedTokens(text) ?? []) {
    const other = replacement(token, text.slice(token.start, token.end));
    if (other === undefined) continue;
    replaced += text.slice(from, token.start) + other;
    from = token.end;
  }
  return replaced + text.slice(from);
}
