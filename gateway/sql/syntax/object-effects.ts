// Which objects a statement creates, changes or drops, by the names that are written in it.

import type { Node, ObjectType, RangeVar } from 'libpg-query';
import { intoOf } from './classify-variants.ts';
import { nameOf, nameOfList, nameOfRange, roleOf, type WrittenName } from './names.ts';
import { objectTypeName } from './object-type.ts';
import { type NodeOf, type StatementNode, type StatementType, statementOf } from './statement.ts';

export type ObjectEffect = Readonly<{
  action: 'create' | 'change' | 'drop';
  /** "TABLE", "COLUMN", "CONSTRAINT", "ROLE"… */
  type: string;
  /** A column, trigger, rule or policy after its table, an operator class after its access method. */
  name: WrittenName;
}>;

type Action = ObjectEffect['action'];
type Table = { [T in StatementType]: 'none' | ((node: Readonly<NodeOf<T>>) => readonly ObjectEffect[]) };

/** A table that is renamed, moved or given away is changed; one whose data alone change isn't. */
export function objectEffects(statement: StatementNode): readonly ObjectEffect[] {
  const entry = table[statement.type];
  if (entry === undefined) throw new Error(`statement type ${statement.type} is not known`);
  return entry === 'none' ? [] : entry(statement.node as never);
}

const one = (
  action: Action,
  type: string,
  ...name: readonly (string | undefined)[]
): readonly ObjectEffect[] => [{ action, type, name: name.filter((part) => part !== undefined) }];
const list = (action: Action, type: string, names: readonly Node[] | undefined): readonly ObjectEffect[] =>
  one(action, type, ...nameOfList(names));
const range = (action: Action, type: string, named: RangeVar | undefined): readonly ObjectEffect[] =>
  one(action, type, ...nameOfRange(named));
const each = (action: Action, type: string, nodes: readonly Node[] | undefined): readonly ObjectEffect[] =>
  (nodes ?? []).map((node) => ({ action, type, name: nameOf(node) }));

/** A command tag calls these by what they belong to. */
const parts: Partial<Record<ObjectType, string>> = {
  OBJECT_COLUMN: 'COLUMN',
  OBJECT_ATTRIBUTE: 'ATTRIBUTE',
  OBJECT_TABCONSTRAINT: 'CONSTRAINT',
  OBJECT_DOMCONSTRAINT: 'CONSTRAINT',
};
const typeOf = (type: ObjectType | undefined): string => (type && parts[type]) ?? objectTypeName(type);

type Changed = Readonly<{ objectType?: ObjectType; relation?: RangeVar; object?: Node }>;
const changed = ({ objectType, relation, object }: Changed): readonly ObjectEffect[] =>
  one('change', typeOf(objectType), ...nameOfRange(relation), ...nameOf(object));
const labelled = ({ objtype, object }: Readonly<{ objtype?: ObjectType; object?: Node }>) =>
  one('change', typeOf(objtype), ...nameOf(object));

const table: Table = {
  CreateStmt: ({ relation }) => range('create', 'TABLE', relation),
  CreateForeignTableStmt: ({ base }) => range('create', 'FOREIGN TABLE', base?.relation),
  CreateTableAsStmt: ({ into, objtype }) => range('create', typeOf(objtype), into?.rel),
  SelectStmt: (node) => {
    const into = intoOf(node);
    return into === undefined ? [] : range('create', 'TABLE', into.rel);
  },
  ViewStmt: ({ view }) => range('create', 'VIEW', view),
  IndexStmt: ({ idxname, relation }) => [
    ...one('create', 'INDEX', relation?.schemaname, idxname),
    ...range('change', 'TABLE', relation),
  ],
  CreateSchemaStmt: ({ schemaname, authrole, schemaElts }) => [
    ...one('create', 'SCHEMA', schemaname ?? roleOf(authrole)),
    ...(schemaElts ?? []).flatMap((element) => objectEffects(statementOf(element))),
  ],
  CreateSeqStmt: ({ sequence }) => range('create', 'SEQUENCE', sequence),
  AlterSeqStmt: ({ sequence }) => range('change', 'SEQUENCE', sequence),
  CreateStatsStmt: ({ defnames }) => list('create', 'STATISTICS', defnames),
  AlterStatsStmt: ({ defnames }) => list('change', 'STATISTICS', defnames),
  AlterTableStmt: ({ objtype, relation }) => range('change', typeOf(objtype), relation),
  AlterTableMoveAllStmt: ({ orig_tablespacename }) => one('change', 'TABLESPACE', orig_tablespacename),
  RenameStmt: ({ renameType, relation, object, subname }) =>
    one('change', typeOf(renameType), ...nameOfRange(relation), ...nameOf(object), subname),
  AlterObjectDependsStmt: changed,
  AlterObjectSchemaStmt: changed,
  AlterOwnerStmt: changed,
  CommentStmt: labelled,
  SecLabelStmt: labelled,
  DropStmt: ({ removeType, objects }) => each('drop', typeOf(removeType), objects),
  RefreshMatViewStmt: ({ relation }) => range('change', 'MATERIALIZED VIEW', relation),
  RuleStmt: ({ relation, rulename }) => one('create', 'RULE', ...nameOfRange(relation), rulename),
  CreateTrigStmt: ({ relation, trigname }) => one('create', 'TRIGGER', ...nameOfRange(relation), trigname),
  CreateEventTrigStmt: ({ trigname }) => one('create', 'EVENT TRIGGER', trigname),
  AlterEventTrigStmt: ({ trigname }) => one('change', 'EVENT TRIGGER', trigname),
  CreatePolicyStmt: ({ table: of, policy_name }) => one('create', 'POLICY', ...nameOfRange(of), policy_name),
  AlterPolicyStmt: ({ table: of, policy_name }) => one('change', 'POLICY', ...nameOfRange(of), policy_name),
  CreateFunctionStmt: ({ is_procedure, funcname }) =>
    list('create', is_procedure ? 'PROCEDURE' : 'FUNCTION', funcname),
  AlterFunctionStmt: ({ objtype, func }) => list('change', typeOf(objtype), func?.objname),
  CreatePLangStmt: ({ plname }) => one('create', 'LANGUAGE', plname),
  CreateCastStmt: ({ sourcetype, targettype }) =>
    list('create', 'CAST', [...(sourcetype?.names ?? []), ...(targettype?.names ?? [])]),
  CreateConversionStmt: ({ conversion_name }) => list('create', 'CONVERSION', conversion_name),
  CreateTransformStmt: ({ type_name, lang }) =>
    one('create', 'TRANSFORM', ...nameOfList(type_name?.names), lang),
  CreateAmStmt: ({ amname }) => one('create', 'ACCESS METHOD', amname),
  CreateOpClassStmt: ({ amname, opclassname }) =>
    one('create', 'OPERATOR CLASS', amname, ...nameOfList(opclassname)),
  CreateOpFamilyStmt: ({ amname, opfamilyname }) =>
    one('create', 'OPERATOR FAMILY', amname, ...nameOfList(opfamilyname)),
  AlterOpFamilyStmt: ({ amname, opfamilyname }) =>
    one('change', 'OPERATOR FAMILY', amname, ...nameOfList(opfamilyname)),
  AlterOperatorStmt: ({ opername }) => list('change', 'OPERATOR', opername?.objname),
  DefineStmt: ({ kind, defnames }) => list('create', typeOf(kind), defnames),
  CompositeTypeStmt: ({ typevar }) => range('create', 'TYPE', typevar),
  CreateEnumStmt: ({ typeName }) => list('create', 'TYPE', typeName),
  CreateRangeStmt: ({ typeName }) => list('create', 'TYPE', typeName),
  AlterEnumStmt: ({ typeName }) => list('change', 'TYPE', typeName),
  AlterTypeStmt: ({ typeName }) => list('change', 'TYPE', typeName),
  CreateDomainStmt: ({ domainname }) => list('create', 'DOMAIN', domainname),
  AlterDomainStmt: ({ typeName }) => list('change', 'DOMAIN', typeName),
  AlterCollationStmt: ({ collname }) => list('change', 'COLLATION', collname),
  AlterTSDictionaryStmt: ({ dictname }) => list('change', 'TEXT SEARCH DICTIONARY', dictname),
  AlterTSConfigurationStmt: ({ cfgname }) => list('change', 'TEXT SEARCH CONFIGURATION', cfgname),
  CreatedbStmt: ({ dbname }) => one('create', 'DATABASE', dbname),
  AlterDatabaseStmt: ({ dbname }) => one('change', 'DATABASE', dbname),
  AlterDatabaseRefreshCollStmt: ({ dbname }) => one('change', 'DATABASE', dbname),
  AlterDatabaseSetStmt: ({ dbname }) => one('change', 'DATABASE', dbname),
  DropdbStmt: ({ dbname }) => one('drop', 'DATABASE', dbname),
  CreateTableSpaceStmt: ({ tablespacename }) => one('create', 'TABLESPACE', tablespacename),
  AlterTableSpaceOptionsStmt: ({ tablespacename }) => one('change', 'TABLESPACE', tablespacename),
  DropTableSpaceStmt: ({ tablespacename }) => one('drop', 'TABLESPACE', tablespacename),
  CreateExtensionStmt: ({ extname }) => one('create', 'EXTENSION', extname),
  AlterExtensionStmt: ({ extname }) => one('change', 'EXTENSION', extname),
  AlterExtensionContentsStmt: ({ extname, objtype, object }) => [
    ...one('change', 'EXTENSION', extname),
    ...one('change', typeOf(objtype), ...nameOf(object)),
  ],
  CreateFdwStmt: ({ fdwname }) => one('create', 'FOREIGN DATA WRAPPER', fdwname),
  AlterFdwStmt: ({ fdwname }) => one('change', 'FOREIGN DATA WRAPPER', fdwname),
  CreateForeignServerStmt: ({ servername }) => one('create', 'SERVER', servername),
  AlterForeignServerStmt: ({ servername }) => one('change', 'SERVER', servername),
  // Which tables come is known to the foreign server.
  ImportForeignSchemaStmt: ({ local_schema }) => one('change', 'SCHEMA', local_schema),
  CreateUserMappingStmt: ({ user, servername }) => one('create', 'USER MAPPING', servername, roleOf(user)),
  AlterUserMappingStmt: ({ user, servername }) => one('change', 'USER MAPPING', servername, roleOf(user)),
  DropUserMappingStmt: ({ user, servername }) => one('drop', 'USER MAPPING', servername, roleOf(user)),
  CreatePublicationStmt: ({ pubname }) => one('create', 'PUBLICATION', pubname),
  AlterPublicationStmt: ({ pubname }) => one('change', 'PUBLICATION', pubname),
  CreateSubscriptionStmt: ({ subname }) => one('create', 'SUBSCRIPTION', subname),
  AlterSubscriptionStmt: ({ subname }) => one('change', 'SUBSCRIPTION', subname),
  DropSubscriptionStmt: ({ subname }) => one('drop', 'SUBSCRIPTION', subname),
  CreateRoleStmt: ({ role }) => one('create', 'ROLE', role),
  AlterRoleStmt: ({ role }) => one('change', 'ROLE', roleOf(role)),
  // ALTER ROLE ALL has no role.
  AlterRoleSetStmt: ({ role }) => one('change', 'ROLE', role && roleOf(role)),
  DropRoleStmt: ({ roles }) => each('drop', 'ROLE', roles),
  // What the roles own is known to the catalog; the roles stay.
  DropOwnedStmt: ({ roles }) => each('change', 'ROLE', roles),
  ReassignOwnedStmt: ({ roles }) => each('change', 'ROLE', roles),

  // Rights: see grantEffects.
  GrantStmt: 'none',
  GrantRoleStmt: 'none',
  AlterDefaultPrivilegesStmt: 'none',
  // Data.
  InsertStmt: 'none',
  UpdateStmt: 'none',
  DeleteStmt: 'none',
  MergeStmt: 'none',
  TruncateStmt: 'none',
  CopyStmt: 'none',
  CallStmt: 'none',
  DoStmt: 'none',
  // What they run is a statement of its own.
  ExplainStmt: 'none',
  PrepareStmt: 'none',
  ExecuteStmt: 'none',
  DeclareCursorStmt: 'none',
  // The session: see sessionEffects.
  DeallocateStmt: 'none',
  FetchStmt: 'none',
  ClosePortalStmt: 'none',
  TransactionStmt: 'none',
  ConstraintsSetStmt: 'none',
  VariableSetStmt: 'none',
  VariableShowStmt: 'none',
  DiscardStmt: 'none',
  ListenStmt: 'none',
  UnlistenStmt: 'none',
  NotifyStmt: 'none',
  LockStmt: 'none',
  LoadStmt: 'none',
  // The storage, not the objects.
  VacuumStmt: 'none',
  ClusterStmt: 'none',
  ReindexStmt: 'none',
  CheckPointStmt: 'none',
  AlterSystemStmt: 'none',
};
