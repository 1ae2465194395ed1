// Partitions that a table gets: which values belong to them, and which rows are looked at for it.

import type { Node, PartitionBoundSpec } from 'libpg-query';
import { nameOfList } from '../../syntax/names.ts';
import { valueType } from '../calls/expression-type.ts';
import type { Relation } from '../catalog-view.ts';
import { definitionsOf } from '../query/definitions.ts';
import { evaluate, isConstant } from './evaluated.ts';
import { allColumns, type Findings } from './findings.ts';

/**
 * A new partition makes the default partition look for rows that belong to the new one: which of the siblings that is,
 * isn't known. The bounds are values, and calculated at once.
 */
export function partitionOf(
  root: Relation,
  bound: PartitionBoundSpec | undefined,
  attaches: boolean,
  findings: Findings,
): void {
  findings.touch(root, { access: ['define'] });
  for (const sibling of findings.descendants(root))
    findings.touch(sibling, { access: ['define', 'select'], columns: allColumns(sibling), used: 'read' });
  findings.partitioned.push({ root, attaches });
  const { listdatums = [], lowerdatums = [], upperdatums = [] } = bound ?? {};
  const types = keyTypes(root, findings);
  for (const value of listdatums) boundValue(value, types[0], findings);
  for (const values of [lowerdatums, upperdatums])
    values.forEach((value, at) => {
      if (!isEnd(value)) boundValue(value, types[at], findings);
    });
}

/** It becomes a value of what the table is divided by. */
function boundValue(value: Node, becomes: number | undefined, findings: Findings): void {
  if (becomes === undefined)
    findings.opaque('definition', 'what the partitioned table is divided by is not known');
  else if (!isConstant(value) || !findings.catalog.type(becomes)?.builtin)
    evaluate(findings, value, { evaluated: 'now', used: 'read', becomes });
}

function keyTypes(root: Relation, { catalog }: Findings): readonly (number | undefined)[] {
  const { columns = [], expressions } = root.partitionKey ?? {};
  const reading = expressions === undefined ? undefined : definitionsOf(catalog).expressions(expressions);
  const computed = reading?.known ? reading.tree.values() : undefined;
  return columns.map((number) => {
    if (number !== 0) return root.columns[number - 1]?.type;
    const expression = computed?.next().value;
    return expression && valueType(expression, catalog);
  });
}

/** MINVALUE and MAXVALUE come as names of columns. */
function isEnd(datum: Node): boolean {
  if (!('ColumnRef' in datum)) return false;
  const name = nameOfList(datum.ColumnRef.fields);
  return name.length === 1 && (name[0] === 'minvalue' || name[0] === 'maxvalue');
}
