// Prints a tree back as node text: equal text proves that reading lost nothing.
import type { Field } from '../../../gateway/sql/analyzed/registry/field-kind.ts';
import { registryOf, type Schema } from '../../../gateway/sql/analyzed/registry/schema.ts';
import type { AnalyzedNode, Datum } from '../../../gateway/sql/index.ts';

type Values = Readonly<Record<string, unknown>>;

export function printNodes(nodes: readonly AnalyzedNode[], version: number): string {
  return nodes.length === 0 ? '<>' : `(${nodes.map((node) => printNode(node, version)).join(' ')})`;
}

export function printNode(node: AnalyzedNode | null, version: number): string {
  if (node === null) return '<>';
  const schema = registryOf(version)?.get(node.tag) as Schema;
  const values = node as unknown as Values;
  const fields = [...schema.fields, ...variantOf(schema, values)];
  return `{${node.tag}${fields.map((field) => `${field.prefix}${printValue(values[field.name], field, version)}`).join('')}}`;
}

function variantOf({ fields, variants }: Schema, values: Values): readonly Field[] {
  const kinds = fields.at(-1)?.names ?? [];
  return variants?.[kinds.indexOf(values.rtekind as string)] ?? [];
}

function printValue(value: unknown, field: Field, version: number): string {
  switch (field.kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'oid':
    case 'word':
      return String(value);
    case 'enum':
      return String(field.names.indexOf(value as string));
    case 'char':
    case 'string':
      return value === null ? '<>' : value === '' ? '""' : escapeToken(value as string);
    case 'datum':
      return value === null ? '<>' : printDatum(value as Datum);
    case 'bitmapset':
      return printNumbers('b', value as readonly number[]);
    case 'ints':
      return isEmpty(value) ? '<>' : printNumbers('i', value as readonly number[]);
    case 'oids':
      return isEmpty(value) ? '<>' : printNumbers('o', value as readonly number[]);
    case 'strings':
    case 'strings?':
      return isEmpty(value) ? '<>' : `(${(value as readonly (string | null)[]).map(quote).join(' ')})`;
    case 'rows':
      return `(${(value as AnalyzedNode[][]).map((row) => printNodes(row, version)).join(' ')})`;
    case 'grouping':
      if (typeof (value as readonly unknown[])[0] === 'number')
        return printNumbers('i', value as readonly number[]);
      return printNodes(value as readonly AnalyzedNode[], version);
    case 'list':
    case 'exprs':
    case 'exprs?':
      return printNodes(value as readonly AnalyzedNode[], version);
    case 'node':
    case 'node!':
    case 'expr':
    case 'expr!':
    case 'absent':
      return printNode(value as AnalyzedNode | null, version);
  }
}

/** Bytes from 128 on print as the server prints a signed `char`. */
function printDatum({ length, bytes }: Datum): string {
  return `${length} [ ${[...bytes].map((byte) => `${byte > 127 ? byte - 256 : byte} `).join('')}]`;
}

function printNumbers(letter: string, numbers: readonly number[]): string {
  return `(${[letter, ...numbers].join(' ')})`;
}

function quote(text: string | null): string {
  return text === null ? '<>' : text === '' ? '""' : `"${escapeToken(text)}"`;
}

/** As `outToken` of the server escapes: some characters anywhere, some at the start. */
function escapeToken(text: string): string {
  const start = /^[<"\d]|^[+-][\d.]/.test(text) ? '\\' : '';
  return start + text.replace(/[ \n\t(){}\\]/g, '\\$&');
}

function isEmpty(value: unknown): boolean {
  return (value as readonly unknown[]).length === 0;
}
