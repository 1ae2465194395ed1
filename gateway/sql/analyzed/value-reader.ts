// Reads the values of node text that hold no nodes: numbers, words, strings, sets, the bytes of constants.
import type { Datum } from './registry/field-kind.ts';
import { code, endOfToken, unescapeToken } from './token.ts';

/** Thrown inside the reader alone, to leave a node at its first surprise; one object, since nobody reads a stack. */
export const surprise = { name: 'the node is not as the registry says' };

export class ValueReader {
  protected readonly text: string;
  protected at = 0;

  constructor(text: string) {
    this.text = text;
  }

  protected readBool(): boolean {
    const text = this.text;
    if (text.startsWith('true', this.at)) {
      this.at += 4;
      return true;
    }
    if (!text.startsWith('false', this.at)) throw surprise;
    this.at += 5;
    return false;
  }

  protected readInteger(): number {
    if (this.text.charCodeAt(this.at) !== code.minus) return this.readUnsigned();
    this.at++;
    return -this.readUnsigned();
  }

  protected readUnsigned(): number {
    const text = this.text;
    const start = this.at;
    let at = start;
    let value = 0;
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - code.zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === start || value > 0xffffffff) throw surprise;
    this.at = at;
    return value;
  }

  protected readWord(words: readonly (string | null)[]): string {
    const end = endOfToken(this.text, this.at);
    const word = this.text.slice(this.at, end);
    if (!words.includes(word)) throw surprise;
    this.at = end;
    return word;
  }

  /** PostgreSQL 15 writes an empty string as null; from 16 on it is a pair of quotes. */
  protected readString(): string | null {
    if (this.readNull()) return null;
    const end = endOfToken(this.text, this.at);
    const token = this.text.slice(this.at, end);
    if (token === '') throw surprise;
    this.at = end;
    return token === '""' ? '' : unescapeToken(token);
  }

  /** An element of a list of strings. */
  protected readQuoted(): string {
    const end = endOfToken(this.text, this.at);
    const token = this.text.slice(this.at, end);
    if (token.length < 2 || !token.startsWith('"') || !token.endsWith('"')) throw surprise;
    this.at = end;
    return unescapeToken(token.slice(1, -1));
  }

  /** `4 [ 1 0 0 0 0 0 0 0 ]`: bytes are written signed where the server's `char` is signed. */
  protected readDatum(): Datum | null {
    if (this.readNull()) return null;
    const text = this.text;
    const length = this.readUnsigned();
    if (!text.startsWith(' [ ', this.at)) throw surprise;
    this.at += 3;
    // Bytes take at least two characters each, so that a wrong length can't ask for more memory than the text has.
    if (length > (text.length - this.at) / 2 + 1) throw surprise;
    const bytes = new Uint8Array(Math.max(length, 8));
    let count = 0;
    while (text.charCodeAt(this.at) !== 0x5d) {
      const byte = this.readInteger();
      if (byte < -128 || byte > 255 || count === bytes.length) throw surprise;
      bytes[count++] = byte;
      this.take(code.space);
    }
    this.at++;
    if (count !== length && !(count === 8 && length < 8)) throw surprise;
    return { length, bytes: count === bytes.length ? bytes : bytes.subarray(0, count) };
  }

  protected readNumbers(letter: 'i' | 'o' | 'b'): readonly number[] {
    const text = this.text;
    this.take(code.open);
    this.take(letter.charCodeAt(0));
    const numbers: number[] = [];
    while (text.charCodeAt(this.at) === code.space) {
      this.at++;
      numbers.push(letter === 'i' ? this.readInteger() : this.readUnsigned());
    }
    this.take(code.close);
    return numbers;
  }

  protected readNull(): boolean {
    if (!this.text.startsWith('<>', this.at)) return false;
    this.at += 2;
    return true;
  }

  protected take(unit: number): void {
    if (this.text.charCodeAt(this.at) !== unit) throw surprise;
    this.at++;
  }
}

export function surprised(): never {
  throw surprise;
}
