// Names and statements as text, from the messages that carry them; what comes again byte for byte is read once.
import { Fault } from '../lib/index.ts';
import { type Cstring, isPlainText, readCstring, readParameterTypes } from '../wire/index.ts';
import { LastName } from './last-name.ts';
import { LastParse } from './last-parse.ts';
import type { PreparedStatement } from './named.ts';
import { ParsedText } from './parsed-text.ts';
import { traitsOf } from './text-traits.ts';

const TEXT_ENCODING = 'UTF8';

export class MessageTexts {
  readonly #pinsEncoding: boolean;
  readonly #statementBytesMax: number;
  readonly #lastParse = new LastParse();
  readonly #lastName = new LastName();

  constructor(pinned: Readonly<Record<string, string>>, statementBytesMax: number) {
    this.#pinsEncoding = pinned.client_encoding === TEXT_ENCODING;
    this.#statementBytesMax = statementBytesMax;
  }

  /** What a Parse prepares, or why it is refused; up to `end` it has arrived. */
  parse(bodyLength: number, bytes: Buffer, start: number, end: number): PreparedStatement | Fault {
    const known = this.#lastParse.find(bytes, start, start + bodyLength);
    return known ?? this.#readParse(bodyLength, bytes, start, end);
  }

  /** More is known of a statement that was read. */
  learned(known: PreparedStatement, better: PreparedStatement): void {
    this.#lastParse.replace(known, better);
  }

  /** A name, when it is one; bytes that are no text could be taken for another name's. */
  name(bytes: Buffer, start: number, end: number): Cstring | undefined {
    const known = this.#lastName.find(bytes, start, end);
    if (known !== undefined) return known;
    const name = readCstring(bytes, start, end);
    if (name === undefined || !this.isReadable(bytes, start, name.end - 1)) return undefined;
    this.#lastName.keep(bytes, start, name);
    return name;
  }

  /** With a pinned encoding, text is read as the server reads it or not at all. */
  isReadable(bytes: Buffer, start: number, end: number): boolean {
    return !this.#pinsEncoding || isPlainText(bytes, start, end);
  }

  #readParse(bodyLength: number, bytes: Buffer, start: number, end: number): PreparedStatement | Fault {
    const name = this.name(bytes, start, end);
    if (name === undefined) return new Fault('malformed_message');
    if (bodyLength > this.#statementBytesMax) return tooLarge(this.#statementBytesMax);
    const textEnd = bytes.indexOf(0, name.end);
    const parameterTypes = textEnd < 0 ? undefined : readParameterTypes(bytes, textEnd + 1, end);
    if (parameterTypes === undefined) return new Fault('malformed_message');
    if (!this.isReadable(bytes, name.end, textEnd)) return new Fault('statement_not_text');
    const text = bytes.toString('utf8', name.end, textEnd);
    const record: PreparedStatement = {
      name: name.text,
      text,
      wholeText: text,
      parameterTypes,
      traits: traitsOf(text),
      parsed: new ParsedText(text),
      hints: 0,
    };
    this.#lastParse.keep(bytes, start, end, record);
    return record;
  }
}

export const tooLarge = (limit: number): Fault => new Fault('statement_too_large', { limit });
