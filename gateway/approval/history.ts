// What approvers are told of a requester's last week: what was asked for, what became of it, and what was like this.
import type { Query } from '../state/index.ts';
import type { Request, RequestStatus } from './request.ts';

/** One of the requester's other requests. */
export type Earlier = Readonly<{
  id: string;
  status: RequestStatus;
  resource: string;
  rule: string;
  /** The first of its sentences. */
  sentence: string | undefined;
  createdAt: number;
}>;

/** Of the other requests of the same principal: how many in the last seven days, and the last of all. */
export type History = Readonly<{
  requests: number;
  approved: number;
  denied: number;
  /** The newest first. */
  last: readonly Earlier[];
  /**
   * Of a statement that is to be approved for more than once: how often the same shape was asked for on terms as wide,
   * and how often it ran by such an approval. What ran without one, or on terms for one statement alone, isn't counted.
   */
  alike: Readonly<{ requests: number; uses: number }> | undefined;
}>;

const LAST_MOST = 5;

const COUNTS = `
SELECT count(*) AS requests, count(*) FILTER (WHERE o.status = 'approved') AS approved,
  count(*) FILTER (WHERE o.status = 'denied') AS denied
FROM portcullis.request r JOIN portcullis.request o ON o.principal = r.principal AND o.id <> r.id
WHERE r.id = $1 AND o.created_at > clock_timestamp() - interval '7 days'`;

const LAST = `
SELECT o.id, o.status, o.resource, o.rule, o.shown -> 'sentences' ->> 0 AS sentence,
  extract(epoch FROM o.created_at) * 1000 AS created_ms
FROM portcullis.request r JOIN portcullis.request o ON o.principal = r.principal AND o.id <> r.id
WHERE r.id = $1 ORDER BY o.created_at DESC LIMIT ${LAST_MOST}`;

const ALIKE = `
SELECT
  (SELECT count(*) FROM portcullis.request o
   WHERE o.principal = r.principal AND o.resource = r.resource AND o.binding = r.binding AND o.id <> r.id
     AND o.created_at > clock_timestamp() - interval '7 days') AS requests,
  (SELECT count(*) FROM portcullis.approval a JOIN portcullis.use u ON u.approval_id = a.id
   WHERE a.principal = r.principal AND a.resource = r.resource AND a.binding = r.binding
     AND u.used_at > clock_timestamp() - interval '7 days') AS uses
FROM portcullis.request r WHERE r.id = $1`;

export async function historyOf(query: Query, { id, kind, terms }: Request): Promise<History> {
  const [counts] = await query<Record<'requests' | 'approved' | 'denied', string>>(COUNTS, [id]);
  const last = await query<Omit<Earlier, 'sentence' | 'createdAt'> & StoredEarlier>(LAST, [id]);
  const isWide = kind === 'statement' && terms.scope !== 'statement';
  const [alike] = isWide ? await query<Record<'requests' | 'uses', string>>(ALIKE, [id]) : [];
  return {
    requests: Number(counts?.requests ?? 0),
    approved: Number(counts?.approved ?? 0),
    denied: Number(counts?.denied ?? 0),
    last: last.map(({ sentence, created_ms, ...each }) => ({
      ...each,
      sentence: sentence ?? undefined,
      createdAt: Number(created_ms),
    })),
    alike: alike && { requests: Number(alike.requests), uses: Number(alike.uses) },
  };
}

type StoredEarlier = Readonly<{ sentence: string | null; created_ms: string }>;
