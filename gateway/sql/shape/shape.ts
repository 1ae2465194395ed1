// The shape of a statement: its text with a class in the place of each constant that can't change its facts.

import { byteIndex } from '../syntax/source.ts';
import type { Statement } from '../syntax/statement.ts';
import type { ConstantType } from './constant-type.ts';
import { type FreePlace, findFreePlaces } from './free-places.ts';
import { type FreeConstant, writeKey } from './key.ts';
import { UnreadableText } from './lexemes.ts';

export type { ConstantType, FreeConstant };

export type Shape = Readonly<{
  /** Statements that have the same key have the same facts, in the same context. */
  key: string;
  /** The constants that aren't in the key, in the order of the text. */
  constants: readonly FreeConstant[];
}>;

/** A sentence for logs: such a statement is known by its text alone. */
export type Shapeless = Readonly<{ none: string }>;

/** A key is nearly as long as its text: longer ones aren't worth the memory. */
const maxCharacters = 32_768;

/**
 * The shape of a statement that was parsed from the text. What the key leaves out is chosen from the parse tree;
 * everything else of the text stays in it, but for comments, blanks and the case of unquoted names.
 *
 * Facts that are shared by shape must not depend on the value of a constant that is free: whoever makes facts read
 * another constant than `row-filter/` and `row-count.ts` do has to keep it in the key first. A free string may be one
 * that the type or the function can't read: the server says so itself when the statement reaches it.
 *
 * @example
 * const text = "SELECT name FROM customers WHERE id = 5 AND city IN ('Bonn', 'Ulm') LIMIT 3";
 * const [statement] = parseStatements(text, { maxBytes: 1_000 });
 * shapeOf(statement, text).key; // select name from customers where id = {int4} and city in ({text}…) limit 3
 */
export function shapeOf(statement: Statement, text: string): Shape | Shapeless {
  if (statement.source.length > maxCharacters) return { none: 'the statement is too long to have a shape' };
  const places = findFreePlaces(statement);
  if (!Array.isArray(places)) return places as Shapeless;
  const { start, source } = statement;
  try {
    return writeKey(text, start, start + source.length, inCharacters(places as FreePlace[], text));
  } catch (error) {
    if (error instanceof UnreadableText) return { none: error.message };
    throw error;
  }
}

/** The parse tree counts bytes of UTF-8. */
function inCharacters(places: FreePlace[], text: string): FreePlace[] {
  if (places.length === 0 || Buffer.byteLength(text) === text.length) return places;
  const indexOf = byteIndex(text);
  return places.map((place) => ({ ...place, at: indexOf(place.at) }));
}
