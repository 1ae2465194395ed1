// Grants in the state database: asked for, begun, extended, revoked; each step is one transaction there.
import { createHash, randomUUID } from 'node:crypto';
import { Fault } from '../lib/index.ts';
import type { Query, State } from '../state/index.ts';
import { durationInWords } from './duration.ts';
import type { Grant, Wish } from './grant.ts';
import { rightsInWords } from './rights.ts';
import { grantOf, grantSql } from './stored-grant.ts';

/** As the decision on the access says them. */
export type AccessTerms = Readonly<{ approvers: readonly string[]; count: number; expires_in: number }>;

export type GrantListing = Readonly<{ principal?: string | undefined; most: number }>;

export class Grants {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  async get(id: string): Promise<Grant> {
    return await read(this.#state.query, id);
  }

  /** The newest first. */
  async list({ principal, most }: GrantListing): Promise<readonly Grant[]> {
    const rows = await this.#state.query(
      `${grantSql} WHERE $1::text IS NULL OR g.principal = $1 ORDER BY g.requested_at DESC LIMIT $2`,
      [principal, most],
    );
    return rows.map(grantOf);
  }

  /** It begins now. */
  async begin(wish: Wish): Promise<Grant> {
    const id = randomUUID();
    await insert(this.#state.query, id, wish, 'active');
    return await this.get(id);
  }

  /** It begins when it is approved. */
  async request(wish: Wish, terms: AccessTerms, why: string | undefined): Promise<Grant> {
    const id = randomUUID();
    await this.#state.transaction(async (query) => {
      await insert(query, id, wish, 'requested');
      await ask(query, id, wish, terms, {
        why,
        access: { rights: wish.rights, seconds: wish.seconds, reason: wish.reason },
        sentence: `Asks for access to ${wish.resource} for ${durationInWords(wish.seconds)}: ${wish.reason}`,
      });
    });
    return await this.get(id);
  }

  /** It lasts until then. Throws where it runs no more. */
  async extend(id: string, until: number): Promise<Grant> {
    const rows = await this.#state.query(
      `UPDATE portcullis.access_grant SET ends_at = greatest(ends_at, to_timestamp($2::float8 / 1000))
       WHERE id = $1 AND status = 'active' AND ends_at > clock_timestamp() RETURNING id`,
      [id, until],
    );
    if (rows.length === 0) throw await over(this.#state.query, id);
    return await this.get(id);
  }

  /** It lasts until then when that is approved. `wish`: as it would be asked for anew, from its beginning. */
  async requestExtension(
    { id, until: end = 0 }: Grant,
    until: number,
    wish: Wish,
    terms: AccessTerms,
    why: string | undefined,
  ): Promise<Grant> {
    const request = randomUUID();
    await this.#state.transaction(async (query) => {
      const longer = durationInWords((until - end) / 1000);
      await ask(query, request, wish, terms, {
        why,
        access: { rights: wish.rights, seconds: wish.seconds, reason: wish.reason, extends: id },
        sentence: `Asks that access to ${wish.resource} lasts ${longer} longer: ${wish.reason}`,
      });
      await query(
        `INSERT INTO portcullis.extension (request_id, grant_id, ends_at)
         VALUES ($1, $2, to_timestamp($3::float8 / 1000))`,
        [request, id, until],
      );
      // Nobody can extend what has ended.
      await query(
        `UPDATE portcullis.request SET expires_at = least(expires_at, g.ends_at)
         FROM portcullis.access_grant g WHERE request.id = $1 AND g.id = $2`,
        [request, id],
      );
    });
    return await this.get(id);
  }

  /** It ends now, or is never begun. Throws where there is nothing to end. */
  async revoke(id: string, by: string, words: string | undefined): Promise<Grant> {
    return await this.#state.transaction(async (query) => {
      const rows = await query(
        `UPDATE portcullis.access_grant
         SET status = 'revoked', revoked_at = clock_timestamp(), revoked_by = $2, words = $3
         WHERE id = $1 AND status = 'active' AND ends_at > clock_timestamp() RETURNING id`,
        [id, by, words],
      );
      const withdrawn = await query(
        `UPDATE portcullis.request SET status = 'withdrawn', settled_at = clock_timestamp(), words = $2
         WHERE status = 'pending' AND kind = 'access'
           AND (id = $1 OR id IN (SELECT request_id FROM portcullis.extension WHERE grant_id = $1)) RETURNING id`,
        [id, words ?? `taken back by ${by}`],
      );
      if (rows.length === 0 && withdrawn.length === 0) throw await over(query, id);
      return await read(query, id);
    });
  }

  /** All that run. */
  static async running(query: Query): Promise<readonly Grant[]> {
    const rows = await query(`${grantSql} WHERE g.status = 'active' AND g.ends_at > clock_timestamp()`);
    return rows.map(grantOf);
  }
}

async function read(query: Query, id: string): Promise<Grant> {
  const [row] = await query(`${grantSql} WHERE g.id = $1`, [id]);
  if (row === undefined) throw new Fault('grant_unknown', { id });
  return grantOf(row);
}

async function over(query: Query, id: string): Promise<Fault> {
  const { status } = await read(query, id);
  return new Fault('grant_over', { status });
}

async function insert(query: Query, id: string, wish: Wish, status: 'active' | 'requested'): Promise<void> {
  await query(
    `INSERT INTO portcullis.access_grant (id, status, resource, principal, identity, rights, seconds, reason, eligible,
       rule, revision, decision_id, starts_at, ends_at)
     SELECT $1::uuid, $2::text, $3, $4, $5::jsonb, $6::jsonb, $7::int, $8, $9, $10, $11, $12::uuid,
       at, at + make_interval(secs => $7::int)
     FROM (SELECT CASE WHEN $2::text = 'active' THEN clock_timestamp() END AS at) AS begins`,
    [
      ...[id, status, wish.resource, wish.identity.principal, wish.identity, wish.rights, wish.seconds],
      ...[wish.reason, wish.eligible, wish.rule, wish.revision, wish.decisionId],
    ],
  );
}

type Asking = Readonly<{
  /** The policy's reason for asking. */
  why: string | undefined;
  /** As the approver's policy reads it. */
  access: object;
  sentence: string;
}>;

async function ask(
  query: Query,
  id: string,
  wish: Wish,
  { approvers, count, expires_in }: AccessTerms,
  { why, access, sentence }: Asking,
): Promise<void> {
  const rights = rightsInWords(wish.rights);
  await query(
    `INSERT INTO portcullis.request (id, kind, resource, principal, identity, rule, revision, decision_id, reason, purpose,
       shown, facts, terms, binding, expires_at)
     VALUES ($1, 'access', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
       clock_timestamp() + make_interval(secs => $14))`,
    [
      ...[id, wish.resource, wish.identity.principal, wish.identity, wish.rule, wish.revision],
      ...[wish.decisionId, why, wish.reason],
      { statement: rights, parameters: [], sentences: [sentence] },
      { session: wish.session, resource: wish.resourceInput, access },
      { approvers, count, expires_in, scope: 'grant', uses: 1 },
      createHash('sha256').update(JSON.stringify(access)).digest(),
      expires_in,
    ],
  );
}
