// COPY: which columns go out or come in.

import { nameOfList } from '../../syntax/names.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import { evaluate } from './evaluated.ts';
import type { Findings } from './findings.ts';

export function copy(node: Readonly<NodeOf<'CopyStmt'>>, findings: Findings): void {
  if (node.is_program) findings.opaque('dynamic', 'COPY runs a program on the server of the database');
  const toClient = !node.is_from && !node.is_program && node.filename === undefined;
  if (node.query !== undefined) {
    findings.innerOutputs = toClient ? 'output' : 'write_source';
    findings.rowsFrom = toClient ? 'inner' : 'none';
    return;
  }
  const relation = findings.findRange(node.relation);
  if (relation === undefined) return;
  const columns = columnsOf(relation, nameOfList(node.attlist), findings);
  if (node.is_from) copyFrom(node, relation, columns, findings);
  else copyTo(relation, columns, toClient, findings);
}

/** Generated columns are left out unless they are named, and then the server refuses. */
function columnsOf(relation: Relation, named: readonly string[], findings: Findings): readonly number[] {
  if (named.length > 0) return findings.columnsNamed(relation, named);
  return relation.columns.flatMap((column) =>
    column === undefined || column.generated !== undefined ? [] : [column.number],
  );
}

function copyFrom(
  node: Readonly<NodeOf<'CopyStmt'>>,
  relation: Relation,
  columns: readonly number[],
  findings: Findings,
): void {
  findings.touch(relation, { access: ['insert'], columns, used: 'write_target' });
  findings.writes.push({ action: 'insert', relation, columns });
  if (node.whereClause !== undefined)
    evaluate(findings, node.whereClause, {
      from: relation,
      condition: true,
      evaluated: 'new_rows',
      used: 'predicate',
    });
}

function copyTo(relation: Relation, columns: readonly number[], toClient: boolean, findings: Findings): void {
  const touch = { access: ['select'], columns, used: toClient ? 'output' : 'write_source' } as const;
  // COPY leaves a table's children out, but with row security on it is a SELECT, which some versions write without ONLY.
  if (relation.kind === 'partitioned_table' || relation.rowPolicies.length > 0)
    findings.touchTree(relation, touch);
  else findings.touch(relation, touch);
  if (!toClient) return;
  findings.rowsFrom = 'outputs';
  findings.outputs = columns.flatMap((number, at) => {
    const column = relation.columns[number - 1];
    if (column === undefined) return [];
    const { name, type } = column;
    return [{ position: at + 1, name, type, column: { relation: relation.oid, number } }];
  });
}
