// How a request ends, in a transaction of whoever ends it.
import { Fault } from '../lib/index.ts';
import type { Query, Row } from '../state/index.ts';
import type { Outcome, Request, Terms } from './request.ts';
import { requestColumns, requestOf, requestSql } from './stored-request.ts';

export async function read(query: Query, id: string): Promise<Request> {
  const [row] = await query(`${requestSql} WHERE r.id = $1`, [id]);
  if (row === undefined) throw new Fault('approval_unknown', { id });
  return requestOf(row);
}

/** Nobody else changes it meanwhile. Throws where there is nothing left to decide. */
export async function lock(query: Query, id: string): Promise<Request> {
  const rows = await query<{ over: boolean } & Row>(
    'SELECT expires_at <= clock_timestamp() AS over FROM portcullis.request WHERE id = $1 FOR UPDATE',
    [id],
  );
  const request = await read(query, id);
  const status = request.status === 'pending' && rows[0]?.over === true ? 'expired' : request.status;
  if (status !== 'pending') throw new Fault('approval_settled', { status });
  return request;
}

/** False when it was settled already. */
export async function settle(
  query: Query,
  id: string,
  status: Outcome['status'],
  words: string | undefined,
): Promise<boolean> {
  const rows = await query(
    `UPDATE portcullis.request SET status = $2, words = $3, settled_at = clock_timestamp()
     WHERE id = $1 AND status = 'pending' RETURNING id`,
    [id, status, words],
  );
  return rows.length > 0;
}

type Unanswered = Readonly<{
  status: 'expired' | 'withdrawn';
  words?: string;
  /** Of the request `r`; its values begin with `$3`. */
  where: string;
  values?: readonly unknown[];
}>;

/** Ends those that wait and fit, without an answer. Gives them as they are then: whoever else tries gets none of them. */
export async function settleUnanswered(
  query: Query,
  { status, words, where, values = [] }: Unanswered,
): Promise<readonly Request[]> {
  const rows = await query(
    `UPDATE portcullis.request r SET status = $1, words = $2, settled_at = clock_timestamp()
     WHERE r.status = 'pending' AND ${where} RETURNING ${requestColumns}`,
    [status, words, ...values],
  );
  return rows.map(requestOf);
}

/** It ends well, and what it was for may run. */
export async function approve(
  query: Query,
  { id, terms }: Readonly<{ id: string; terms: Terms }>,
): Promise<void> {
  await settle(query, id, 'approved', undefined);
  await query(
    `INSERT INTO portcullis.approval (id, resource, principal, scope, session_id, binding, uses_left, expires_at)
     SELECT id, resource, principal, $2, CASE $2 WHEN 'session' THEN session_id END, binding, $3,
       clock_timestamp() + make_interval(secs => $4)
     FROM portcullis.request WHERE id = $1 AND kind <> 'access'`,
    [id, terms.scope, terms.uses, terms.expires_in],
  );
}
