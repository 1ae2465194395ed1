// The lines of a value as psql lays it out: tabs as blanks, and written out what could steer the terminal.
import { textWidth } from './character-width.ts';

export type Line = Readonly<{ text: string; width: number }>;

const TAB = 8;
/** Line separators and what turns the direction of text are written out too, which psql leaves to the terminal. */
const steering = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export function cellLines(value: string): readonly Line[] {
  return value.split('\n').map(lineOf);
}

function lineOf(line: string): Line {
  if (!steering.test(line)) return { text: line, width: textWidth(line) };
  let text = '';
  let width = 0;
  for (const character of line) {
    const shown = character === '\t' ? ' '.repeat(TAB - (width % TAB)) : written(character);
    text += shown;
    width += textWidth(shown);
  }
  return { text, width };
}

function written(character: string): string {
  if (!steering.test(character)) return character;
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  const hex = code.toString(16).toUpperCase();
  return code < 0x80 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
