// How many rows the tables that a statement writes to have, as the server last counted them.
import type { TableSizes } from '../../approval/index.ts';
import type { Statement } from '../../session/index.ts';
import type { StatementFacts } from '../../sql/index.ts';

/** By name, as the facts have it; those of which the server knows nothing aren't there. */
export async function tableSizes(
  facts: readonly StatementFacts[],
  statement: Statement,
): Promise<TableSizes> {
  const targets = new Set(facts.flatMap(({ writes }) => writes.map(({ target }) => target)));
  const names = new Map<string, string>();
  for (const { oid, schema, name } of facts.flatMap(({ relations }) => relations)) {
    if (targets.has(`${schema}.${name}`)) names.set(String(oid), `${schema}.${name}`);
  }
  const ids = [...names.keys()].filter((id) => /^\d+$/.test(id));
  if (ids.length === 0) return new Map();
  const rows =
    await statement.ask(`SELECT c.oid::pg_catalog.text, c.reltuples::pg_catalog.int8::pg_catalog.text
FROM pg_catalog.pg_class c
WHERE c.reltuples OPERATOR(pg_catalog.>) 0::pg_catalog.float4
  AND c.oid OPERATOR(pg_catalog.=) ANY ('{${ids.join(',')}}'::pg_catalog.oid[])`);
  return new Map(rows.map(([id, count]) => [names.get(id ?? '') ?? '', Number(count)]));
}
