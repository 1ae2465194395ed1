// A request as it is read from the state database.
import type { Row } from '../state/index.ts';
import type { Request, Vote } from './request.ts';

/** Of the table as `r`, with the votes on it. */
export const requestColumns = `r.id, r.kind, r.status, r.resource, r.principal, r.identity, r.session_id, r.rule, r.decision_id, r.reason, r.purpose,
  r.shown, r.terms, r.words,
  extract(epoch FROM r.created_at) * 1000 AS created_ms,
  extract(epoch FROM r.expires_at) * 1000 AS expires_ms,
  extract(epoch FROM r.settled_at) * 1000 AS settled_ms,
  ARRAY(SELECT jsonb_build_object('approver', v.approver, 'approves', v.approves, 'weight', v.weight, 'words', v.words,
      'brokeGlass', v.broke_glass, 'votedAt', extract(epoch FROM v.voted_at) * 1000)
    FROM portcullis.vote v WHERE v.request_id = r.id ORDER BY v.voted_at) AS votes`;

/** A WHERE may follow. */
export const requestSql = `SELECT ${requestColumns} FROM portcullis.request r`;

type Stored = Readonly<{
  id: string;
  kind: Request['kind'];
  status: Request['status'];
  resource: string;
  principal: string;
  identity: Request['identity'];
  session_id: string | null;
  rule: string;
  decision_id: string;
  reason: string | null;
  purpose: string | null;
  shown: Request['shown'];
  terms: Request['terms'];
  words: string | null;
  created_ms: string;
  expires_ms: string;
  settled_ms: string | null;
  votes: readonly (Omit<Vote, 'words'> & Readonly<{ words: string | null }>)[];
}>;

export function requestOf(row: Row): Request {
  const stored = row as Stored;
  return {
    id: stored.id,
    kind: stored.kind,
    status: stored.status,
    resource: stored.resource,
    principal: stored.principal,
    identity: stored.identity,
    sessionId: stored.session_id ?? undefined,
    rule: stored.rule,
    decisionId: stored.decision_id,
    reason: stored.reason ?? undefined,
    purpose: stored.purpose ?? undefined,
    shown: stored.shown,
    terms: stored.terms,
    createdAt: Number(stored.created_ms),
    expiresAt: Number(stored.expires_ms),
    settledAt: stored.settled_ms === null ? undefined : Number(stored.settled_ms),
    words: stored.words ?? undefined,
    votes: stored.votes.map((vote) => ({ ...vote, words: vote.words ?? undefined })),
  };
}
