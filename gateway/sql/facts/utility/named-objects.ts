// Statements that change or drop something by its name: the relation it is, or the one that it belongs to.

import type { Node, ObjectType, RangeVar } from 'libpg-query';
import { nameOf, type WrittenName } from '../../syntax/names.ts';
import { objectTypeName } from '../../syntax/object-type.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import type { Findings } from './findings.ts';

const relations: ReadonlySet<ObjectType> = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
  'OBJECT_INDEX',
]);

/** What is named after its table. */
const partsOfTables: ReadonlySet<ObjectType> = new Set<ObjectType>([
  'OBJECT_COLUMN',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
]);

function relationNameOf(type: ObjectType | undefined, object: Node | undefined): WrittenName | undefined {
  if (type === undefined) return undefined;
  if (relations.has(type)) return nameOf(object);
  return partsOfTables.has(type) ? nameOf(object).slice(0, -1) : undefined;
}

type Changed = Readonly<{ objectType?: ObjectType; relation?: RangeVar; object?: Node }>;

/** RENAME, SET SCHEMA, OWNER TO, DEPENDS ON EXTENSION: the relation stands in one place or in the other. */
export function changed({ objectType, relation: range, object }: Changed, findings: Findings): void {
  const name = relationNameOf(objectType, object);
  const relation =
    range !== undefined ? findings.findRange(range) : name === undefined ? undefined : findings.find(name);
  if (relation !== undefined) define(relation, range?.inh ?? false, findings);
}

/** COMMENT and SECURITY LABEL. */
export function labelled(
  { objtype, object }: Readonly<{ objtype?: ObjectType; object?: Node }>,
  findings: Findings,
) {
  changed({ ...(objtype && { objectType: objtype }), ...(object && { object }) }, findings);
}

/** A partition goes with its root; what only CASCADE drops is known to the server. */
export function drop(node: Readonly<NodeOf<'DropStmt'>>, findings: Findings): void {
  const { removeType, objects = [], behavior, missing_ok } = node;
  if (behavior === 'DROP_CASCADE') cascade(findings);
  if (removeType === 'OBJECT_EXTENSION')
    findings.opaque('definition', 'it drops every object of the extension');
  for (const object of objects) {
    const name = relationNameOf(removeType, object);
    if (name === undefined) continue;
    const relation = missing_ok ? findings.findAny(name) : findings.find(name);
    if (relation === undefined) continue;
    define(relation, true, findings);
    for (const oid of relation.parents) leave(oid, findings);
  }
}

/** The root of a partition loses it, and the default partition takes its rows from then on. */
function leave(parent: number, findings: Findings): void {
  const root = findings.catalog.relation(parent);
  if (root?.kind === 'partitioned_table') define(root, true, findings);
}

export function cascade(findings: Findings): void {
  findings.opaque('definition', 'CASCADE also drops what depends on the named objects');
}

/** An index is part of its table. */
export function define(relation: Relation, inherited: boolean, findings: Findings): void {
  const touch = { access: ['define'] } as const;
  if (inherited) findings.touchTree(relation, touch);
  else findings.touch(relation, touch);
  const table = relation.table === undefined ? undefined : findings.catalog.relation(relation.table);
  if (table !== undefined) findings.touch(table, touch);
}

/** Rights on tables and sequences; those on every one of a schema name none. */
export function grant(
  { targtype, objtype, objects = [] }: Readonly<NodeOf<'GrantStmt'>>,
  findings: Findings,
): void {
  if (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_SEQUENCE') return;
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA')
    findings.opaque('unresolved', `it is for every ${objectTypeName(objtype).toLowerCase()} of a schema`);
  if (targtype !== 'ACL_TARGET_OBJECT' && targtype !== undefined) return;
  for (const object of objects) {
    const relation = findings.find(nameOf(object));
    if (relation !== undefined) define(relation, false, findings);
  }
}

type PublicationNode = Readonly<{
  pubobjects?: readonly Node[];
  for_all_tables?: boolean;
  action?: NodeOf<'AlterPublicationStmt'>['action'];
}>;

/** What a publication names leaves for other servers. */
export function publication(node: PublicationNode, findings: Findings): void {
  const { pubobjects = [], for_all_tables, action } = node;
  // Nothing more leaves when a table is taken out.
  if (action === 'AP_DropObjects') return;
  if (for_all_tables) findings.opaque('unresolved', 'it publishes every table');
  for (const object of pubobjects) {
    if (!('PublicationObjSpec' in object)) continue;
    const { pubobjtype, pubtable } = object.PublicationObjSpec;
    if (pubobjtype !== 'PUBLICATIONOBJ_TABLE' || pubtable === undefined) {
      findings.opaque('unresolved', 'it publishes every table of a schema');
      continue;
    }
    const relation = findings.findRange(pubtable.relation);
    if (relation === undefined) continue;
    findings.touchTree(relation, {
      access: ['define'],
      columns: findings.columnsNamed(relation, (pubtable.columns ?? []).flatMap(nameOf)),
      used: 'write_source',
    });
  }
}
