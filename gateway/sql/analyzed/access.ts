// What a query needs to be allowed on a relation: one shape over the versions, which keep it in different places.
import { type ColumnSet, columnSet } from './column-set.ts';
import type { Query, RangeTableEntry } from './registry/node.ts';
import { BrokenTree } from './scope.ts';

export type Permission = 'select' | 'insert' | 'update' | 'delete';

export type RelationAccess = Readonly<{
  /** The relation's OID. */
  relation: number;
  /** What the server will ask for. SELECT without any column means that one column's right suffices: `count(*)`. */
  permissions: readonly Permission[];
  /** The role whose right counts, 0 for the current one; a view's owner for what is below the view. */
  checkAsUser: number;
  selected: ColumnSet;
  inserted: ColumnSet;
  updated: ColumnSet;
}>;

/**
 * The access that an entry of the query's range table stands for; undefined for entries that name no relation.
 * PostgreSQL 15 keeps it in the entry, 16 and later in a list of its own that the entry points into.
 */
export function accessOf(query: Query, entry: RangeTableEntry): RelationAccess | undefined {
  if (query.rteperminfos !== undefined) return accessFromList(query, entry);
  if (entry.rtekind !== 'relation') return undefined;
  return {
    relation: entry.relid,
    permissions: permissionsIn(entry.requiredPerms ?? 0),
    checkAsUser: entry.checkAsUser ?? 0,
    selected: columnSet(entry.selectedCols ?? []),
    inserted: columnSet(entry.insertedCols ?? []),
    updated: columnSet(entry.updatedCols ?? []),
  };
}

function accessFromList(query: Query, entry: RangeTableEntry): RelationAccess | undefined {
  if (entry.rtekind !== 'relation' && entry.rtekind !== 'subquery') return undefined;
  const index = entry.perminfoindex ?? 0;
  if (index === 0) return undefined;
  const info = query.rteperminfos?.[index - 1];
  if (info === undefined || info.relid !== entry.relid)
    throw new BrokenTree(`no permissions ${index} of the relation`);
  return {
    relation: info.relid,
    permissions: permissionsIn(info.requiredPerms),
    checkAsUser: info.checkAsUser,
    selected: columnSet(info.selectedCols),
    inserted: columnSet(info.insertedCols),
    updated: columnSet(info.updatedCols),
  };
}

/** The bits that statements on rows can set; row locks ask for `update`, as UPDATE does. */
const bits: Readonly<Record<Permission, number>> = { insert: 1, select: 2, update: 4, delete: 8 };

function permissionsIn(required: number): Permission[] {
  const permissions = (Object.keys(bits) as Permission[]).filter((name) => required & bits[name]);
  const known = permissions.reduce((sum, name) => sum | bits[name], 0);
  if (known !== required) throw new BrokenTree(`permissions ${required} have no known meaning`);
  return permissions;
}
