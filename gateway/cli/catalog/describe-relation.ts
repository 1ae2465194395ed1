// What the catalog page and its JSON say of one relation.

import type { CatalogView, Column, Relation, RelationKind, RowPolicy, WriteEvent } from '../../sql/index.ts';
import { typeName } from './type-name.ts';

/** One label of a column, and whose word that is. */
export type LabelSource = Readonly<{
  name: string;
  /** `lineage`: the column shows or is computed from others that have it. */
  from: 'data' | 'comment' | 'security_label' | 'server' | 'lineage';
  /** The relation or the columns that have it themselves; none: this column, or a function that is vouched for. */
  of: readonly string[];
}>;

/** Where the labels of a column are asked for: those that reach a view by lineage are no part of the catalog. */
export type LabelsOf = (relation: Relation, column: Column) => readonly LabelSource[];

export type ColumnDescription = Readonly<{
  name: string;
  type: string;
  not_null: boolean;
  default: boolean;
  generated?: 'stored' | 'virtual';
  identity: boolean;
  comment?: string;
  labels: readonly LabelSource[];
}>;

export type RelationDescription = Readonly<{
  schema: string;
  name: string;
  kind: RelationKind;
  owner: string;
  comment?: string;
  columns: readonly ColumnDescription[];
  keys: readonly Readonly<{ primary: boolean; columns: readonly string[] }>[];
  /** Tables it inherits from or is a partition of, and the reverse. */
  parents: readonly string[];
  children: readonly string[];
  /** Whether queries of a view run with the rights of who asks. */
  security_invoker?: boolean;
  row_policies: readonly Readonly<{ name: string; command: RowPolicy['command'] }>[];
  rules: readonly Readonly<{ name: string; event: string; instead: boolean }>[];
  triggers: readonly Readonly<{
    name: string;
    events: readonly WriteEvent[];
    instead_of: boolean;
    enabled: boolean;
    function: string;
  }>[];
}>;

export function describeRelation(
  relation: Relation,
  catalog: CatalogView,
  labelsOf: LabelsOf,
): RelationDescription {
  const { schema, name, kind, owner, comment } = relation;
  const columnName = (number: number): string => relation.columns[number - 1]?.name ?? String(number);
  const isView = kind === 'view';
  return {
    schema,
    name,
    kind,
    owner,
    ...(comment === undefined ? {} : { comment }),
    columns: relation.columns.flatMap((column) =>
      column === undefined ? [] : [describeColumn(column, labelsOf(relation, column), catalog)],
    ),
    keys: relation.keys.map(({ primary, columns }) => ({ primary, columns: columns.map(columnName) })),
    parents: relation.parents.map((oid) => relationName(oid, catalog)),
    children: relation.children.map((oid) => relationName(oid, catalog)),
    ...(isView ? { security_invoker: relation.securityInvoker } : {}),
    row_policies: relation.rowPolicies.map(({ name: policy, command }) => ({ name: policy, command })),
    rules: relation.rules.map(({ name: rule, event, instead }) => ({ name: rule, event, instead })),
    triggers: relation.triggers.map((trigger) => ({
      name: trigger.name,
      events: trigger.events,
      instead_of: trigger.insteadOf,
      enabled: trigger.enabled,
      function: routineName(trigger.function, catalog),
    })),
  };
}

function describeColumn(
  column: Column,
  labels: readonly LabelSource[],
  catalog: CatalogView,
): ColumnDescription {
  const { name, type, notNull, expression, generated, identity, comment } = column;
  return {
    name,
    type: typeName(type, catalog),
    not_null: notNull,
    default: expression !== undefined && generated === undefined,
    ...(generated === undefined ? {} : { generated }),
    identity,
    ...(comment === undefined ? {} : { comment }),
    labels,
  };
}

function relationName(oid: number, catalog: CatalogView): string {
  const relation = catalog.relation(oid);
  return relation === undefined ? String(oid) : `${relation.schema}.${relation.name}`;
}

function routineName(oid: number, catalog: CatalogView): string {
  const routine = catalog.routine(oid);
  return routine === undefined ? String(oid) : `${routine.schema}.${routine.name}`;
}
