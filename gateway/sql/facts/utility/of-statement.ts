// Every statement type of the grammar, each with what reads its facts.

import { intoOf } from '../../syntax/classify-variants.ts';
import { nameOfRange, roleOf } from '../../syntax/names.ts';
import type { NodeOf, StatementNode, StatementType } from '../../syntax/statement.ts';
import { statementOf } from '../../syntax/statement.ts';
import type { CatalogView } from '../catalog-view.ts';
import { alterTable } from './alter-table.ts';
import { copy } from './copy.ts';
import {
  alterSequence,
  createIndex,
  createRule,
  createSequence,
  createStatistics,
  createTable,
  createTrigger,
  createView,
  rowPolicy,
} from './create.ts';
import { Findings } from './findings.ts';
import { cluster, refresh, reindex, vacuum } from './maintenance.ts';
import { changed, drop, grant, labelled, publication } from './named-objects.ts';
import { call, createConversion, createEventTrigger, createFunction, doBlock, optionOf } from './routines.ts';
import { execute, explain, fetch, intoTable, prepare, show } from './session-statements.ts';
import type { UtilityFacts } from './utility-facts.ts';
import { ifOptions } from './validated-options.ts';
import { lock, truncate } from './whole-tables.ts';

/** `none`: it touches no relation and runs nothing. `query`: the server resolves it whole. */
type Entry<T extends StatementType> =
  | 'none'
  | 'query'
  | ((node: Readonly<NodeOf<T>>, findings: Findings) => void);
type Table = { [T in StatementType]: Entry<T> };

/**
 * The facts of a statement that isn't a plain query, without those of the statements inside it and of what it stands
 * for. `source` is the statement's own text. `searchPath` is the session's effective one; relations that the session
 * alone knows are for `catalog` to know.
 *
 * @throws Error for INSERT, UPDATE, DELETE, MERGE, and a SELECT without INTO.
 */
export function utilityFacts(
  statement: StatementNode,
  source: string,
  catalog: CatalogView,
  searchPath: readonly string[],
): UtilityFacts {
  const findings = new Findings(source, catalog, searchPath);
  read(statement, findings);
  return findings.facts();
}

function read(statement: StatementNode, findings: Findings): void {
  const entry = table[statement.type] as Entry<StatementType> | undefined;
  if (entry === undefined) throw new Error(`statement type ${statement.type} is not known`);
  if (entry === 'query') throw new Error(`${statement.type} is resolved by the server`);
  if (entry !== 'none') entry(statement.node as never, findings);
}

const because =
  (reason: 'dynamic' | 'unresolved' | 'definition' | 'function', text: string) =>
  (_: unknown, findings: Findings): void =>
    findings.opaque(reason, text);

/** The elements see each other, and are created in the new schema. */
function createSchema(
  { schemaname, authrole, schemaElts = [] }: Readonly<NodeOf<'CreateSchemaStmt'>>,
  findings: Findings,
) {
  const schema = schemaname ?? roleOf(authrole);
  for (const element of schemaElts) {
    const statement = statementOf(element);
    const created = createdBy(statement);
    const name = nameOfRange(created).at(-1);
    if (name !== undefined) for (const written of [[name], [schema, name]]) findings.create(written);
    // A view's query and an index's expressions name what doesn't exist yet.
    if (statement.type === 'ViewStmt')
      findings.opaque('unresolved', 'the views of a new schema are resolved only when it exists');
    read(statement, findings);
  }
}

function createdBy({ type, node }: StatementNode) {
  if (type === 'ViewStmt') return node.view;
  if (type === 'CreateSeqStmt') return node.sequence;
  return type === 'CreateStmt' ? node.relation : undefined;
}

const table: Table = {
  SelectStmt: (node, findings) => {
    if (intoOf(node) === undefined) throw new Error('a SELECT without INTO is resolved by the server');
    intoTable(node, findings);
  },
  InsertStmt: 'query',
  UpdateStmt: 'query',
  DeleteStmt: 'query',
  MergeStmt: 'query',

  CopyStmt: copy,
  TruncateStmt: truncate,
  LockStmt: lock,
  CallStmt: call,
  DoStmt: doBlock,
  ExplainStmt: explain,
  PrepareStmt: prepare,
  DeclareCursorStmt: prepare,
  ExecuteStmt: execute,
  FetchStmt: fetch,
  VariableShowStmt: show,

  // The session's own state: see sessionEffects.
  DeallocateStmt: 'none',
  ClosePortalStmt: 'none',
  // COMMIT runs triggers that were put off and the queries of held cursors: facts of the statements before it.
  TransactionStmt: 'none',
  VariableSetStmt: 'none',
  DiscardStmt: 'none',
  ListenStmt: 'none',
  UnlistenStmt: 'none',
  NotifyStmt: 'none',
  ConstraintsSetStmt: 'none',

  VacuumStmt: vacuum,
  ClusterStmt: cluster,
  ReindexStmt: reindex,
  RefreshMatViewStmt: refresh,
  CheckPointStmt: 'none',
  AlterSystemStmt: 'none',
  LoadStmt: because('dynamic', "loads a library's code into the server"),

  CreateStmt: createTable,
  CreateForeignTableStmt: (node, findings) => {
    if (node.base !== undefined) createTable(node.base, findings);
    ifOptions(node, findings);
  },
  CreateTableAsStmt: intoTable,
  ViewStmt: createView,
  IndexStmt: createIndex,
  CreateSchemaStmt: createSchema,
  CreateSeqStmt: createSequence,
  AlterSeqStmt: alterSequence,
  CreateStatsStmt: createStatistics,
  AlterStatsStmt: 'none',
  AlterTableStmt: alterTable,
  AlterTableMoveAllStmt: because('unresolved', 'it is for every relation of a tablespace'),
  RenameStmt: ({ renameType, relation, object }, findings) =>
    changed(
      {
        ...(renameType && { objectType: renameType }),
        ...(relation && { relation }),
        ...(object && { object }),
      },
      findings,
    ),
  AlterObjectDependsStmt: changed,
  AlterObjectSchemaStmt: changed,
  AlterOwnerStmt: changed,
  CommentStmt: labelled,
  SecLabelStmt: labelled,
  DropStmt: drop,
  RuleStmt: createRule,
  CreateTrigStmt: createTrigger,
  CreatePolicyStmt: rowPolicy,
  AlterPolicyStmt: rowPolicy,

  GrantStmt: grant,
  // Membership, and rights on what will be created: see grantEffects.
  GrantRoleStmt: 'none',
  AlterDefaultPrivilegesStmt: 'none',
  CreateRoleStmt: 'none',
  AlterRoleStmt: 'none',
  AlterRoleSetStmt: 'none',
  DropRoleStmt: 'none',
  DropOwnedStmt: because('unresolved', 'it drops everything that the roles own'),
  ReassignOwnedStmt: because('unresolved', 'it is for everything that the roles own'),

  CreateFunctionStmt: createFunction,
  CreateConversionStmt: createConversion,
  CreateEventTrigStmt: createEventTrigger,
  // What they name runs when what they define is used.
  AlterFunctionStmt: 'none',
  AlterEventTrigStmt: 'none',
  CreatePLangStmt: 'none',
  CreateCastStmt: 'none',
  CreateTransformStmt: 'none',
  CreateAmStmt: 'none',
  CreateOpClassStmt: 'none',
  CreateOpFamilyStmt: 'none',
  AlterOpFamilyStmt: 'none',
  AlterOperatorStmt: 'none',
  CompositeTypeStmt: 'none',
  CreateEnumStmt: 'none',
  CreateRangeStmt: 'none',
  AlterEnumStmt: 'none',
  AlterTypeStmt: 'none',
  CreateDomainStmt: 'none',
  AlterCollationStmt: 'none',
  AlterTSConfigurationStmt: 'none',
  DefineStmt: ({ kind }, findings) => {
    if (kind === 'OBJECT_TSDICTIONARY') dictionary(kind, findings);
  },
  AlterTSDictionaryStmt: dictionary,
  AlterDomainStmt: ({ subtype, def }, findings) => {
    // N, T and X take something away or change the default; a constraint may say that it isn't checked now.
    if (subtype === 'N' || subtype === 'T' || subtype === 'X') return;
    if (def !== undefined && 'Constraint' in def && def.Constraint.skip_validation) return;
    findings.opaque('unresolved', 'it checks every column of the type of the domain');
  },

  CreatedbStmt: ({ options }, findings) => {
    const template = optionOf(options, 'template');
    if (template !== undefined && !/^template[01]$/.test(template))
      findings.opaque('unresolved', 'it copies a whole database');
  },
  AlterDatabaseStmt: 'none',
  AlterDatabaseRefreshCollStmt: 'none',
  AlterDatabaseSetStmt: 'none',
  DropdbStmt: 'none',
  CreateTableSpaceStmt: 'none',
  AlterTableSpaceOptionsStmt: 'none',
  DropTableSpaceStmt: 'none',
  CreateExtensionStmt: because('dynamic', 'runs the script of the extension'),
  AlterExtensionStmt: because('dynamic', 'runs the script of the extension'),
  AlterExtensionContentsStmt: labelled,

  CreateFdwStmt: ifOptions,
  AlterFdwStmt: ifOptions,
  CreateForeignServerStmt: ifOptions,
  AlterForeignServerStmt: ifOptions,
  CreateUserMappingStmt: ifOptions,
  AlterUserMappingStmt: ifOptions,
  DropUserMappingStmt: 'none',
  ImportForeignSchemaStmt: because('dynamic', 'the foreign server says which tables are created'),
  CreatePublicationStmt: publication,
  AlterPublicationStmt: publication,
  CreateSubscriptionStmt: because('dynamic', 'another server says what is written to the tables'),
  AlterSubscriptionStmt: because('dynamic', 'another server says what is written to the tables'),
  DropSubscriptionStmt: 'none',
};

/** Every statement type that has an entry, for the test that compares them with the grammar's. */
export const utilityStatementTypes: readonly string[] = Object.keys(table);

/** The template reads its options, which may name files. */
function dictionary(_: unknown, findings: Findings): void {
  findings.opaque(
    'function',
    "the dictionary's template reads its options, and may read files of the server",
  );
}
