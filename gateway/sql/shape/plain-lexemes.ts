// Where the pieces of a text end that is written in the plain way: every version of the server reads it alike.

export const blank = 1;
const word = 2;
export const digit = 3;
/** A character that stays as it is, whatever is next to it. */
export const plain = 4;
export const quote = 5;
const doubleQuote = 6;
const dollar = 7;
export const dot = 8;
const minus = 9;
export const slash = 10;
const semicolon = 11;

/** What a character begins outside quotes; 0 for those that aren't read here. Older servers know no vertical tab. */
const kinds = new Uint8Array(128);
const mark = (characters: string, kind: number): void => {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
};
mark(' \t\n\r\f', blank);
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', word);
mark('0123456789', digit);
mark('()[],:+*<>=~!@#%^&|`?', plain);
mark("'", quote);
mark('"', doubleQuote);
mark('$', dollar);
mark('.', dot);
mark('-', minus);
mark('/', slash);
mark(';', semicolon);

export const kindAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  return unit < 128 ? (kinds[unit] as number) : 0;
};

/** A piece that can't be read here. */
export const unread = -1;

/** Where a piece ends that begins with a character of that kind. */
export function endOfPiece(text: string, start: number, kind: number): number {
  switch (kind) {
    case blank:
    case plain:
      return start + 1;
    case word:
      return endOfWord(text, start);
    case quote:
      return endOfString(text, start);
    case digit:
      return endOfNumber(text, start);
    case dot: {
      const after = kindAt(text, start + 1);
      if (after === digit) return endOfNumber(text, start);
      return after === dot ? unread : start + 1;
    }
    case doubleQuote:
      return endOfQuotes(text, start, '"');
    case dollar:
      return endOfParameter(text, start);
    case minus:
      return kindAt(text, start + 1) === minus ? unread : start + 1;
    case slash:
      return text.charCodeAt(start + 1) === 0x2a /* * */ ? endOfComment(text, start) : start + 1;
    case semicolon:
      return endOfBlanks(text, start + 1) === text.length ? text.length : unread;
    default:
      return unread;
  }
}

function endOfBlanks(text: string, start: number): number {
  let at = start;
  while (kindAt(text, at) === blank) at++;
  return at;
}

/** A name or keyword, but none that may make another kind of string of the quotes behind it: e'…', n'…', u&"…". */
function endOfWord(text: string, start: number): number {
  let at = start + 1;
  let kind = kindAt(text, at);
  while (kind === word || kind === digit || kind === dollar) kind = kindAt(text, ++at);
  if (kind === quote) return unread;
  if (kind !== plain || text.charCodeAt(at) !== 0x26 /* & */) return at;
  const after = kindAt(text, at + 1);
  return after === quote || after === doubleQuote ? unread : at;
}

/** With standard_conforming_strings on, a backslash is a character like others. */
function endOfString(text: string, start: number): number {
  const end = endOfQuotes(text, start, "'");
  // What stands in quotes of its own on another line belongs to it.
  return end === unread || kindAt(text, endOfBlanks(text, end)) === quote ? unread : end;
}

/** Two of them are one that is meant. */
function endOfQuotes(text: string, start: number, closing: string): number {
  let at = text.indexOf(closing, start + 1);
  while (at >= 0) {
    if (text.charCodeAt(at + 1) !== text.charCodeAt(at)) return at + 1;
    at = text.indexOf(closing, at + 2);
  }
  return unread;
}

function endOfParameter(text: string, start: number): number {
  const end = endOfDigits(text, start + 1);
  return end > start + 1 ? aloneAt(text, end) : unread;
}

/** The first that looks like its end is one, unless others begin inside. */
function endOfComment(text: string, start: number): number {
  const closing = text.indexOf('*/', start + 2);
  const another = text.indexOf('/*', start + 2);
  return closing < 0 || (another >= 0 && another < closing) ? unread : closing + 2;
}

export function endOfDigits(text: string, start: number): number {
  let at = start;
  while (kindAt(text, at) === digit) at++;
  return at;
}

/** Decimal, with or without a fraction and an exponent. */
function endOfNumber(text: string, start: number): number {
  let at = endOfDigits(text, start);
  if (kindAt(text, at) === dot) at = endOfDigits(text, at + 1);
  if ((text.charCodeAt(at) | 0x20) === 0x65 /* e */) {
    const sign = text.charCodeAt(at + 1);
    const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
    at = endOfDigits(text, digits);
    if (at === digits) return unread;
  }
  return aloneAt(text, at);
}

/** Servers differ on what it means when a number goes on in another token: 1a, 1_000, 0x1F, 1..2. */
function aloneAt(text: string, end: number): number {
  if (end >= text.length) return end;
  const kind = kindAt(text, end);
  return kind === blank || kind === plain || kind === minus || kind === slash || kind === semicolon
    ? end
    : unread;
}
