// Agents in the state database: registered, suspended, deleted, given keys; every gateway hears of each change.
import { randomUUID } from 'node:crypto';
import { newAccessKey } from '../identity/index.ts';
import { Fault } from '../lib/index.ts';
import type { Query } from '../state/index.ts';
import { parseVerifier } from '../wire/index.ts';
import type { Agent, AgentKey } from './agent.ts';
import type { Registration } from './agents.types.ts';

type StoredAgent = Readonly<{
  id: string;
  registration: Registration;
  suspended_by: string | null;
  suspended_because: string | null;
  deleted_by: string | null;
}>;

type StoredKey = Readonly<{
  id: string;
  agent_id: string;
  verifier: string;
  created_by: string;
  created_ms: string;
  expires_ms: string | null;
  revoked_by: string | null;
}>;

/** Those that were deleted too. */
export async function readAgents(query: Query): Promise<readonly Agent[]> {
  const rows = await query<StoredAgent>(
    `SELECT id, registration, suspended_by, suspended_because, deleted_by FROM portcullis.agent ORDER BY name`,
  );
  return rows.map(agentOf);
}

export async function readAgentKeys(query: Query, agents: readonly Agent[]): Promise<readonly AgentKey[]> {
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const rows = await query<StoredKey>(
    `SELECT id, agent_id, verifier, created_by, extract(epoch FROM created_at) * 1000 AS created_ms,
       extract(epoch FROM expires_at) * 1000 AS expires_ms, revoked_by
     FROM portcullis.agent_key ORDER BY created_at`,
  );
  return rows.flatMap((row) => {
    const agent = byId.get(row.agent_id);
    return agent === undefined ? [] : [keyOf(row, agent)];
  });
}

/** Of one that isn't deleted. Throws where there is none. */
export async function agentNamed(query: Query, name: string): Promise<Agent> {
  const [row] = await query<StoredAgent>(
    `SELECT id, registration, suspended_by, suspended_because, deleted_by FROM portcullis.agent
     WHERE name = $1 AND deleted_at IS NULL FOR UPDATE`,
    [name],
  );
  if (row === undefined) throw new Fault('agent_unknown', { name });
  return agentOf(row);
}

/** Registers it, or changes what it is registered with; one that was deleted begins anew, without its old keys. */
export async function register(query: Query, registration: Registration, by: string): Promise<void> {
  await query(
    `UPDATE portcullis.agent_key SET revoked_by = $2, revoked_at = clock_timestamp() WHERE revoked_at IS NULL AND
       agent_id = (SELECT id FROM portcullis.agent WHERE name = $1 AND deleted_at IS NOT NULL)`,
    [registration.name, by],
  );
  await query(
    `INSERT INTO portcullis.agent AS a (id, name, registration, registered_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET registration = EXCLUDED.registration, registered_by = EXCLUDED.registered_by,
       suspended_by = CASE WHEN a.deleted_at IS NULL THEN a.suspended_by END,
       suspended_because = CASE WHEN a.deleted_at IS NULL THEN a.suspended_because END,
       deleted_by = NULL, deleted_at = NULL`,
    [randomUUID(), registration.name, registration, by],
  );
}

export async function suspend(query: Query, { id }: Agent, by: string, because?: string): Promise<void> {
  await query(`UPDATE portcullis.agent SET suspended_by = $2, suspended_because = $3 WHERE id = $1`, [
    ...[id, by, because],
  ]);
}

export async function resume(query: Query, { id }: Agent): Promise<void> {
  await query('UPDATE portcullis.agent SET suspended_by = NULL, suspended_because = NULL WHERE id = $1', [
    id,
  ]);
}

export async function remove(query: Query, { id }: Agent, by: string): Promise<void> {
  await query('UPDATE portcullis.agent SET deleted_by = $2, deleted_at = clock_timestamp() WHERE id = $1', [
    ...[id, by],
  ]);
}

/** The secret is kept nowhere: this is the only time that it can be shown. */
export async function addKey(
  query: Query,
  agent: Agent,
  { by, until }: Readonly<{ by: string; until: number | undefined }>,
): Promise<Readonly<{ id: string; secret: string }>> {
  const { id, secret, verifier } = newAccessKey();
  await query(
    `INSERT INTO portcullis.agent_key (id, agent_id, verifier, created_by, expires_at)
     VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [id, agent.id, verifier, by, until],
  );
  return { id, secret };
}

/** Throws where the agent has no such key that still counts. */
export async function revokeKey(query: Query, agent: Agent, id: string, by: string): Promise<void> {
  const rows = await query(
    `UPDATE portcullis.agent_key SET revoked_by = $3, revoked_at = clock_timestamp()
     WHERE id = $1 AND agent_id = $2 AND revoked_at IS NULL RETURNING id`,
    [id, agent.id, by],
  );
  if (rows.length === 0) throw new Fault('agent_key_unknown', { id });
}

function agentOf({ id, registration, suspended_by, suspended_because, deleted_by }: StoredAgent): Agent {
  const { until } = registration;
  return {
    ...{ id, registration, until: until === undefined ? undefined : Date.parse(until) },
    suspended:
      suspended_by === null ? undefined : { by: suspended_by, because: suspended_because ?? undefined },
    deletedBy: deleted_by ?? undefined,
  };
}

function keyOf(row: StoredKey, agent: Agent): AgentKey {
  return {
    ...{ id: row.id, agent, verifier: parseVerifier(row.verifier), createdBy: row.created_by },
    createdAt: Number(row.created_ms),
    expiresAt: row.expires_ms === null ? undefined : Number(row.expires_ms),
    revokedBy: row.revoked_by ?? undefined,
  };
}
