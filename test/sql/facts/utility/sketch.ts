// A small shop as a catalog, and the facts of a statement on it in a few words a line.

import type { CatalogView, Reference, Type } from '../../../../gateway/sql/facts/catalog-view.ts';
import { utilityFacts } from '../../../../gateway/sql/facts/utility/of-statement.ts';
import type { UtilityFacts } from '../../../../gateway/sql/facts/utility/utility-facts.ts';
import { parseStatements } from '../../../../gateway/sql/syntax/parse.ts';
import { catalogOf } from '../../../support/catalog-view.ts';

const key = { primary: true, columns: [1], collations: [0] };
const vouch = { reads: [], carries: [], writes: [] };
const reference: Reference = {
  name: 'fkey',
  relation: 0,
  columns: [1],
  target: 0,
  targetColumns: [1],
  onDelete: 'refuse',
  onUpdate: 'refuse',
};
const integer: Type = {
  oid: 23,
  schema: 'pg_catalog',
  name: 'int4',
  kind: 'base',
  builtin: true,
  base: 0,
  element: 0,
  difference: 0,
  canonical: 0,
  array: 0,
  relation: 0,
  checks: [],
  defaultExpression: undefined,
  input: 0,
  output: 0,
  subscript: 0,
  comparison: 0,
  jsonCast: 0,
};
export const shop = catalogOf({
  relations: {
    'public.customers': {
      columns: ['id', { name: 'name', type: 25 }, { name: 'ssn', type: 25 }],
      keys: [key],
      referencedBy: [{ ...reference, relation: 16_385, columns: [2], target: 16_384 }],
    },
    'public.orders': {
      columns: ['id', 'customer_id', { name: 'doubled', generated: 'stored', expression: '{}' }],
      referencedBy: [{ ...reference, relation: 16_386, target: 16_385, onDelete: 'cascade' }],
    },
    'public.lines': { columns: ['order_id', 'n'] },
    'public.events': {
      kind: 'partitioned_table',
      columns: ['day', 'what'],
      partitionKey: { columns: [1], expressions: undefined },
    },
    'public.events_1': { columns: ['what', 'day'], parents: ['public.events'] },
    'public.events_2': { columns: ['day', 'what'], parents: ['public.events'] },
    'public.guarded': {
      columns: ['a'],
      rowPolicies: [{ name: 'p', command: 'all', using: undefined, check: undefined }],
    },
    'public.guarded_more': { columns: ['a', 'b'], parents: ['public.guarded'] },
    'public.top': { kind: 'view', columns: ['id'] },
    'public.totals': { kind: 'materialized_view', columns: ['day', 'n'] },
    'public.orders_pkey': { kind: 'index', columns: ['id'], table: 'public.orders' },
    'public.numbers': { kind: 'sequence', columns: ['last_value'] },
    'other.orders': { columns: ['x'] },
  },
  types: [integer],
  routines: [
    { name: 'public.archive', kind: 'procedure', argumentTypes: ['integer'] },
    { name: 'public.archive', kind: 'procedure', argumentTypes: ['text'], vouch },
    { name: 'public.archive', kind: 'function' },
    { name: 'public.noted', kind: 'function' },
  ],
});

export const path = ['pg_catalog', 'public'];
const limits = { maxBytes: 1_000_000 };

export function factsOf(sql: string, catalog: CatalogView = shop): UtilityFacts {
  const [statement] = parseStatements(sql, limits);
  if (statement === undefined) throw new Error('no statement');
  return utilityFacts(statement, statement.source, catalog, path);
}

/** "public.orders insert id:write_target", "opaque dynamic", "now write_source SELECT …". */
export function linesOf(facts: UtilityFacts): readonly string[] {
  const { relations, routines, expressions, refreshed, rowsFrom, outputs, innerOutputs, standsFor } = facts;
  return [
    ...relations.map(({ relation, access, columns, through, runsWriteExpressions }) =>
      [
        ...(through.length > 0 ? [`${through.join(' > ')} >`] : []),
        `${relation.schema}.${relation.name}`,
        access.join('+'),
        ...columns.map(({ number, used }) => `${relation.columns[number - 1]?.name}:${used.join('+')}`),
        ...(runsWriteExpressions ? ['runs'] : []),
      ].join(' '),
    ),
    ...facts.writes.map(({ action, relation, columns }) =>
      `${action} ${relation.name} ${columns.join(' ')}`.trim(),
    ),
    ...routines.map(
      ({ routine, as, runs }) => `${as} ${runs} ${routine.name}(${routine.argumentTypes.join(', ')})`,
    ),
    ...expressions.map(
      ({ source, evaluated, used, becomes }) =>
        `${evaluated} ${used} ${source}${becomes === undefined ? '' : ` as ${becomes}`}`,
    ),
    ...facts.partitioned.map(({ root, attaches }) => `rows of ${root.name}${attaches ? ' attached' : ''}`),
    ...facts.compared.map(({ columns, targetColumns }) => `compares ${columns} with ${targetColumns}`),
    ...refreshed.map(({ name }) => `refreshed ${name}`),
    ...(rowsFrom === 'none' ? [] : [`rows from ${rowsFrom}`]),
    ...outputs.map(
      ({ position, name, type, column }) =>
        `${position} ${name} ${type}${column === undefined ? '' : ` ${column.relation}.${column.number}`}`,
    ),
    ...(innerOutputs === undefined ? [] : [`inner ${innerOutputs}`]),
    ...(standsFor === undefined ? [] : [`${standsFor.of} ${standsFor.name}`]),
    ...facts.opaque.map(({ reason, because }) => `opaque ${reason}: ${because}`),
  ];
}
