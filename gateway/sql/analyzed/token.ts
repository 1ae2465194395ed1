// The tokens of PostgreSQL's node text: where one ends, and what an escaped one says.
import { NodeTextError } from './node-text-error.ts';

export const code = {
  tab: 0x09,
  newline: 0x0a,
  space: 0x20,
  quote: 0x22,
  open: 0x28,
  close: 0x29,
  minus: 0x2d,
  zero: 0x30,
  backslash: 0x5c,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Nodes and lists nested deeper than this aren't read: the reader recurses, and the stack isn't endless. */
export const maxDepth = 1_000;

/** The offset after the token that starts at `start`: whitespace or an unescaped bracket ends it. */
export function endOfToken(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === code.backslash) {
      at++;
      continue;
    }
    if (unit <= code.space && (unit === code.space || unit === code.newline || unit === code.tab)) break;
    if (unit === code.open || unit === code.close || unit === code.openBrace || unit === code.closeBrace)
      break;
  }
  if (at > text.length) throw new NodeTextError('malformed', text.length, 'the text ends in an escape');
  return at;
}

/** A token without its protective backslashes. */
export function unescapeToken(token: string): string {
  return token.includes('\\') ? token.replace(/\\([\s\S])/g, '$1') : token;
}

/**
 * The offset after the node that starts at `start`, without reading it: braces and parentheses match, and braces
 * hold an upper-case tag. What a node that the registry doesn't know is skipped with.
 */
export function skipNode(text: string, start: number): number {
  const closers: number[] = [];
  let at = start;
  do {
    const unit = text.charCodeAt(at);
    if (unit === code.openBrace || unit === code.open) {
      if (unit === code.openBrace && readTag(text, at) === undefined)
        throw new NodeTextError('malformed', at + 1, 'expected the tag of a node');
      closers.push(unit === code.open ? code.close : code.closeBrace);
      at++;
    } else if (unit === code.close || unit === code.closeBrace) {
      if (closers.pop() !== unit)
        throw new NodeTextError('malformed', at, 'this bracket closes none that is open');
      at++;
    } else if (unit === code.space || unit === code.newline || unit === code.tab) at++;
    else if (at >= text.length)
      throw new NodeTextError('malformed', at, 'the text ends inside a node or a list');
    else at = endOfToken(text, at);
  } while (closers.length > 0);
  return at;
}

/** The tag of the node whose brace stands at `start`. */
export function readTag(text: string, start: number): string | undefined {
  let at = start + 1;
  for (;;) {
    const unit = text.charCodeAt(at);
    const isTagCharacter = (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f || (unit >= 0x30 && unit <= 0x39);
    if (!isTagCharacter) break;
    at++;
  }
  return at === start + 1 ? undefined : text.slice(start + 1, at);
}
