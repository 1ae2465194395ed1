// Reads PostgreSQL's node text into a tree, field by field as the registry has them for the server's version.
import { NodeTextError } from './node-text-error.ts';
import type { Datum, Field } from './registry/field-kind.ts';
import type { Registry, Schema } from './registry/schema.ts';
import { code, endOfToken, maxDepth, readTag, skipNode, unescapeToken } from './token.ts';

/** A node that isn't what the registry says of this version: whatever it stands for can't be known. */
export type UnknownNode = Readonly<{
  /** The node's tag as written. */
  tag: string;
  /** The field whose name or value didn't fit; undefined when the tag itself is unknown. */
  field: string | undefined;
  /** Where the node starts in the text. */
  offset: number;
}>;

type Built = Record<string, unknown>;

/** Thrown inside the reader alone, to leave a node at its first surprise; one object, since nobody reads a stack. */
const surprise = { name: 'the node is not as the registry says' };
const unknownNode: Built = Object.freeze({ tag: 'UNKNOWN' });
const none: readonly never[] = Object.freeze([]);

export class Reader {
  readonly unknown: UnknownNode[] = [];
  readonly #text: string;
  readonly #registry: Registry;
  #at = 0;
  #depth = 0;

  constructor(text: string, registry: Registry) {
    this.#text = text;
    this.#registry = registry;
  }

  /** Reads the whole text as one value of the field's kind. */
  readAll(field: Field): unknown {
    try {
      const value = this.#readValue(field);
      if (this.#at === this.#text.length) return value;
      this.#malformed('expected the end of the text');
    } catch (error) {
      // The stack that a caller has left may be less than the bound on depth counts on.
      if (error instanceof RangeError)
        throw new NodeTextError('too_deep', this.#at, 'the stack ended before the nesting did');
      if (error !== surprise) throw error;
    }
    const end = skipNode(this.#text, 0);
    if (end !== this.#text.length) throw new NodeTextError('malformed', end, 'expected the end of the text');
    this.unknown.push({ tag: readTag(this.#text, 0) ?? '', field: field.name, offset: 0 });
    return undefined;
  }

  /** At an opening brace; `holder` is the field that the node stands in. */
  #readNode(holder: Field): Built {
    const start = this.#at;
    const depth = this.#descend();
    const tag = readTag(this.#text, start);
    if (tag === undefined) throw new NodeTextError('malformed', start + 1, 'expected the tag of a node');
    const schema = this.#registry.get(tag);
    if (schema === undefined) return this.#giveUp(start, depth, tag, undefined);
    if (!fits(schema, holder)) throw surprise;

    this.#at = start + 1 + tag.length;
    const node: Built = { tag: schema.tag };
    let field = this.#readFields(node, schema.fields);
    if (field === undefined && schema.variants !== undefined) {
      const variant = schema.variants[rangeTableCode(schema, node)];
      field = variant ? this.#readFields(node, variant) : 'rtekind';
    }
    if (field !== undefined) return this.#giveUp(start, depth, tag, field);
    if (this.#text.charCodeAt(this.#at) !== code.closeBrace)
      return this.#giveUp(start, depth, tag, this.#fieldAhead());
    this.#at++;
    this.#depth = depth;
    return node;
  }

  /** Gives back the name of the field that surprised, if one did. */
  #readFields(node: Built, fields: readonly Field[]): string | undefined {
    const text = this.#text;
    let current = '';
    try {
      for (const field of fields) {
        current = field.name;
        if (!text.startsWith(field.prefix, this.#at)) return this.#fieldAhead() || field.name;
        this.#at += field.prefix.length;
        node[field.name] = this.#readValue(field);
      }
      return undefined;
    } catch (error) {
      if (error === surprise) return current;
      throw error;
    }
  }

  #giveUp(start: number, depth: number, tag: string, field: string | undefined): Built {
    this.#at = skipNode(this.#text, start);
    this.#depth = depth;
    this.unknown.push({ tag, field, offset: start });
    return unknownNode;
  }

  #readValue(field: Field): unknown {
    switch (field.kind) {
      case 'bool':
        return this.#readBool();
      case 'int':
        return this.#readInteger();
      case 'uint':
      case 'oid':
        return this.#readUnsigned();
      case 'enum':
        return field.names[this.#readUnsigned()] ?? surprised();
      case 'word':
        return this.#readWord(field.names);
      case 'char':
      case 'string':
        return this.#readString();
      case 'datum':
        return this.#readDatum();
      case 'bitmapset':
        return this.#readNumbers('b');
      case 'ints':
        return this.#readNull() ? none : this.#readNumbers('i');
      case 'oids':
        return this.#readNull() ? none : this.#readNumbers('o');
      case 'node':
      case 'expr':
        return this.#readNull() ? null : this.#readHeld(field);
      case 'node!':
      case 'expr!':
        return this.#readHeld(field);
      case 'list':
      case 'exprs':
      case 'exprs?':
        return this.#readNull() ? none : this.#readList(field, this.#readElement);
      case 'rows':
        return this.#readNull() ? none : this.#readList(field, this.#readRow);
      case 'strings':
      case 'strings?':
        return this.#readNull() ? none : this.#readList(field, this.#readQuoted);
      case 'grouping':
        if (this.#readNull()) return none;
        return this.#text.startsWith('(i ', this.#at)
          ? this.#readNumbers('i')
          : this.#readList(field, this.#readElement);
      case 'absent':
        return this.#readNull() ? null : surprised();
    }
  }

  #readBool(): boolean {
    const text = this.#text;
    if (text.startsWith('true', this.#at)) {
      this.#at += 4;
      return true;
    }
    if (!text.startsWith('false', this.#at)) throw surprise;
    this.#at += 5;
    return false;
  }

  #readInteger(): number {
    if (this.#text.charCodeAt(this.#at) !== code.minus) return this.#readUnsigned();
    this.#at++;
    return -this.#readUnsigned();
  }

  #readUnsigned(): number {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - code.zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === start || value > 0xffffffff) throw surprise;
    this.#at = at;
    return value;
  }

  #readWord(words: readonly (string | null)[]): string {
    const end = endOfToken(this.#text, this.#at);
    const word = this.#text.slice(this.#at, end);
    if (!words.includes(word)) throw surprise;
    this.#at = end;
    return word;
  }

  /** PostgreSQL 15 writes an empty string as null; from 16 on it is a pair of quotes. */
  #readString(): string | null {
    if (this.#readNull()) return null;
    const end = endOfToken(this.#text, this.#at);
    const token = this.#text.slice(this.#at, end);
    if (token === '') throw surprise;
    this.#at = end;
    return token === '""' ? '' : unescapeToken(token);
  }

  readonly #readQuoted = (field: Field): string | null => {
    if (field.kind === 'strings?' && this.#readNull()) return null;
    const end = endOfToken(this.#text, this.#at);
    const token = this.#text.slice(this.#at, end);
    if (token.length < 2 || !token.startsWith('"') || !token.endsWith('"')) throw surprise;
    this.#at = end;
    return unescapeToken(token.slice(1, -1));
  };

  /** `4 [ 1 0 0 0 0 0 0 0 ]`: bytes are written signed where the server's `char` is signed. */
  #readDatum(): Datum | null {
    if (this.#readNull()) return null;
    const text = this.#text;
    const length = this.#readUnsigned();
    if (!text.startsWith(' [ ', this.#at)) throw surprise;
    this.#at += 3;
    // Bytes take at least two characters each, so that a wrong length can't ask for more memory than the text has.
    if (length > (text.length - this.#at) / 2 + 1) throw surprise;
    const bytes = new Uint8Array(Math.max(length, 8));
    let count = 0;
    while (text.charCodeAt(this.#at) !== 0x5d) {
      const byte = this.#readInteger();
      if (byte < -128 || byte > 255 || count === bytes.length) throw surprise;
      bytes[count++] = byte;
      this.#take(code.space);
    }
    this.#at++;
    if (count !== length && !(count === 8 && length < 8)) throw surprise;
    return { length, bytes: count === bytes.length ? bytes : bytes.subarray(0, count) };
  }

  #readNumbers(letter: 'i' | 'o' | 'b'): readonly number[] {
    const text = this.#text;
    this.#take(code.open);
    this.#take(letter.charCodeAt(0));
    const numbers: number[] = [];
    while (text.charCodeAt(this.#at) === code.space) {
      this.#at++;
      numbers.push(letter === 'i' ? this.#readInteger() : this.#readUnsigned());
    }
    this.#take(code.close);
    return numbers;
  }

  #readList<Element>(field: Field, readElement: (field: Field) => Element): readonly Element[] {
    const depth = this.#descend();
    this.#take(code.open);
    const elements: Element[] = [readElement(field)];
    while (this.#text.charCodeAt(this.#at) === code.space) {
      this.#at++;
      elements.push(readElement(field));
    }
    this.#take(code.close);
    this.#depth = depth;
    return elements;
  }

  readonly #readElement = (field: Field): Built | null => {
    if (field.kind === 'exprs?' && this.#readNull()) return null;
    return this.#readHeld(field);
  };

  readonly #readRow = (field: Field): readonly (Built | null)[] => this.#readList(field, this.#readElement);

  #readHeld(field: Field): Built {
    if (this.#text.charCodeAt(this.#at) !== code.openBrace) throw surprise;
    return this.#readNode(field);
  }

  #readNull(): boolean {
    if (!this.#text.startsWith('<>', this.#at)) return false;
    this.#at += 2;
    return true;
  }

  #take(unit: number): void {
    if (this.#text.charCodeAt(this.#at) !== unit) throw surprise;
    this.#at++;
  }

  /** The name of the field that stands here, as written; empty where none does. */
  #fieldAhead(): string {
    return /^ :(\w+)/.exec(this.#text.slice(this.#at, this.#at + 64))?.[1] ?? '';
  }

  #descend(): number {
    if (this.#depth >= maxDepth)
      throw new NodeTextError('too_deep', this.#at, `nodes and lists are nested deeper than ${maxDepth}`);
    return this.#depth++;
  }

  #malformed(what: string): never {
    throw new NodeTextError('malformed', this.#at, what);
  }
}

function surprised(): never {
  throw surprise;
}

function fits(schema: Schema, holder: Field): boolean {
  return holder.tags.length === 0
    ? holder.kind === 'grouping'
      ? schema.tag === 'GROUPINGSET'
      : schema.isExpression
    : holder.tags.includes(schema.tag);
}

function rangeTableCode(schema: Schema, entry: Built): number {
  return schema.fields.at(-1)?.names.indexOf(entry.rtekind as string) ?? -1;
}
