// What columns and constraints of a new or changed table touch beside that table.

import type { ColumnDef, Constraint, RangeVar } from 'libpg-query';
import { nameOfList } from '../../syntax/names.ts';
import type { Relation } from '../catalog-view.ts';
import { evaluate } from './evaluated.ts';
import { noValue } from './expression-source.ts';
import { allColumns, type Findings } from './findings.ts';

/** A foreign key puts triggers on the table that it refers to. */
export function reference(constraint: Constraint, findings: Findings): Relation | undefined {
  const relation = findings.findRange(constraint.pktable);
  if (relation === undefined) return undefined;
  findings.touch(relation, { access: ['define'], columns: referred(relation, constraint, findings) });
  return relation;
}

function referred(relation: Relation, { pk_attrs }: Constraint, findings: Findings): readonly number[] {
  if (pk_attrs !== undefined) return findings.columnsNamed(relation, nameOfList(pk_attrs));
  return relation.keys.find(({ primary }) => primary)?.columns ?? allColumns(relation);
}

/** The rows that are there are checked, and an error shows what they hold: the statement's outcome depends on them. */
export function addConstraint(
  constraint: Constraint,
  relation: Relation,
  inherited: boolean,
  ofColumn: string | undefined,
  findings: Findings,
): void {
  const check = (names: readonly string[]) => {
    // A new column holds nothing to check; an index that becomes a constraint doesn't say here what it is on.
    if (ofColumn !== undefined) return;
    const columns = names.length === 0 ? allColumns(relation) : named(relation, names, findings);
    findings.touchTree(relation, { access: ['select'], columns, used: 'predicate' });
  };
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
      if (constraint.skip_validation || constraint.raw_expr === undefined) return;
      evaluate(findings, constraint.raw_expr, {
        from: relation,
        inherited,
        condition: true,
        evaluated: 'now',
        used: 'predicate',
      });
      return;
    case 'CONSTR_FOREIGN': {
      const other = reference(constraint, findings);
      if (constraint.skip_validation || other === undefined) return;
      findings.touchTree(other, {
        access: ['select'],
        columns: referred(other, constraint, findings),
        used: 'join',
      });
      const own = nameOfList(constraint.fk_attrs);
      const columns = named(relation, own, findings);
      if (own.length > 0) findings.touchTree(relation, { access: ['select'], columns, used: 'join' });
      if (columns.length < own.length)
        findings.opaque('definition', 'a new foreign key is on a column that the same statement adds');
      if (columns.length === 0) return;
      const targetColumns = referred(other, constraint, findings);
      findings.compared.push({ relation: relation.oid, columns, target: other.oid, targetColumns });
      return;
    }
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
    case 'CONSTR_NOTNULL':
      check([...nameOfList(constraint.keys), ...nameOfList(constraint.including)]);
      return;
    case 'CONSTR_EXCLUSION':
      // Its elements may be expressions, and it may be for some rows only.
      findings.touchTree(relation, { access: ['select'], columns: allColumns(relation), used: 'predicate' });
      findings.opaque(
        'unresolved',
        'an exclusion constraint compares rows by operators that are not resolved',
      );
      return;
    case 'CONSTR_NULL':
    case 'CONSTR_DEFAULT':
    case 'CONSTR_IDENTITY':
    case 'CONSTR_GENERATED':
    case 'CONSTR_ATTR_DEFERRABLE':
    case 'CONSTR_ATTR_NOT_DEFERRABLE':
    case 'CONSTR_ATTR_DEFERRED':
    case 'CONSTR_ATTR_IMMEDIATE':
    case 'CONSTR_ATTR_ENFORCED':
    case 'CONSTR_ATTR_NOT_ENFORCED':
    case undefined:
      return;
    default:
      throw new Error(`a constraint ${constraint.contype satisfies never} is not known`);
  }
}

/** A column that the statement adds itself holds nothing yet. */
function named(relation: Relation, names: readonly string[], findings: Findings): readonly number[] {
  const known = names.filter((name) => relation.columns.some((column) => column?.name === name));
  return known.length === 0 ? [] : findings.columnsNamed(relation, known);
}

/** Types that no domain is behind, by the names that the grammar itself gives them, or as everybody writes them. */
const plainTypes = new Set(
  (
    'text bytea uuid json jsonb date inet cidr macaddr name oid regclass xml money timestamptz timetz int2 int4 int8 ' +
    'float4 float8 bool varchar bpchar numeric smallserial serial bigserial serial2 serial4 serial8 tsvector'
  ).split(' '),
);

/** The new column gets its default in every row. */
export function addColumn(
  column: ColumnDef,
  relation: Relation,
  inherited: boolean,
  findings: Findings,
): void {
  const constraints = constraintsOf(column);
  const value = constraints.find(
    ({ contype }) => contype === 'CONSTR_DEFAULT' || contype === 'CONSTR_GENERATED',
  )?.raw_expr;
  const plain = isPlain(column, findings);
  if (value !== undefined && !(plain && 'A_Const' in value))
    evaluate(findings, value, {
      from: relation,
      inherited,
      castTo: column.typeName,
      evaluated: 'now',
      used: 'write_source',
    });
  else if (value === undefined && !plain) {
    evaluate(findings, noValue, { castTo: column.typeName, evaluated: 'now', used: 'write_source' });
    findings.opaque('definition', 'the type of a new column may have a default and checks of its own');
  }
  for (const constraint of constraints) {
    addConstraint(constraint, relation, inherited, column.colname, findings);
    if (constraint.contype === 'CONSTR_FOREIGN' && !plain)
      findings.opaque('definition', "a new column's type may be compared by a cast, for its foreign key");
  }
}

export const constraintsOf = ({ constraints = [] }: ColumnDef): readonly Constraint[] =>
  constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));

function isPlain({ typeName }: ColumnDef, findings: Findings): boolean {
  const names = nameOfList(typeName?.names);
  if (names.length === 2) return names[0] === 'pg_catalog';
  const [first] = findings.searchPath.filter((schema) => !schema.startsWith('pg_temp'));
  return (
    names.length === 1 && plainTypes.has(names[0] ?? '') && (first === 'pg_catalog' || first === undefined)
  );
}

/** LIKE takes the definition of the columns, for which it needs the right to read them. */
export function like(range: RangeVar | undefined, findings: Findings): void {
  const relation = findings.findRange(range);
  if (relation === undefined) return;
  findings.touch(relation, { access: ['select'], columns: allColumns(relation), used: 'read' });
}
