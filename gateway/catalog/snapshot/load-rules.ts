// Rules: what views show, and what happens in place of a write or beside it.
import type { Rule } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, optionalOf, textOf } from './catalog-query.ts';
import { append, type LoadedRelations } from './loaded-relation.ts';
import { only } from './own-part.ts';

/** Disabled rules and those for replication don't act in ordinary sessions; what a view shows is always its rule. */
const ruleSql = `
  SELECT ev_class, rulename, ev_type, is_instead, NULLIF(ev_qual::pg_catalog.text, '<>'), ev_action
    FROM pg_catalog.pg_rewrite 
   WHERE (ev_type = '1' OR ev_enabled IN ('O', 'A')) AND ${only('relations', 'ev_class')} ORDER BY ev_class, rulename`;

const events: Readonly<Record<string, Rule['event']>> = { '2': 'update', '3': 'insert', '4': 'delete' };

export async function loadRules(query: CatalogQuery, relations: LoadedRelations): Promise<void> {
  await eachRow(query, ruleSql, (row) => {
    const relation = relations.get(numberOf(row[0]));
    if (relation === undefined) return;
    const [event, actions] = [events[textOf(row[2])], textOf(row[5])];
    if (event === undefined) relation.belongings.definition = actions;
    else {
      const [name, instead, condition] = [textOf(row[1]), row[3] === 't', optionalOf(row[4])];
      append(relation, 'rules', { name, event, instead, condition, actions });
    }
  });
}
