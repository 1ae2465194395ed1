// Event triggers: what the database runs when a command defines something.
import type { EventTrigger } from '../../sql/index.ts';
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';

/** O: outside replication, A: always. */
const eventTriggerSql = `
  SELECT evtname, evtevent, evtfoid, pg_catalog.array_to_json(evttags)
    FROM pg_catalog.pg_event_trigger WHERE evtenabled IN ('O', 'A') ORDER BY evtname`;

export async function loadEventTriggers(query: CatalogQuery): Promise<readonly EventTrigger[]> {
  const rows = await query(eventTriggerSql);
  return rows.map(([name, event, routine, tags]) => ({
    name: textOf(name),
    event: textOf(event),
    function: numberOf(routine),
    tags: typeof tags === 'string' ? (JSON.parse(tags) as string[]) : undefined,
  }));
}
