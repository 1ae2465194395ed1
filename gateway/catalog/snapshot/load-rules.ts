// Rules: what views show, and what happens in place of a write or beside it.
import type { Rule } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, optionalOf, textOf } from './catalog-query.ts';
import type { RelationDrafts } from './load-relations.ts';
import { Lists } from './shared-values.ts';

/** Disabled rules and those for replication don't act in ordinary sessions; what a view shows is always its rule. */
const ruleSql = `
  SELECT ev_class, rulename, ev_type, is_instead, NULLIF(ev_qual::pg_catalog.text, '<>'), ev_action
    FROM pg_catalog.pg_rewrite WHERE ev_type = '1' OR ev_enabled IN ('O', 'A') ORDER BY ev_class, rulename`;

const events: Readonly<Record<string, Rule['event']>> = { '2': 'update', '3': 'insert', '4': 'delete' };

export async function loadRules(query: CatalogQuery, relations: RelationDrafts): Promise<void> {
  const rules = new Lists<Rule>();
  await eachRow(query, ruleSql, (row) => {
    const oid = numberOf(row[0]);
    const relation = relations.get(oid);
    if (relation === undefined) return;
    const event = events[textOf(row[2])];
    if (event === undefined) {
      relation.definition = textOf(row[5]);
      return;
    }
    rules.add(oid, {
      name: textOf(row[1]),
      event,
      instead: row[3] === 't',
      condition: optionalOf(row[4]),
      actions: textOf(row[5]),
    });
  });
  for (const relation of relations.values()) relation.rules = rules.of(relation.oid);
}
