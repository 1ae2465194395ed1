// Reads JSON as OPA hashes it: beside the value comes its text with keys in byte order and numbers as they were written.

/** What is wrong with a text, without any of its content. */
export class JsonProblem extends Error {}

export type CanonicalJson = Readonly<{
  /** Objects have no prototype. */
  value: unknown;
  canonical: string;
  /** A whole number is in it that JavaScript would round, and so would the WASM policy. */
  rounded: boolean;
}>;

const DEPTH_AT_MOST = 200;

export function readCanonicalJson(text: string): CanonicalJson {
  return new CanonicalReader(text).read();
}

class CanonicalReader {
  readonly #text: string;
  #at = 0;
  /** The canonical text of the value that was read last. */
  #canonical = '';
  #rounded = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): CanonicalJson {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw new JsonProblem('there is something behind its end');
    return { value, canonical: this.#canonical, rounded: this.#rounded };
  }

  #value(depth: number): unknown {
    if (depth > DEPTH_AT_MOST) throw new JsonProblem(`it is nested more than ${DEPTH_AT_MOST} deep`);
    this.#skipSpace();
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x7b:
        return this.#object(depth);
      case 0x5b:
        return this.#array(depth);
      case 0x22:
        return this.#string();
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = Object.create(null);
    const members: { key: string; text: string }[] = [];
    this.#at += 1;
    if (!this.#skip(0x7d)) {
      do {
        this.#skipSpace();
        if (this.#text.charCodeAt(this.#at) !== 0x22) throw new JsonProblem('a key is missing');
        const key = this.#string();
        const prefix = `${this.#canonical}:`;
        if (!this.#skip(0x3a)) throw new JsonProblem('a colon is missing');
        // Readers differ in which of the two counts.
        if (key in value) throw new JsonProblem('an object has a key twice');
        value[key] = this.#value(depth + 1);
        members.push({ key, text: prefix + this.#canonical });
      } while (this.#skip(0x2c));
      if (!this.#skip(0x7d)) throw new JsonProblem('an object does not end');
    }
    const compare = members.some(({ key }) => surrogate.test(key)) ? compareBytes : compareUnits;
    members.sort((a, b) => compare(a.key, b.key));
    this.#canonical = `{${members.map(({ text }) => text).join(',')}}`;
    return value;
  }

  #array(depth: number): unknown[] {
    const value: unknown[] = [];
    const texts: string[] = [];
    this.#at += 1;
    if (!this.#skip(0x5d)) {
      do {
        value.push(this.#value(depth + 1));
        texts.push(this.#canonical);
      } while (this.#skip(0x2c));
      if (!this.#skip(0x5d)) throw new JsonProblem('an array does not end');
    }
    this.#canonical = `[${texts.join(',')}]`;
    return value;
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (end !== -1 && this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new JsonProblem('a string does not end');
    this.#at = end + 1;
    const written = this.#text.slice(start, end + 1);
    if (!notAsItStands.test(written)) {
      this.#canonical = written;
      return written.slice(1, -1);
    }
    try {
      // Go reads half a surrogate pair as U+FFFD.
      const value = (JSON.parse(written) as string).toWellFormed();
      this.#canonical = quote(value);
      return value;
    } catch {
      throw new JsonProblem('a string has a wrong escape or a control character');
    }
  }

  #isEscaped(quoteAt: number, start: number): boolean {
    let backslashes = 0;
    while (quoteAt - 1 - backslashes > start && this.#text.charCodeAt(quoteAt - 1 - backslashes) === 0x5c) {
      backslashes += 1;
    }
    return backslashes % 2 === 1;
  }

  #number(): number {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new JsonProblem('a value is missing or is no JSON');
    this.#at = pattern.lastIndex;
    const value = Number(found[0]);
    if (!Number.isFinite(value)) throw new JsonProblem('a number is too large');
    if (found[1] === undefined && found[2] === undefined && !Number.isSafeInteger(value))
      this.#rounded = true;
    this.#canonical = found[0];
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonProblem('a value is missing or is no JSON');
    this.#at += word.length;
    this.#canonical = word;
    return value;
  }

  /** Passes over one character, and the space before it, if it is the one that is asked for. */
  #skip(character: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const character = this.#text.charCodeAt(this.#at);
      if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) return;
      this.#at += 1;
    }
  }
}

/** Strings with none of these are their own canonical text: nearly all are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const notAsItStands = /[\u0000-\u001f\\\u2028\u2029\ud800-\udfff]/;
const surrogate = /[\ud800-\udfff]/;

/** As Go's encoder quotes without HTML escaping: as JavaScript does, but for the two line separators. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** The order of UTF-8 bytes is that of JavaScript's code units, but where surrogate pairs are. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
