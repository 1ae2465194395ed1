// Revocations in the state database: written, lifted and read; every gateway hears of each.
import { randomUUID } from 'node:crypto';
import { Fault } from '../lib/index.ts';
import type { Query } from '../state/index.ts';
import type { NewRevocation, Revocation, RevocationKind } from './revocation.ts';

type Stored = Readonly<{
  id: string;
  kind: RevocationKind;
  value: string;
  resource: string | null;
  reason: string | null;
  revoked_by: string;
  revoked_ms: string;
  expires_ms: string | null;
}>;

const columns = `id, kind, value, resource, reason, revoked_by,
  extract(epoch FROM revoked_at) * 1000 AS revoked_ms, extract(epoch FROM expires_at) * 1000 AS expires_ms`;

/** It counts once this resolves; the gateways that share the database hear of it at once. */
export async function revoke(query: Query, revocation: NewRevocation): Promise<Revocation> {
  const { kind, value, resource, reason, by, until } = revocation;
  const [row] = await query<Stored>(
    `INSERT INTO portcullis.revocation (id, kind, value, resource, reason, revoked_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) RETURNING ${columns}`,
    [randomUUID(), kind, value, resource, reason, by, until],
  );
  return revocationOf(row as Stored);
}

/** Throws where there is none in force with this id. */
export async function lift(query: Query, id: string, by: string): Promise<Revocation> {
  const [row] = await query<Stored>(
    `UPDATE portcullis.revocation SET lifted_at = clock_timestamp(), lifted_by = $2
     WHERE id = $1 AND lifted_at IS NULL RETURNING ${columns}`,
    [id, by],
  );
  if (row === undefined) throw new Fault('revocation_unknown', { id });
  return revocationOf(row);
}

/** All that have something to say now, the newest first. */
export async function revocationsInForce(query: Query): Promise<readonly Revocation[]> {
  const rows = await query<Stored>(
    `SELECT ${columns} FROM portcullis.revocation
     WHERE lifted_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
     ORDER BY revoked_at DESC`,
  );
  return rows.map(revocationOf);
}

function revocationOf(row: Stored): Revocation {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    resource: row.resource ?? undefined,
    reason: row.reason ?? undefined,
    by: row.revoked_by,
    at: Number(row.revoked_ms),
    until: row.expires_ms === null ? undefined : Number(row.expires_ms),
  };
}
