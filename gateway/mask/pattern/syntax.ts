// Regular expressions as trees: the part of JavaScript's syntax that a machine without backtracking can run.
import {
  type CharacterSet,
  complement,
  digits,
  ignoringCase,
  lineEnds,
  single,
  spaces,
  union,
  wordCharacters,
} from './character-set.ts';

export type Tree =
  | Readonly<{ is: 'set'; set: CharacterSet }>
  | Readonly<{ is: 'sequence'; parts: readonly Tree[] }>
  | Readonly<{ is: 'choice'; parts: readonly Tree[] }>
  | Readonly<{ is: 'repeat'; part: Tree; least: number; most: number }>
  | Readonly<{ is: 'assert'; what: Assertion }>;

/** `^`, `$`, `\b`, `\B`: true of a place between two characters. */
export type Assertion = 'start' | 'end' | 'boundary' | 'inside';

/** Why a regular expression can't be a mask's. The text may quote the expression, which is no secret. */
export class PatternRefused extends Error {
  override readonly name = 'PatternRefused';
}

export const mostRepeats = 1000;
const deepest = 50;

export function parsePattern(pattern: string): Tree {
  const ignoreCase = pattern.startsWith('(?i)');
  return new Reader(ignoreCase ? pattern.slice(4) : pattern, ignoreCase).read();
}

const classes: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  D: complement(digits),
  w: wordCharacters,
  W: complement(wordCharacters),
  s: spaces,
  S: complement(spaces),
};
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11 };

class Reader {
  readonly #text: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text;
    this.#ignoreCase = ignoreCase;
  }

  read(): Tree {
    const tree = this.#choice();
    if (this.#at < this.#text.length) throw this.#refuse('has a ) without its (');
    return tree;
  }

  #choice(): Tree {
    if (++this.#depth > deepest) throw this.#refuse('nests too deeply');
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth -= 1;
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { is: 'choice', parts };
  }

  #sequence(): Tree {
    const parts: Tree[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { is: 'sequence', parts };
  }

  #repeated(part: Tree): Tree {
    const times = this.#times();
    if (times === undefined) return part;
    if (part.is === 'assert') throw this.#refuse('repeats a place');
    // A match is always the longest: what ? after a repetition asks for has no meaning here.
    if (this.#text[this.#at] === '?') throw this.#refuse('has a lazy repetition; leave out the last ?');
    if (this.#times() !== undefined) throw this.#refuse('repeats a repetition; put it into brackets');
    return { is: 'repeat', part, least: times[0], most: times[1] };
  }

  #times(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    const match = /^\{(\d{1,5})(,(\d{1,5})?)?\}/.exec(this.#text.slice(this.#at, this.#at + 14));
    if (match === null) return undefined;
    this.#at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? Infinity : Number(match[3]);
    if (least > mostRepeats || (most !== Infinity && most > mostRepeats)) {
      throw this.#refuse(`repeats more than ${mostRepeats} times`);
    }
    if (most < least) throw this.#refuse('has a repetition whose end is before its start');
    return [least, most];
  }

  #atom(): Tree {
    const character = this.#text[this.#at++] ?? '';
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#set(this.#bracket());
      case '.':
        return this.#set(complement(lineEnds));
      case '^':
        return { is: 'assert', what: 'start' };
      case '$':
        return { is: 'assert', what: 'end' };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw this.#refuse('repeats nothing');
      case '{':
      case '}':
      case ']':
        throw this.#refuse(`has a ${character} that must be written \\${character}`);
      default:
        return this.#plain(character.charCodeAt(0));
    }
  }

  /** A character beyond the first 65,536 is two code units, which are repeated together. */
  #plain(code: number): Tree {
    const first = this.#set(single(code));
    const second = this.#text.charCodeAt(this.#at);
    if (!isHigh(code) || (second & 0xfc00) !== 0xdc00) return first;
    this.#at += 1;
    return { is: 'sequence', parts: [first, this.#set(single(second))] };
  }

  #group(): Tree {
    if (this.#take('?') && !this.#take(':')) {
      throw this.#refuse('looks ahead or behind, or names a group; only (…) and (?:…) are possible');
    }
    const tree = this.#choice();
    if (!this.#take(')')) throw this.#refuse('has a ( without its )');
    return tree;
  }

  #escape(): Tree {
    const next = this.#text[this.#at];
    if (next === 'b' || next === 'B') {
      this.#at += 1;
      return { is: 'assert', what: next === 'b' ? 'boundary' : 'inside' };
    }
    return this.#set(this.#escaped());
  }

  /** After a backslash, in brackets and outside. */
  #escaped(): CharacterSet {
    const character = this.#text[this.#at++];
    if (character === undefined) throw this.#refuse('ends with a backslash');
    const set = classes[character];
    if (set !== undefined) return set;
    const control = controls[character];
    if (control !== undefined) return single(control);
    const code = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(this.#text.slice(this.#at - 1, this.#at + 4));
    if (code !== null) {
      this.#at += code[0].length - 1;
      return single(Number.parseInt(code[1] ?? code[2] ?? '', 16));
    }
    if (/[\dA-Za-z]/.test(character)) {
      throw this.#refuse(`has \\${character}, which isn't possible here`);
    }
    return single(character.charCodeAt(0));
  }

  #bracket(): CharacterSet {
    const negated = this.#take('^');
    const sets: CharacterSet[] = [];
    while (!this.#take(']')) {
      if (this.#at >= this.#text.length) throw this.#refuse('has a [ without its ]');
      const from = this.#member();
      if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']') {
        sets.push(from);
        continue;
      }
      this.#at += 1;
      const first = onlyOf(from);
      const last = onlyOf(this.#member());
      if (first === undefined || last === undefined || last < first) {
        throw this.#refuse('has a range in [ ] that goes nowhere');
      }
      sets.push([[first, last]]);
    }
    const set = union(...sets);
    const folded = this.#ignoreCase ? ignoringCase(set) : set;
    return negated ? complement(folded) : folded;
  }

  #member(): CharacterSet {
    const character = this.#text[this.#at++];
    if (character === undefined) throw this.#refuse('has a [ without its ]');
    if (isHigh(character.charCodeAt(0))) throw this.#refuse('has a character in [ ] that takes two units');
    return character === '\\' ? this.#escaped() : single(character.charCodeAt(0));
  }

  #set(set: CharacterSet): Tree {
    return { is: 'set', set: this.#ignoreCase ? ignoringCase(set) : set };
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #refuse(what: string): PatternRefused {
    return new PatternRefused(`the regular expression ${what} (near character ${this.#at + 1})`);
  }
}

function onlyOf(set: CharacterSet): number | undefined {
  const [range] = set;
  return set.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : undefined;
}

const isHigh = (code: number): boolean => (code & 0xfc00) === 0xd800;
