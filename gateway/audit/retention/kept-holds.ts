// Holds in the state database: all gateways that share it keep what they name.
import { randomUUID } from 'node:crypto';
import type { Query } from '../../state/index.ts';
import type { Hold, HoldScope } from './hold.ts';

type Stored = Readonly<{ id: string; scope: HoldScope; reason: string; placed_by: string; placed_at: Date }>;

const columns = 'id, scope, reason, placed_by, placed_at';

export async function placeHold(
  query: Query,
  { scope, reason, by }: Readonly<{ scope: HoldScope; reason: string; by: string }>,
): Promise<Hold> {
  const [row] = await query<Stored>(
    `INSERT INTO portcullis.audit_hold (id, scope, reason, placed_by) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
    [randomUUID(), JSON.stringify(scope), reason, by],
  );
  return holdOf(row as Stored);
}

/** Undefined: there is none with this id that anybody placed and nobody lifted. */
export async function liftHold(query: Query, id: string, by: string): Promise<Hold | undefined> {
  const [row] = await query<Stored>(
    `UPDATE portcullis.audit_hold SET lifted_by = $2, lifted_at = clock_timestamp()
     WHERE id = $1 AND lifted_at IS NULL RETURNING ${columns}`,
    [id, by],
  );
  return row === undefined ? undefined : holdOf(row);
}

/** The newest first. */
export async function holdsInForce(query: Query): Promise<readonly Hold[]> {
  const rows = await query<Stored>(
    `SELECT ${columns} FROM portcullis.audit_hold WHERE lifted_at IS NULL ORDER BY placed_at DESC`,
  );
  return rows.map(holdOf);
}

const holdOf = ({ id, scope, reason, placed_by: by, placed_at: at }: Stored): Hold => ({
  ...{ id, ...scope, reason, by, at: new Date(at).toISOString() },
});
