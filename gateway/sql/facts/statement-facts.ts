// Puts together the facts of one statement: of its queries as the server reads them, and of what is no query.
import type { Reading } from '../analyzed/read-tree.ts';
import type { Query } from '../analyzed/registry/node.ts';
import { BrokenTree } from '../analyzed/scope.ts';
import { outputsOf } from '../analyzed/target-list.ts';
import { classify } from '../syntax/classify.ts';
import { grantEffects } from '../syntax/grant-effects.ts';
import type { InnerRole } from '../syntax/inner-statements.ts';
import { objectEffects } from '../syntax/object-effects.ts';
import { sessionEffects } from '../syntax/session-effects.ts';
import type { StatementNode } from '../syntax/statement.ts';
import { argumentCalls, assignmentCalls } from './calls/coercion-calls.ts';
import { valueType } from './calls/expression-type.ts';
import { treeCalls } from './calls/type-calls.ts';
import type { CatalogView } from './catalog-view.ts';
import { collectUtility } from './collect-utility.ts';
import { Collector } from './collector.ts';
import { eventTriggersOf } from './event-triggers.ts';
import type {
  ColumnUse,
  FunctionFact,
  OpaqueReason,
  OutputFact,
  RelationFact,
  StatementFacts,
} from './facts.ts';
import { nowhere } from './origins.ts';
import { collectQuery } from './query/collect-query.ts';
import { Follower } from './query/follow.ts';
import { Lineage } from './query/lineage.ts';
import { limitOf } from './row-count.ts';
import type { UtilityFacts } from './utility/utility-facts.ts';

/** A statement with what the server made of the queries in it. */
export type ResolvedStatement = Readonly<{
  statement: StatementNode;
  source: string;
  /** The analyzed tree of a query; undefined for any other statement. */
  query: Reading<readonly Query[]> | undefined;
  /** Of the query's parameters, as the server has them. */
  parameterTypes: readonly number[];
  /** Why a query has no tree, or a name stands for nothing that is known. */
  unresolved: OpaqueReason | undefined;
  /** Of a statement that is no query. */
  utility: UtilityFacts | undefined;
  /** Its expressions, each as the query it was made into. */
  expressions: readonly Readonly<{
    used: ColumnUse;
    /** The type that its value is made into. */
    becomes: number | undefined;
    inTree: boolean;
    resolved: ResolvedStatement;
  }>[];
  /** What it explains, copies, declares, prepares or shows, in order. */
  inner: readonly Readonly<{ role: InnerRole; resolved: ResolvedStatement }>[];
  /** What a name in it stands for: EXECUTE's statement, FETCH's cursor. */
  named: ResolvedStatement | undefined;
}>;

/** Never throws: what can't be told makes the statement opaque. */
export function statementFacts(resolved: ResolvedStatement, catalog: CatalogView): StatementFacts {
  const collector = new Collector(catalog, new Lineage(catalog));
  const follow = new Follower(collector);
  const gathering: Gathering = { collector, follow, outputs: [], limit: undefined };
  try {
    gather(resolved, 'output', gathering);
    for (const { name, function: routine } of eventTriggersOf(resolved.statement, catalog))
      follow.routine(routine, 'trigger', [`event trigger ${name}`]);
  } catch (error) {
    // A tree that contradicts itself is the server's or ours to repair; the statement stays unknown until then.
    const what = error instanceof BrokenTree ? error.message : 'its facts could not be derived';
    collector.opaque('unknown_node', what);
  }
  for (const what of collector.lineage.columns.unread) {
    collector.opaque('definition', `the definition of ${what} can not be read`);
  }
  const { statement } = resolved;
  const { kind, tag, readOnly } = classify(statement);
  const { relations, functions, writes, reasons } = collector;
  return {
    kind,
    tag,
    readOnly:
      readOnly && reasons.length === 0 && !relations.some(isWritten) && !functions.some(writesSomething),
    relations,
    columns: collector.columns,
    functions,
    outputs: gathering.outputs,
    writes,
    limit: gathering.limit,
    session: [...sessionEffects(statement), ...collector.settings],
    objects: objectEffects(statement),
    grants: grantEffects(statement),
    inner: innerKinds(resolved),
    opaque: reasons,
    catalogVersion: catalog.version,
  };
}

type Gathering = {
  readonly collector: Collector;
  readonly follow: Follower;
  outputs: readonly OutputFact[];
  limit: number | undefined;
};

function gather(resolved: ResolvedStatement, outputUse: ColumnUse, gathering: Gathering): void {
  const { utility } = resolved;
  const { unresolved } = resolved;
  if (unresolved !== undefined) gathering.collector.opaque(unresolved.reason, unresolved.because);
  if (resolved.query !== undefined) gatherQuery(resolved.query, outputUse, gathering);
  if (utility !== undefined) gatherUtility(utility, outputUse, gathering);
  for (const { used, becomes, inTree, resolved: expression } of resolved.expressions) {
    gather(expression, used, gathering);
    if (inTree) gatherTree(expression, gathering);
    if (becomes !== undefined) gatherAssigned(expression, [becomes], gathering);
  }
  for (const { role, resolved: inner } of resolved.inner) {
    // Arguments go wherever what is called or executed puts them: into rows, conditions, tables.
    const use = role === 'arguments' ? 'write_source' : (utility?.innerOutputs ?? 'read');
    gather(inner, use, gathering);
    if (role === 'arguments') gatherCalled(inner, utility?.routines ?? [], gathering);
  }
  if (resolved.named === undefined) return;
  gather(resolved.named, outputUse, gathering);
  for (const { role, resolved: inner } of resolved.inner)
    if (role === 'arguments') gatherAssigned(inner, resolved.named.parameterTypes, gathering);
}

/** What a query gives is made into other types: EXECUTE's arguments into those of the parameters. */
function gatherAssigned(
  { query }: ResolvedStatement,
  types: readonly number[],
  { collector, follow }: Gathering,
): void {
  const [given] = query?.known ? query.tree : [];
  if (given !== undefined) follow.made(assignmentCalls(given, types, collector.catalog), []);
}

/** A GiST index is built on what a query gives. */
function gatherTree({ query }: ResolvedStatement, { collector, follow }: Gathering): void {
  const [given] = query?.known ? query.tree : [];
  for (const { expr } of given === undefined ? [] : outputsOf(given))
    follow.made(treeCalls(valueType(expr, collector.catalog), collector.catalog), []);
}

/** CALL makes its arguments into those of the procedure: of each that it may be. */
function gatherCalled(
  given: ResolvedStatement,
  routines: UtilityFacts['routines'],
  gathering: Gathering,
): void {
  const [values] = given.query?.known ? given.query.tree : [];
  if (values === undefined) return;
  const { collector, follow } = gathering;
  for (const { routine, given: written } of routines)
    if (written !== undefined) follow.made(argumentCalls(values, written, routine, collector.catalog), []);
}

function gatherUtility(utility: UtilityFacts, outputUse: ColumnUse, gathering: Gathering): void {
  const { collector, follow } = gathering;
  collectUtility(utility, collector, follow);
  if (utility.rowsFrom !== 'outputs' || outputUse !== 'output') return;
  gathering.outputs = utility.outputs.map(({ position, name, type, column }) => {
    const relation = column && collector.catalog.relation(column.relation);
    const origins =
      relation === undefined ? nowhere : collector.lineage.columns.ofColumn(relation, column?.number ?? 0);
    const origin = { relation: column?.relation ?? 0, column: column?.number ?? 0 };
    const [columns, labels] = [collector.namesOf(origins), collector.labelsOf(origins)];
    return { position, name, type, columns, labels, direct: column !== undefined, origin };
  });
}

function gatherQuery(reading: Reading<readonly Query[]>, outputUse: ColumnUse, gathering: Gathering): void {
  const { collector, follow } = gathering;
  if (!reading.known) {
    const what = reading.unknown.map(({ tag, field }) => (field === undefined ? tag : `${tag}.${field}`));
    collector.opaque('unknown_node', `the server's tree has parts that are not known: ${what.join(', ')}`);
    return;
  }
  for (const query of reading.tree) {
    collectQuery(query, { collector, follow, through: [] });
    const origins = collector.lineage.outputs(query, undefined);
    for (const each of origins) collector.use(each, outputUse, []);
    gathering.limit = limitOf(query);
    if (outputUse !== 'output') continue;
    gathering.outputs = outputsOf(query).map(({ expr, resname, resorigtbl, resorigcol }, at) => ({
      position: at + 1,
      name: resname ?? '',
      type: valueType(expr, collector.catalog),
      columns: collector.namesOf(origins[at] ?? nowhere),
      labels: collector.labelsOf(origins[at] ?? nowhere),
      direct: collector.lineage.columns.isColumn(resorigtbl, resorigcol),
      origin: { relation: resorigtbl, column: resorigcol },
    }));
  }
}

function innerKinds({ inner, named }: ResolvedStatement): StatementFacts['inner'] {
  const below = [...inner.map(({ resolved }) => resolved), ...(named === undefined ? [] : [named])];
  return below.flatMap((each) => {
    const { kind, tag } = classify(each.statement);
    return [{ kind, tag }, ...innerKinds(each)];
  });
}

// Some of those that read files keep what they read.
const writing = new Set([
  'sequence',
  'set_session',
  'large_object',
  'admin',
  'reads_files',
  'writes_files',
  'runs_sql',
]);
const writesSomething = (called: FunctionFact): boolean => writing.has(called.class);
const isWritten = ({ access }: RelationFact): boolean =>
  access.some((each) => each !== 'select' && each !== 'lock');
