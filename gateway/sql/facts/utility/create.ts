// CREATE of tables and of what belongs to them: the relations that are named on the way.

import type { Node } from 'libpg-query';
import { nameOf, nameOfList, nameOfRange } from '../../syntax/names.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import { evaluate } from './evaluated.ts';
import type { Findings } from './findings.ts';
import { define } from './named-objects.ts';
import { partitionOf } from './partitions.ts';
import { routinesNamed } from './routines.ts';
import { constraintsOf, like, reference } from './table-parts.ts';

/** The new table has no rows: its defaults and checks are stored, and nothing evaluates them. */
export function createTable(node: Readonly<NodeOf<'CreateStmt'>>, findings: Findings): void {
  findings.create(nameOfRange(node.relation));
  for (const parent of node.inhRelations ?? []) {
    const relation = findings.find(nameOf(parent));
    if (relation === undefined) continue;
    if (node.partbound === undefined) findings.touch(relation, { access: ['define'] });
    else partitionOf(relation, node.partbound, false, findings);
  }
  for (const element of [...(node.tableElts ?? []), ...(node.constraints ?? [])]) {
    if ('TableLikeClause' in element) like(element.TableLikeClause.relation, findings);
    const own = 'Constraint' in element ? [element.Constraint] : [];
    const constraints = 'ColumnDef' in element ? constraintsOf(element.ColumnDef) : own;
    for (const constraint of constraints)
      if (constraint.contype === 'CONSTR_FOREIGN') reference(constraint, findings);
  }
}

/** The view that is replaced, if there is one. */
export function createView({ view, replace }: Readonly<NodeOf<'ViewStmt'>>, findings: Findings): void {
  findings.innerOutputs = 'read';
  const name = nameOfRange(view);
  const replaced = replace ? findings.findAny(name) : undefined;
  if (replaced !== undefined) define(replaced, false, findings);
  findings.create(name);
}

export function createIndex(node: Readonly<NodeOf<'IndexStmt'>>, findings: Findings): void {
  const relation = findings.findRange(node.relation);
  if (relation === undefined) return;
  const inherited = relation.kind === 'partitioned_table' && (node.relation?.inh ?? false);
  // An error of a unique index shows values.
  const used = node.unique ? 'predicate' : 'read';
  const inTree = node.accessMethod === 'gist';
  define(relation, inherited, findings);
  for (const element of [...(node.indexParams ?? []), ...(node.indexIncludingParams ?? [])]) {
    if (!('IndexElem' in element)) continue;
    const { name, expr } = element.IndexElem;
    if (name !== undefined) {
      const columns = findings.columnsNamed(relation, [name]);
      const touch = { access: ['select'], columns, used } as const;
      if (inTree)
        findings.treeTypes.push(...columns.map((number) => relation.columns[number - 1]?.type ?? 0));
      if (inherited) findings.touchTree(relation, touch);
      else findings.touch(relation, touch);
    }
    if (expr !== undefined)
      evaluate(findings, expr, { from: relation, inherited, evaluated: 'now', used, inTree });
  }
  if (node.whereClause !== undefined)
    evaluate(findings, node.whereClause, {
      from: relation,
      inherited,
      condition: true,
      evaluated: 'now',
      used: 'predicate',
    });
}

/** Its expressions are evaluated by ANALYZE. */
export function createStatistics(
  { relations = [] }: Readonly<NodeOf<'CreateStatsStmt'>>,
  findings: Findings,
): void {
  for (const node of relations) {
    // The grammar takes a whole FROM clause here, the server single tables only.
    if (!('RangeVar' in node)) {
      findings.opaque('unresolved', 'statistics are to be made of what is no table');
      continue;
    }
    const relation = findings.find(nameOf(node));
    if (relation !== undefined) define(relation, false, findings);
  }
}

export function createSequence(
  { sequence, options = [] }: Readonly<NodeOf<'CreateSeqStmt'>>,
  findings: Findings,
): void {
  findings.create(nameOfRange(sequence));
  ownerOf(options, findings);
}

export function alterSequence(
  { sequence, options = [] }: Readonly<NodeOf<'AlterSeqStmt'>>,
  findings: Findings,
): void {
  const relation = findings.findRange(sequence);
  if (relation !== undefined) define(relation, false, findings);
  ownerOf(options, findings);
}

/** OWNED BY table.column, or NONE. */
function ownerOf(options: readonly Node[], findings: Findings): void {
  for (const option of options) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'owned_by') continue;
    const name = nameOf(option.DefElem.arg);
    const table = name.length < 2 ? undefined : findings.find(name.slice(0, -1));
    if (table !== undefined) define(table, false, findings);
  }
}

export function createTrigger(node: Readonly<NodeOf<'CreateTrigStmt'>>, findings: Findings): void {
  for (const range of [node.relation, node.constrrel]) {
    const relation = range && findings.findRange(range);
    if (relation !== undefined) define(relation, true, findings);
  }
  routinesNamed(nameOfList(node.funcname), 'trigger', 'later', findings);
}

/** What it does is resolved when it exists, with the statements that it changes. */
export function createRule(
  { relation, actions = [], whereClause }: Readonly<NodeOf<'RuleStmt'>>,
  findings: Findings,
) {
  const changed = findings.findRange(relation);
  if (changed !== undefined) define(changed, false, findings);
  if (actions.length > 0 || whereClause !== undefined)
    findings.opaque('rule', 'the condition and the actions of a new rule are not resolved');
}

type PolicyNode = Readonly<NodeOf<'CreatePolicyStmt'>> | Readonly<NodeOf<'AlterPolicyStmt'>>;

export function rowPolicy({ table, qual, with_check }: PolicyNode, findings: Findings): void {
  const relation = findings.findRange(table);
  if (relation === undefined) return;
  define(relation, false, findings);
  for (const condition of [qual, with_check])
    if (condition !== undefined) later(condition, relation, findings);
}

function later(condition: Node, relation: Relation, findings: Findings): void {
  evaluate(findings, condition, { from: relation, condition: true, evaluated: 'later', used: 'predicate' });
}
