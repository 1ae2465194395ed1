// ALTER TABLE and its like for other relations: what each of its commands reads, writes and touches elsewhere.

import type { AlterTableCmd, AlterTableType, Node } from 'libpg-query';
import { nameOfRange } from '../../syntax/names.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import { evaluate } from './evaluated.ts';
import { allColumns, type Findings } from './findings.ts';
import { cascade, define } from './named-objects.ts';
import { partitionOf } from './partitions.ts';
import { addColumn, addConstraint } from './table-parts.ts';
import { optionsValidated } from './validated-options.ts';

type Altered = Readonly<{ relation: Relation; inherited: boolean; findings: Findings }>;
type Command = (command: AlterTableCmd, altered: Altered) => void;

export function alterTable(node: Readonly<NodeOf<'AlterTableStmt'>>, findings: Findings): void {
  const relation = findings.findRange(node.relation);
  if (relation === undefined) return;
  const inherited = node.relation?.inh ?? false;
  define(relation, inherited, findings);
  for (const cmd of node.cmds ?? []) {
    if (!('AlterTableCmd' in cmd)) continue;
    const command = cmd.AlterTableCmd;
    if (command.behavior === 'DROP_CASCADE') cascade(findings);
    const act = command.subtype && commands[command.subtype];
    if (act === undefined) throw new Error(`ALTER TABLE ${command.subtype} is not known`);
    act(command, { relation, inherited, findings });
  }
}

/** Nothing but the definition. */
const definition: Command = () => {};

/** The rows are written anew, and indexes with them. */
const rewritten: Command = (_, { relation, inherited, findings }) => {
  const touch = { access: ['define'], runsWriteExpressions: true } as const;
  if (inherited) findings.touchTree(relation, touch);
  else findings.touch(relation, touch);
};

const newColumn: Command = ({ def }, { relation, inherited, findings }) => {
  if (relation.kind === 'composite_type' || def === undefined || !('ColumnDef' in def)) return;
  addColumn(def.ColumnDef, relation, inherited, findings);
};

const newConstraint: Command = ({ def }, { relation, inherited, findings }) => {
  if (def !== undefined && 'Constraint' in def)
    addConstraint(def.Constraint, relation, inherited, undefined, findings);
};

/** Without USING, the column's own value is cast. */
const newType: Command = (command, altered) => {
  const { relation, inherited, findings } = altered;
  const { name = '', def } = command;
  // The server refuses to change a composite type that rows hold.
  if (relation.kind === 'composite_type' || def === undefined || !('ColumnDef' in def)) return;
  const columns = findings.columnsNamed(relation, [name]);
  findings.touchTree(relation, { access: ['select'], columns, used: 'write_target' });
  const { raw_default: value, typeName } = def.ColumnDef;
  if (value === undefined) findings.touchTree(relation, { access: ['select'], columns, used: 'read' });
  evaluate(findings, value ?? columnReference(name), {
    from: relation,
    inherited,
    castTo: typeName,
    evaluated: 'now',
    used: 'write_source',
  });
  rewritten(command, altered);
};

const columnReference = (name: string): Node => ({ ColumnRef: { fields: [{ String: { sval: name } }] } });

const newExpression: Command = (command, altered) => {
  const { relation, inherited, findings } = altered;
  const { name = '', def } = command;
  findings.touchTree(relation, {
    access: ['define'],
    columns: findings.columnsNamed(relation, [name]),
    used: 'write_target',
  });
  if (def !== undefined)
    evaluate(findings, def, { from: relation, inherited, evaluated: 'now', used: 'write_source' });
  rewritten(command, altered);
};

const notNull: Command = ({ name = '' }, { relation, findings }) =>
  findings.touchTree(relation, {
    access: ['select'],
    columns: findings.columnsNamed(relation, [name]),
    used: 'predicate',
  });

const validated: Command = (_, { relation, findings }) => {
  findings.touchTree(relation, {
    access: ['select'],
    columns: allColumns(relation),
    used: 'predicate',
    runsWriteExpressions: true,
  });
  findings.opaque('definition', 'it checks rows against a constraint whose definition is not followed');
};

/** Only a constraint that begins to be enforced is checked. */
const alteredConstraint: Command = (command, altered) => {
  const { def } = command;
  const kept = def !== undefined && 'ATAlterConstraint' in def && !def.ATAlterConstraint.alterEnforceability;
  if (!kept) validated(command, altered);
};

const otherTable: Command = ({ def }, { findings }) => {
  if (def === undefined || !('RangeVar' in def)) return;
  const other = findings.find(nameOfRange(def.RangeVar));
  if (other !== undefined) define(other, false, findings);
};

const detached: Command = ({ def }, { findings }) => {
  if (def === undefined || !('PartitionCmd' in def)) return;
  const other = findings.findRange(def.PartitionCmd.name);
  if (other !== undefined) define(other, true, findings);
};

/** The rows of the new partition are checked against its bounds; an index is attached to an index. */
const attached: Command = (command, { relation, findings }) => {
  detached(command, { relation, inherited: true, findings });
  const { def } = command;
  if (relation.kind === 'index' || def === undefined || !('PartitionCmd' in def)) return;
  partitionOf(relation, def.PartitionCmd.bound, true, findings);
  const other = findings.findRange(def.PartitionCmd.name);
  if (other !== undefined)
    findings.touchTree(other, {
      access: ['select'],
      columns: allColumns(other),
      used: 'predicate',
      runsWriteExpressions: true,
    });
};

const withOptions: Command = (_, { findings }) => optionsValidated(findings);

/** The grammar never gives these: the server makes them of others. */
const internal: Command = ({ subtype }) => {
  throw new Error(`ALTER TABLE ${subtype} is not a client's`);
};

const commands: Readonly<Record<AlterTableType, Command>> = {
  AT_AddColumn: newColumn,
  AT_AddColumnToView: internal,
  // It is for rows to come.
  AT_ColumnDefault: definition,
  AT_CookedColumnDefault: internal,
  AT_DropNotNull: definition,
  AT_SetNotNull: notNull,
  AT_SetExpression: newExpression,
  AT_DropExpression: definition,
  AT_SetStatistics: definition,
  AT_SetOptions: definition,
  AT_ResetOptions: definition,
  AT_SetStorage: definition,
  AT_SetCompression: definition,
  AT_DropColumn: definition,
  AT_AddIndex: internal,
  AT_ReAddIndex: internal,
  AT_AddConstraint: newConstraint,
  AT_ReAddConstraint: internal,
  AT_ReAddDomainConstraint: internal,
  AT_AlterConstraint: alteredConstraint,
  AT_ValidateConstraint: validated,
  AT_AddIndexConstraint: internal,
  AT_DropConstraint: definition,
  AT_ReAddComment: internal,
  AT_AlterColumnType: newType,
  AT_AlterColumnGenericOptions: withOptions,
  AT_ChangeOwner: definition,
  AT_ClusterOn: definition,
  AT_DropCluster: definition,
  AT_SetLogged: rewritten,
  AT_SetUnLogged: rewritten,
  AT_DropOids: definition,
  AT_SetAccessMethod: rewritten,
  AT_SetTableSpace: definition,
  AT_SetRelOptions: definition,
  AT_ResetRelOptions: definition,
  AT_ReplaceRelOptions: internal,
  AT_EnableTrig: definition,
  AT_EnableAlwaysTrig: definition,
  AT_EnableReplicaTrig: definition,
  AT_DisableTrig: definition,
  AT_EnableTrigAll: definition,
  AT_DisableTrigAll: definition,
  AT_EnableTrigUser: definition,
  AT_DisableTrigUser: definition,
  AT_EnableRule: definition,
  AT_EnableAlwaysRule: definition,
  AT_EnableReplicaRule: definition,
  AT_DisableRule: definition,
  AT_AddInherit: otherTable,
  AT_DropInherit: otherTable,
  AT_AddOf: definition,
  AT_DropOf: definition,
  AT_ReplicaIdentity: definition,
  AT_EnableRowSecurity: definition,
  AT_DisableRowSecurity: definition,
  AT_ForceRowSecurity: definition,
  AT_NoForceRowSecurity: definition,
  AT_GenericOptions: withOptions,
  AT_AttachPartition: attached,
  AT_DetachPartition: detached,
  AT_DetachPartitionFinalize: detached,
  AT_AddIdentity: definition,
  AT_SetIdentity: definition,
  AT_DropIdentity: definition,
  AT_ReAddStatistics: internal,
};
