// A grant as it is read from the state database.
import type { Row } from '../state/index.ts';
import type { Extension, Grant, GrantStatus } from './grant.ts';

/** With its request, the answers to it, and the extension that waits; a WHERE may follow. */
export const grantSql = `
SELECT g.id, g.resource, g.principal, g.identity, g.rights, g.seconds, g.reason, g.eligible, g.rule, g.decision_id,
  CASE WHEN g.status = 'active' AND g.ends_at <= clock_timestamp() THEN 'ended'
    WHEN g.status = 'requested' AND r.expires_at <= clock_timestamp() THEN 'expired' ELSE g.status END AS status,
  extract(epoch FROM g.requested_at) * 1000 AS requested_ms,
  extract(epoch FROM g.starts_at) * 1000 AS starts_ms,
  extract(epoch FROM g.ends_at) * 1000 AS ends_ms,
  r.terms -> 'approvers' AS approvers,
  ARRAY(SELECT v.approver FROM portcullis.vote v WHERE v.request_id = g.id ORDER BY v.voted_at) AS answered_by,
  extract(epoch FROM r.expires_at) * 1000 AS open_ms,
  g.words, g.revoked_by,
  (SELECT jsonb_build_object('request', x.request_id, 'until', extract(epoch FROM x.ends_at) * 1000,
      'approvers', e.terms -> 'approvers')
    FROM portcullis.extension x JOIN portcullis.request e ON e.id = x.request_id
    WHERE x.grant_id = g.id AND e.status = 'pending' AND e.expires_at > clock_timestamp()
    ORDER BY e.created_at DESC LIMIT 1) AS extension
FROM portcullis.access_grant g LEFT JOIN portcullis.request r ON r.id = g.id`;

type Stored = Readonly<{
  id: string;
  resource: string;
  principal: string;
  identity: Grant['identity'];
  rights: Grant['rights'];
  seconds: number;
  reason: string;
  eligible: string | null;
  rule: string;
  decision_id: string;
  status: GrantStatus;
  requested_ms: string;
  starts_ms: string | null;
  ends_ms: string | null;
  approvers: readonly string[] | null;
  answered_by: readonly string[];
  open_ms: string | null;
  words: string | null;
  revoked_by: string | null;
  extension: Extension | null;
}>;

export function grantOf(row: Row): Grant {
  const stored = row as Stored;
  const time = (milliseconds: string | null) => (milliseconds === null ? undefined : Number(milliseconds));
  const { id, status, resource, principal, identity, rights, seconds, reason, rule } = stored;
  return {
    ...{ id, status, resource, principal, identity, rights, seconds, reason, rule },
    eligible: stored.eligible ?? undefined,
    decisionId: stored.decision_id,
    requestedAt: Number(stored.requested_ms),
    from: time(stored.starts_ms),
    until: time(stored.ends_ms),
    approvers: stored.approvers ?? undefined,
    answeredBy: stored.answered_by,
    openUntil: time(stored.open_ms),
    words: stored.words ?? undefined,
    revokedBy: stored.revoked_by ?? undefined,
    extension: stored.extension ?? undefined,
  };
}
