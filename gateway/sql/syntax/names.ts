// Names as they are written in a statement, before anybody knows what they stand for.

import type { Node, RangeVar, RoleSpec } from 'libpg-query';

/** The parts of a name, unquoted, in order: schema and table, schema, table and column… */
export type WrittenName = readonly string[];

export const nameOfRange = (range: RangeVar | undefined): WrittenName =>
  [range?.catalogname, range?.schemaname, range?.relname].filter((part) => part !== undefined);

/** The name in whatever node the grammar put it: "DROP" alone uses five kinds. */
export function nameOf(node: Node | undefined): WrittenName {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('Integer' in node) return [String(node.Integer.ival ?? 0)];
  if ('List' in node) return nameOfList(node.List.items);
  if ('RangeVar' in node) return nameOfRange(node.RangeVar);
  if ('TypeName' in node) return nameOfList(node.TypeName.names);
  if ('ObjectWithArgs' in node) return nameOfList(node.ObjectWithArgs.objname);
  if ('RoleSpec' in node) return [roleOf(node.RoleSpec)];
  if ('AccessPriv' in node) return [node.AccessPriv.priv_name ?? ''];
  throw new Error(`a name in a ${Object.keys(node)[0]} is not known`);
}

export const nameOfList = (parts: readonly Node[] | undefined): WrittenName => (parts ?? []).flatMap(nameOf);

/** A role's name, or CURRENT_USER and its like in capitals, as no unquoted name can be. */
export function roleOf(role: RoleSpec | undefined): string {
  if (role === undefined || role.roletype === undefined) return 'CURRENT_USER';
  return role.roletype === 'ROLESPEC_CSTRING'
    ? (role.rolename ?? '')
    : role.roletype.slice('ROLESPEC_'.length);
}
