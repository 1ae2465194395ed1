// The stored trees of the catalog, each by what it holds: function bodies, rules, conditions, defaults, bounds.
import { Reader, type UnknownNode } from './reader.ts';
import { type Field, parseField } from './registry/field-kind.ts';
import type { Expression, NodeOf, Query } from './registry/node.ts';
import { registryOf } from './registry/schema.ts';

/** A tree that is known to its last field, or why it isn't: then nothing may be derived from it. */
export type Reading<Tree> =
  | Readonly<{ known: true; tree: Tree }>
  | Readonly<{ known: false; unknown: readonly UnknownNode[] }>;

/**
 * The queries of a body written `BEGIN ATOMIC … END` or `RETURN …` (`pg_proc.prosqlbody`), in their order.
 *
 * @throws NodeTextError when the text is not node text, or nested too deeply.
 */
export function readFunctionBody(text: string, majorVersion: number): Reading<readonly Query[]> {
  if (text.startsWith('{')) return map(read<Query>(text, majorVersion, bodies.query), (query) => [query]);
  // The body is a list whose one element is the list of queries; an empty body has an empty one.
  if (text === '(<>)') return { known: true, tree: [] };
  if (!text.startsWith('((') || !text.endsWith('))'))
    return read<readonly Query[]>(text, majorVersion, bodies.queries);
  return read<readonly Query[]>(text.slice(1, -1), majorVersion, bodies.queries);
}

/** The actions of a rule (`pg_rewrite.ev_action`); a view's is one SELECT. Throws like `readFunctionBody`. */
export function readRuleActions(text: string, majorVersion: number): Reading<readonly Query[]> {
  return read(text, majorVersion, bodies.queries);
}

/**
 * One expression, or null for none: `pg_rewrite.ev_qual`, `pg_policy.polqual`, `pg_attrdef.adbin`,
 * `pg_constraint.conbin`, `pg_index.indpred`, `pg_trigger.tgqual`, `pg_type.typdefaultbin`,
 * `pg_publication_rel.prqual`. Throws like `readFunctionBody`.
 */
export function readExpression(text: string, majorVersion: number): Reading<Expression | null> {
  return read(text, majorVersion, bodies.expression);
}

/**
 * A list of expressions: `pg_index.indexprs`, `pg_proc.proargdefaults`, `pg_partitioned_table.partexprs`,
 * `pg_statistic_ext.stxexprs`. Throws like `readFunctionBody`.
 */
export function readExpressions(text: string, majorVersion: number): Reading<readonly Expression[]> {
  return read(text, majorVersion, bodies.expressions);
}

/** The bound of a partition (`pg_class.relpartbound`). Throws like `readFunctionBody`. */
export function readPartitionBound(
  text: string,
  majorVersion: number,
): Reading<NodeOf<'PARTITIONBOUNDSPEC'>> {
  return read(text, majorVersion, bodies.bound);
}

const bodies = {
  query: parseField('body: node! QUERY'),
  queries: parseField('body: list QUERY'),
  expression: parseField('body: expr'),
  expressions: parseField('body: exprs'),
  bound: parseField('body: node! PARTITIONBOUNDSPEC'),
};

/** The tree's type is what the registry derives from the same lines that the reader follows. */
function read<Tree>(text: string, majorVersion: number, body: Field): Reading<Tree> {
  const registry = registryOf(majorVersion);
  if (registry === undefined)
    return { known: false, unknown: [{ tag: `PostgreSQL ${majorVersion}`, field: undefined, offset: 0 }] };
  const reader = new Reader(text, registry);
  const tree = reader.readAll(body) as Tree;
  return reader.unknown.length === 0 ? { known: true, tree } : { known: false, unknown: reader.unknown };
}

function map<From, To>(reading: Reading<From>, change: (tree: From) => To): Reading<To> {
  return reading.known ? { known: true, tree: change(reading.tree) } : reading;
}
