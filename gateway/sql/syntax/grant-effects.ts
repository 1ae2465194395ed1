// Which rights a statement gives or takes, as they are written: to whom, of what kind, on which objects.

import type { DefElem, Node } from 'libpg-query';
import { nameOf, nameOfList, roleOf, type WrittenName } from './names.ts';
import { objectTypeName } from './object-type.ts';
import type { NodeOf, StatementNode } from './statement.ts';

export type GrantEffect = Readonly<{
  action: 'grant' | 'revoke';
  /** `role`: membership. `all_in_schema`: the objects are schemas. `default`: rights on objects to come. */
  of: 'object' | 'all_in_schema' | 'default' | 'role';
  /** What the objects are: "TABLE", "FUNCTION"…; "ROLE" for membership. */
  type: string;
  objects: readonly WrittenName[];
  /** "select", "update"… in lower case, each with its columns; one that is called "all" stands for every one. */
  privileges: readonly Readonly<{ name: string; columns: readonly string[] }>[];
  roles: readonly string[];
  /** WITH GRANT OPTION or WITH ADMIN OPTION, or that option taken away. */
  withOption: boolean;
}>;

export function grantEffects({ type, node }: StatementNode): readonly GrantEffect[] {
  switch (type) {
    case 'GrantStmt':
      return [grant(node)];
    case 'AlterDefaultPrivilegesStmt':
      return node.action === undefined ? [] : [grant(node.action)];
    case 'GrantRoleStmt':
      return [membership(node)];
    default:
      return [];
  }
}

const targets = {
  ACL_TARGET_OBJECT: 'object',
  ACL_TARGET_ALL_IN_SCHEMA: 'all_in_schema',
  ACL_TARGET_DEFAULTS: 'default',
} as const;

function grant(node: Readonly<NodeOf<'GrantStmt'>>): GrantEffect {
  const of = targets[node.targtype ?? 'ACL_TARGET_OBJECT'];
  if (of === undefined) throw new Error(`GRANT on ${node.targtype} is not known`);
  return {
    action: node.is_grant ? 'grant' : 'revoke',
    of,
    type: objectTypeName(node.objtype),
    objects: (node.objects ?? []).map(nameOf),
    privileges: privilegesOf(node.privileges),
    roles: (node.grantees ?? []).map((grantee) => ('RoleSpec' in grantee ? roleOf(grantee.RoleSpec) : '')),
    withOption: node.grant_option ?? false,
  };
}

function privilegesOf(nodes: readonly Node[] | undefined): GrantEffect['privileges'] {
  if (nodes === undefined) return [{ name: 'all', columns: [] }];
  return nodes.map((node) => {
    const { priv_name = 'all', cols } = 'AccessPriv' in node ? node.AccessPriv : {};
    return { name: priv_name, columns: nameOfList(cols) };
  });
}

function membership(node: Readonly<NodeOf<'GrantRoleStmt'>>): GrantEffect {
  const options = (node.opt ?? []).map((option) => ('DefElem' in option ? option.DefElem : ({} as DefElem)));
  return {
    action: node.is_grant ? 'grant' : 'revoke',
    of: 'role',
    type: 'ROLE',
    objects: (node.granted_roles ?? []).map(nameOf),
    privileges: [],
    roles: (node.grantee_roles ?? []).map((grantee) =>
      'RoleSpec' in grantee ? roleOf(grantee.RoleSpec) : '',
    ),
    withOption: options.some(({ defname }) => defname === 'admin'),
  };
}
