// Reads PostgreSQL's node text into a tree, field by field as the registry has them for the server's version.
import { NodeTextError } from './node-text-error.ts';
import type { Field } from './registry/field-kind.ts';
import type { Registry, Schema } from './registry/schema.ts';
import { code, maxDepth, readTag, skipNode } from './token.ts';
import { surprise, surprised, ValueReader } from './value-reader.ts';

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

const unknownNode: Built = Object.freeze({ tag: 'UNKNOWN' });
const none: readonly never[] = Object.freeze([]);

export class Reader extends ValueReader {
  readonly unknown: UnknownNode[] = [];
  readonly #registry: Registry;
  #depth = 0;

  constructor(text: string, registry: Registry) {
    super(text);
    this.#registry = registry;
  }

  /** Reads the whole text as one value of the field's kind. */
  readAll(field: Field): unknown {
    try {
      const value = this.#readValue(field);
      if (this.at === this.text.length) return value;
      this.#malformed('expected the end of the text');
    } catch (error) {
      // The stack that a caller has left may be less than the bound on depth counts on.
      if (error instanceof RangeError)
        throw new NodeTextError('too_deep', this.at, 'the stack ended before the nesting did');
      if (error !== surprise) throw error;
    }
    const end = skipNode(this.text, 0);
    if (end !== this.text.length) throw new NodeTextError('malformed', end, 'expected the end of the text');
    this.unknown.push({ tag: readTag(this.text, 0) ?? '', field: field.name, offset: 0 });
    return undefined;
  }

  /** At an opening brace; `holder` is the field that the node stands in. */
  #readNode(holder: Field): Built {
    const start = this.at;
    const depth = this.#descend();
    const tag = readTag(this.text, start);
    if (tag === undefined) throw new NodeTextError('malformed', start + 1, 'expected the tag of a node');
    const schema = this.#registry.get(tag);
    if (schema === undefined) return this.#giveUp(start, depth, tag, undefined);
    if (!fits(schema, holder)) throw surprise;

    this.at = start + 1 + tag.length;
    const node: Built = { tag: schema.tag };
    let field = this.#readFields(node, schema.fields);
    if (field === undefined && schema.variants !== undefined) {
      const variant = schema.variants[rangeTableCode(schema, node)];
      field = variant ? this.#readFields(node, variant) : 'rtekind';
    }
    if (field !== undefined) return this.#giveUp(start, depth, tag, field);
    if (this.text.charCodeAt(this.at) !== code.closeBrace)
      return this.#giveUp(start, depth, tag, this.#fieldAhead());
    this.at++;
    this.#depth = depth;
    return node;
  }

  /** Gives back the name of the field that surprised, if one did. */
  #readFields(node: Built, fields: readonly Field[]): string | undefined {
    const text = this.text;
    let current = '';
    try {
      for (const field of fields) {
        current = field.name;
        if (!text.startsWith(field.prefix, this.at)) return this.#fieldAhead() || field.name;
        this.at += field.prefix.length;
        node[field.name] = this.#readValue(field);
      }
      return undefined;
    } catch (error) {
      if (error === surprise) return current;
      throw error;
    }
  }

  #giveUp(start: number, depth: number, tag: string, field: string | undefined): Built {
    this.at = skipNode(this.text, start);
    this.#depth = depth;
    this.unknown.push({ tag, field, offset: start });
    return unknownNode;
  }

  #readValue(field: Field): unknown {
    switch (field.kind) {
      case 'bool':
        return this.readBool();
      case 'int':
        return this.readInteger();
      case 'uint':
      case 'oid':
        return this.readUnsigned();
      case 'enum':
        return field.names[this.readUnsigned()] ?? surprised();
      case 'word':
        return this.readWord(field.names);
      case 'char':
      case 'string':
        return this.readString();
      case 'datum':
        return this.readDatum();
      case 'bitmapset':
        return this.readNumbers('b');
      case 'ints':
        return this.readNull() ? none : this.readNumbers('i');
      case 'oids':
        return this.readNull() ? none : this.readNumbers('o');
      case 'node':
      case 'expr':
        return this.readNull() ? null : this.#readHeld(field);
      case 'node!':
      case 'expr!':
        return this.#readHeld(field);
      case 'list':
      case 'exprs':
      case 'exprs?':
        return this.readNull() ? none : this.#readList(field, this.#readElement);
      case 'rows':
        return this.readNull() ? none : this.#readList(field, this.#readRow);
      case 'strings':
      case 'strings?':
        return this.readNull() ? none : this.#readList(field, this.#readText);
      case 'grouping':
        if (this.readNull()) return none;
        return this.text.startsWith('(i ', this.at)
          ? this.readNumbers('i')
          : this.#readList(field, this.#readElement);
      case 'absent':
        return this.readNull() ? null : surprised();
    }
  }

  #readList<Element>(field: Field, readElement: (field: Field) => Element): readonly Element[] {
    const depth = this.#descend();
    this.take(code.open);
    const elements: Element[] = [readElement(field)];
    while (this.text.charCodeAt(this.at) === code.space) {
      this.at++;
      elements.push(readElement(field));
    }
    this.take(code.close);
    this.#depth = depth;
    return elements;
  }

  readonly #readElement = (field: Field): Built | null => {
    if (field.kind === 'exprs?' && this.readNull()) return null;
    return this.#readHeld(field);
  };

  readonly #readText = (field: Field): string | null =>
    field.kind === 'strings?' && this.readNull() ? null : this.readQuoted();

  /** A row without columns is an empty list. */
  readonly #readRow = (field: Field): readonly (Built | null)[] =>
    this.readNull() ? none : this.#readList(field, this.#readElement);

  #readHeld(field: Field): Built {
    if (this.text.charCodeAt(this.at) !== code.openBrace) throw surprise;
    return this.#readNode(field);
  }

  /** The name of the field that stands here, as written; empty where none does. */
  #fieldAhead(): string {
    return /^ :(\w+)/.exec(this.text.slice(this.at, this.at + 64))?.[1] ?? '';
  }

  #descend(): number {
    if (this.#depth >= maxDepth)
      throw new NodeTextError('too_deep', this.at, `nodes and lists are nested deeper than ${maxDepth}`);
    return this.#depth++;
  }

  #malformed(what: string): never {
    throw new NodeTextError('malformed', this.at, what);
  }
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
