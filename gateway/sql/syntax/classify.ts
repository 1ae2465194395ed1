// What each statement is: its kind, the command tag that the server gives it, and whether it only reads.

import type { Node } from 'libpg-query';
import { type Classification, ddl, is } from './classification.ts';
import { classifySelect, classifySet, classifyTransaction } from './classify-variants.ts';
import { objectTypeName } from './object-type.ts';
import { mayBeOn } from './read-only.ts';
import { type NodeOf, type StatementNode, type StatementType, statementOf } from './statement.ts';

type Table = {
  [T in StatementType]: Classification | ((node: Readonly<NodeOf<T>>) => Classification);
};

export function classify(statement: StatementNode): Classification {
  const entry = table[statement.type];
  if (entry === undefined) throw new Error(`statement type ${statement.type} is not known`);
  return typeof entry === 'function' ? entry(statement.node as never) : entry;
}

const reads = (query: Node | undefined): boolean =>
  query !== undefined && classify(statementOf(query)).readOnly;
const alter = ({ objectType }: { objectType?: Parameters<typeof objectTypeName>[0] }): Classification =>
  ddl(`ALTER ${objectTypeName(objectType)}`);

const table: Table = {
  SelectStmt: classifySelect,
  InsertStmt: is('insert', 'INSERT', false),
  UpdateStmt: is('update', 'UPDATE', false),
  DeleteStmt: is('delete', 'DELETE', false),
  MergeStmt: is('merge', 'MERGE', false),
  TruncateStmt: is('truncate', 'TRUNCATE TABLE', false),
  // A file or a program of the server is written to, whatever the query does.
  CopyStmt: ({ is_from, is_program, filename, query }) =>
    is(
      'copy',
      'COPY',
      !is_from && !is_program && filename === undefined && (query === undefined || reads(query)),
    ),
  CallStmt: is('call', 'CALL', false),
  DoStmt: is('do', 'DO', false),
  ExplainStmt: ({ options, query }) => is('explain', 'EXPLAIN', !mayBeOn(options, 'analyze') || reads(query)),

  PrepareStmt: ({ query }) => is('prepare', 'PREPARE', reads(query)),
  // What it runs is known to the session only; until that is looked up, it may write.
  ExecuteStmt: is('execute', 'EXECUTE', false),
  DeallocateStmt: ({ name }) => is('deallocate', name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE', true),
  DeclareCursorStmt: ({ query }) => is('cursor', 'DECLARE CURSOR', reads(query)),
  // The cursor's query was classified when it was declared or bound.
  FetchStmt: ({ ismove }) => is('cursor', ismove ? 'MOVE' : 'FETCH', true),
  ClosePortalStmt: ({ portalname }) =>
    is('cursor', portalname === undefined ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR', true),

  TransactionStmt: classifyTransaction,
  ConstraintsSetStmt: is('transaction', 'SET CONSTRAINTS', true),
  VariableSetStmt: classifySet,
  VariableShowStmt: is('show', 'SHOW', true),
  DiscardStmt: ({ target }) =>
    is('session', `DISCARD ${(target ?? 'DISCARD_ALL').slice('DISCARD_'.length)}`, true),
  ListenStmt: is('notify', 'LISTEN', true),
  UnlistenStmt: is('notify', 'UNLISTEN', true),
  NotifyStmt: is('notify', 'NOTIFY', false),
  // ACCESS SHARE is what a SELECT takes.
  LockStmt: ({ mode }) => is('lock', 'LOCK TABLE', mode === 1),

  GrantStmt: ({ is_grant }) => is('grant', is_grant ? 'GRANT' : 'REVOKE', false),
  GrantRoleStmt: ({ is_grant }) => is('grant', is_grant ? 'GRANT ROLE' : 'REVOKE ROLE', false),
  AlterDefaultPrivilegesStmt: is('grant', 'ALTER DEFAULT PRIVILEGES', false),
  CreateRoleStmt: is('role', 'CREATE ROLE', false),
  AlterRoleStmt: is('role', 'ALTER ROLE', false),
  AlterRoleSetStmt: is('role', 'ALTER ROLE', false),
  DropRoleStmt: is('role', 'DROP ROLE', false),
  DropOwnedStmt: is('role', 'DROP OWNED', false),
  ReassignOwnedStmt: is('role', 'REASSIGN OWNED', false),

  VacuumStmt: ({ is_vacuumcmd }) => is('maintenance', is_vacuumcmd ? 'VACUUM' : 'ANALYZE', false),
  ClusterStmt: is('maintenance', 'CLUSTER', false),
  ReindexStmt: is('maintenance', 'REINDEX', false),
  CheckPointStmt: is('maintenance', 'CHECKPOINT', false),
  RefreshMatViewStmt: is('maintenance', 'REFRESH MATERIALIZED VIEW', false),
  AlterSystemStmt: is('system', 'ALTER SYSTEM', false),
  LoadStmt: is('system', 'LOAD', false),

  CreateStmt: ddl('CREATE TABLE'),
  CreateTableAsStmt: ({ objtype, is_select_into }) => {
    if (is_select_into) return ddl('SELECT INTO');
    return ddl(objtype === 'OBJECT_MATVIEW' ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS');
  },
  ViewStmt: ddl('CREATE VIEW'),
  IndexStmt: ddl('CREATE INDEX'),
  CreateSchemaStmt: ddl('CREATE SCHEMA'),
  CreateSeqStmt: ddl('CREATE SEQUENCE'),
  AlterSeqStmt: ddl('ALTER SEQUENCE'),
  CreateStatsStmt: ddl('CREATE STATISTICS'),
  AlterStatsStmt: ddl('ALTER STATISTICS'),
  AlterTableStmt: ({ objtype }) => ddl(`ALTER ${objectTypeName(objtype)}`),
  AlterTableMoveAllStmt: ({ objtype }) => ddl(`ALTER ${objectTypeName(objtype)}`),
  RenameStmt: ({ renameType, relationType }) =>
    ddl(`ALTER ${objectTypeName(renameType === 'OBJECT_COLUMN' ? relationType : renameType)}`),
  AlterObjectDependsStmt: alter,
  AlterObjectSchemaStmt: alter,
  AlterOwnerStmt: alter,
  DropStmt: ({ removeType }) => ddl(`DROP ${objectTypeName(removeType)}`),
  CommentStmt: ddl('COMMENT'),
  SecLabelStmt: ddl('SECURITY LABEL'),
  RuleStmt: ddl('CREATE RULE'),
  CreateTrigStmt: ddl('CREATE TRIGGER'),
  CreateEventTrigStmt: ddl('CREATE EVENT TRIGGER'),
  AlterEventTrigStmt: ddl('ALTER EVENT TRIGGER'),
  CreatePolicyStmt: ddl('CREATE POLICY'),
  AlterPolicyStmt: ddl('ALTER POLICY'),

  CreateFunctionStmt: ({ is_procedure }) => ddl(is_procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION'),
  AlterFunctionStmt: ({ objtype }) => ddl(`ALTER ${objectTypeName(objtype)}`),
  CreatePLangStmt: ddl('CREATE LANGUAGE'),
  CreateCastStmt: ddl('CREATE CAST'),
  CreateConversionStmt: ddl('CREATE CONVERSION'),
  CreateTransformStmt: ddl('CREATE TRANSFORM'),
  CreateAmStmt: ddl('CREATE ACCESS METHOD'),
  CreateOpClassStmt: ddl('CREATE OPERATOR CLASS'),
  CreateOpFamilyStmt: ddl('CREATE OPERATOR FAMILY'),
  AlterOpFamilyStmt: ddl('ALTER OPERATOR FAMILY'),
  AlterOperatorStmt: ddl('ALTER OPERATOR'),
  DefineStmt: ({ kind }) => ddl(`CREATE ${objectTypeName(kind)}`),
  CompositeTypeStmt: ddl('CREATE TYPE'),
  CreateEnumStmt: ddl('CREATE TYPE'),
  CreateRangeStmt: ddl('CREATE TYPE'),
  AlterEnumStmt: ddl('ALTER TYPE'),
  AlterTypeStmt: ddl('ALTER TYPE'),
  CreateDomainStmt: ddl('CREATE DOMAIN'),
  AlterDomainStmt: ddl('ALTER DOMAIN'),
  AlterCollationStmt: ddl('ALTER COLLATION'),
  AlterTSDictionaryStmt: ddl('ALTER TEXT SEARCH DICTIONARY'),
  AlterTSConfigurationStmt: ddl('ALTER TEXT SEARCH CONFIGURATION'),

  CreatedbStmt: ddl('CREATE DATABASE'),
  AlterDatabaseStmt: ddl('ALTER DATABASE'),
  AlterDatabaseRefreshCollStmt: ddl('ALTER DATABASE'),
  AlterDatabaseSetStmt: ddl('ALTER DATABASE'),
  DropdbStmt: ddl('DROP DATABASE'),
  CreateTableSpaceStmt: ddl('CREATE TABLESPACE'),
  AlterTableSpaceOptionsStmt: ddl('ALTER TABLESPACE'),
  DropTableSpaceStmt: ddl('DROP TABLESPACE'),
  CreateExtensionStmt: ddl('CREATE EXTENSION'),
  AlterExtensionStmt: ddl('ALTER EXTENSION'),
  AlterExtensionContentsStmt: ddl('ALTER EXTENSION'),

  CreateFdwStmt: ddl('CREATE FOREIGN DATA WRAPPER'),
  AlterFdwStmt: ddl('ALTER FOREIGN DATA WRAPPER'),
  CreateForeignServerStmt: ddl('CREATE SERVER'),
  AlterForeignServerStmt: ddl('ALTER SERVER'),
  CreateForeignTableStmt: ddl('CREATE FOREIGN TABLE'),
  ImportForeignSchemaStmt: ddl('IMPORT FOREIGN SCHEMA'),
  CreateUserMappingStmt: ddl('CREATE USER MAPPING'),
  AlterUserMappingStmt: ddl('ALTER USER MAPPING'),
  DropUserMappingStmt: ddl('DROP USER MAPPING'),
  CreatePublicationStmt: ddl('CREATE PUBLICATION'),
  AlterPublicationStmt: ddl('ALTER PUBLICATION'),
  CreateSubscriptionStmt: ddl('CREATE SUBSCRIPTION'),
  AlterSubscriptionStmt: ddl('ALTER SUBSCRIPTION'),
  DropSubscriptionStmt: ddl('DROP SUBSCRIPTION'),
};

/** The statement types of the table, for the test that compares them with the grammar's. */
export const statementTypes: readonly string[] = Object.keys(table);
