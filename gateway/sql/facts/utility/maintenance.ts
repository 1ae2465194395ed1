// VACUUM, ANALYZE, CLUSTER, REINDEX and REFRESH: the storage and statistics of tables.

import { nameOfList } from '../../syntax/names.ts';
import { mayBeOn } from '../../syntax/read-only.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import { allColumns, type Findings } from './findings.ts';

const maintain = ['maintain'] as const;

export function vacuum(node: Readonly<NodeOf<'VacuumStmt'>>, findings: Findings): void {
  const { rels = [], options, is_vacuumcmd } = node;
  const analyzes = !is_vacuumcmd || mayBeOn(options, 'analyze');
  if (rels.length === 0)
    findings.opaque('unresolved', 'without a name it is for every table that the role may maintain');
  for (const rel of rels) {
    if (!('VacuumRelation' in rel)) continue;
    const { relation: range, va_cols } = rel.VacuumRelation;
    const relation = findings.findRange(range);
    if (relation === undefined) continue;
    // ANALYZE takes samples of the children also where ONLY leaves them alone otherwise.
    findings.touchTree(relation, {
      access: maintain,
      columns: analyzes ? findings.columnsNamed(relation, nameOfList(va_cols)) : [],
      runsWriteExpressions: analyzes || mayBeOn(options, 'full'),
      analyzes,
    });
  }
}

export function cluster({ relation: range }: Readonly<NodeOf<'ClusterStmt'>>, findings: Findings): void {
  if (range === undefined) {
    findings.opaque('unresolved', 'without a name it is for every table that was clustered before');
    return;
  }
  const relation = findings.findRange(range);
  if (relation !== undefined) rebuild(relation, findings);
}

export function reindex(
  { kind, relation: range }: Readonly<NodeOf<'ReindexStmt'>>,
  findings: Findings,
): void {
  switch (kind) {
    case 'REINDEX_OBJECT_INDEX':
    case 'REINDEX_OBJECT_TABLE': {
      const relation = findings.findRange(range);
      if (relation !== undefined) rebuild(relation, findings);
      return;
    }
    case 'REINDEX_OBJECT_SCHEMA':
    case 'REINDEX_OBJECT_SYSTEM':
    case 'REINDEX_OBJECT_DATABASE':
    case undefined:
      findings.opaque('unresolved', 'it is for every index of a schema or of the database');
      return;
    default:
      throw new Error(`REINDEX of ${kind satisfies never} is not known`);
  }
}

/** An index is made anew from the rows of its table. */
function rebuild(relation: Relation, findings: Findings): void {
  findings.touchTree(relation, { access: maintain, runsWriteExpressions: true });
  for (const index of [relation, ...findings.descendants(relation)]) {
    const table = index.table === undefined ? undefined : findings.catalog.relation(index.table);
    if (table !== undefined) findings.touch(table, { access: maintain, runsWriteExpressions: true });
    else if (index.kind === 'index')
      findings.opaque(
        'unknown_object',
        `the catalog lacks the table of the index ${index.schema}.${index.name}`,
      );
  }
}

export function refresh(node: Readonly<NodeOf<'RefreshMatViewStmt'>>, findings: Findings): void {
  const relation = findings.findRange(node.relation);
  if (relation === undefined) return;
  findings.touch(relation, {
    access: maintain,
    columns: allColumns(relation),
    used: 'write_target',
    runsWriteExpressions: true,
  });
  if (!node.skipData) findings.refreshed.push(relation);
}
