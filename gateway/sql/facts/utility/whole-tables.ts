// TRUNCATE and LOCK: whole tables, with what inherits from them and, for views, what is beneath.

import type { Node } from 'libpg-query';
import { readRuleActions } from '../../analyzed/read-tree.ts';
import { walkTree } from '../../analyzed/walk.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Relation } from '../catalog-view.ts';
import { type Findings, qualified } from './findings.ts';

export function truncate(
  { relations, behavior }: Readonly<NodeOf<'TruncateStmt'>>,
  findings: Findings,
): void {
  const emptied = new Map<number, Relation>();
  for (const { relation, inherited } of ranges(relations, findings)) {
    emptied.set(relation.oid, relation);
    if (inherited) for (const child of findings.descendants(relation)) emptied.set(child.oid, child);
  }
  if (behavior === 'DROP_CASCADE') addReferring(emptied, findings);
  for (const relation of emptied.values()) {
    findings.touch(relation, { access: ['truncate'] });
    findings.writes.push({ action: 'truncate', relation, columns: [] });
  }
}

/** CASCADE: the tables with a foreign key to one that is emptied, and their children, and so on. */
function addReferring(emptied: Map<number, Relation>, findings: Findings): void {
  // A map that grows while it is gone through gives what was added, too.
  for (const relation of emptied.values())
    for (const { relation: oid } of relation.referencedBy) {
      const referring = findings.catalog.relation(oid);
      if (referring === undefined) {
        findings.opaque(
          'unknown_object',
          `the catalog lacks a table with a foreign key to ${qualified(relation)}`,
        );
        continue;
      }
      for (const table of [referring, ...findings.descendants(referring)]) emptied.set(table.oid, table);
    }
}

export function lock({ relations }: Readonly<NodeOf<'LockStmt'>>, findings: Findings): void {
  for (const { relation, inherited } of ranges(relations, findings))
    lockOne(relation, inherited, [], findings);
}

function lockOne(
  relation: Relation,
  inherited: boolean,
  through: readonly string[],
  findings: Findings,
): void {
  const touch = { access: ['lock'], through } as const;
  if (inherited) findings.touchTree(relation, touch);
  else findings.touch(relation, touch);
  if (relation.kind !== 'view') return;
  const path = [...through, qualified(relation)];
  for (const beneath of relationsIn(relation, findings))
    if (!path.includes(qualified(beneath))) lockOne(beneath, true, path, findings);
}

function relationsIn(view: Relation, findings: Findings): readonly Relation[] {
  const reading =
    view.definition === undefined
      ? undefined
      : readRuleActions(view.definition, findings.catalog.majorVersion);
  if (reading === undefined || !reading.known) {
    findings.opaque('definition', `the definition of the view ${qualified(view)} can't be read`);
    return [];
  }
  const oids = new Set<number>();
  walkTree(reading.tree, (node) => {
    if (node.tag === 'RANGETBLENTRY' && node.rtekind === 'relation') oids.add(node.relid);
  });
  oids.delete(view.oid);
  return [...oids].flatMap((oid) => {
    const relation = findings.catalog.relation(oid);
    if (relation !== undefined) return [relation];
    findings.opaque('unknown_object', `the catalog lacks a relation of the view ${qualified(view)}`);
    return [];
  });
}

function ranges(
  nodes: readonly Node[] | undefined,
  findings: Findings,
): readonly Readonly<{ relation: Relation; inherited: boolean }>[] {
  return (nodes ?? []).flatMap((node) => {
    if (!('RangeVar' in node)) return [];
    const relation = findings.findRange(node.RangeVar);
    return relation === undefined ? [] : [{ relation, inherited: node.RangeVar.inh ?? false }];
  });
}
