// The reference of input.statement: one table for each part of it in the schema.
import type { Schema } from './configuration-tables.ts';

const titles: Readonly<Record<string, string>> = {
  StatementInput: 'statement',
  RelationInput: 'relations[]',
  ColumnInput: 'columns[]',
  FunctionInput: 'functions[]',
  OutputInput: 'outputs[]',
  WriteInput: 'writes[]',
  SessionEffectInput: 'session_effects[]',
  ObjectInput: 'objects[]',
  StatementGrantInput: 'grants[]',
  PrivilegeInput: 'grants[].privileges[]',
  InnerInput: 'inner[]',
  OpaqueReasonInput: 'opaque_because[]',
};

export function statementTables({ $defs = {} }: Schema): string {
  const find = (node: Schema): Schema =>
    node.$ref === undefined ? node : { ...$defs[node.$ref.replace('#/$defs/', '')], ...node };
  const tables = Object.entries(titles).map(([name, title]) => {
    const { properties = {}, required = [] } = $defs[name] ?? {};
    const rows = Object.entries(properties).map(([key, value]) => {
      const optional = required.includes(key) ? '' : ' *';
      return `| \`${key}\`${optional} | ${typeText(value, find)} | ${value.description ?? ''} |`;
    });
    return [`### \`${title}\``, '', '| Key | Value | |', '|---|---|---|', ...rows].join('\n');
  });
  return tables.join('\n\n');
}

function typeText(node: Schema, find: (node: Schema) => Schema): string {
  const { type, items, enum: values } = find(node);
  // A type with a table of its own is a list of keys there.
  if (type === 'object') return 'keys';
  if (type === 'array') {
    const item = find(items ?? {});
    return item.type === 'object' ? 'list' : `list of ${typeText(item, find)}`;
  }
  if (values === undefined) return names[String(type)] ?? String(type);
  return values.map((value) => `\`${value}\``).join(', ');
}

const names: Readonly<Record<string, string>> = {
  array: 'list',
  boolean: 'true, false',
  integer: 'whole number',
  string: 'text',
};
