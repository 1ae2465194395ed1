// Digits, dashes and spaces of all scripts as those of ASCII, so that nothing is missed for how it was typed.

const foreign = /[^\0-\x7f]/;
const digit = /\p{Nd}/u;
const replaced = /[\p{Nd}\p{Pd}\p{Zs}\u2212\uff20]/gu;

/** Every character stands where it stood: a place in one text is the same place in the other. */
export function withPlainCharacters(text: string): string {
  return foreign.test(text) ? text.replace(replaced, plainOf) : text;
}

function plainOf(character: string): string {
  // A digit beyond the first 65,536 characters takes two units, and is left.
  if (character.length > 1 || character < '\u0080') return character;
  if (digit.test(character)) return String(digitOf(character.charCodeAt(0)));
  if (character === '\uff20') return '@';
  return /\p{Zs}/u.test(character) ? ' ' : '-';
}

/** Of each script the ten digits stand one behind the other, from nought on. */
function digitOf(code: number): number {
  let value = 0;
  while (value < 9 && digit.test(String.fromCharCode(code - value - 1))) value += 1;
  return value;
}
