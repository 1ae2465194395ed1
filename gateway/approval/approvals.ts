// Requests in the state database: asked, answered, withdrawn, and used; each step is one transaction there.
import { randomUUID } from 'node:crypto';
import type { State } from '../state/index.ts';
import { type Answer, answerRequest } from './answer-request.ts';
import { type History, historyOf } from './history.ts';
import type { Binding, Draft, MayApprove, Outcome, Request, RequestStatus, Terms } from './request.ts';
import { read, settleUnanswered } from './settle-request.ts';
import { storedFacts } from './stored-facts.ts';
import { requestOf, requestSql } from './stored-request.ts';

export type ApprovalsOptions = Readonly<{
  state: State;
  /** Of the process that holds statements. */
  processId: string;
}>;

/** Who runs what by an approval. */
export type Use = Readonly<{
  principal: string;
  resource: string;
  sessionId: string;
  decisionId: string;
  binding: Binding;
}>;

/** What an approval is looked for. */
export type Search = Omit<Use, 'decisionId'> &
  Readonly<{
    /** As the decision asks for them now: what was approved on other terms is no approval for these. */
    terms: Terms;
  }>;

export type Listing = Readonly<{
  status?: RequestStatus | undefined;
  resource?: string | undefined;
  principal?: string | undefined;
  /** Newest first. */
  most: number;
}>;

const GATEWAY_ENDED = 'the gateway that held the statement has ended';

export class Approvals {
  readonly #state: State;
  readonly #processId: string;

  constructor({ state, processId }: ApprovalsOptions) {
    this.#state = state;
    this.#processId = processId;
  }

  /** When it throws, the request may be there all the same, under this id. */
  async ask(draft: Draft, id: string = randomUUID()): Promise<Request> {
    const { terms, binding } = draft;
    await this.#state.query(
      `INSERT INTO portcullis.request (id, kind, resource, principal, identity, process_id, session_id, rule, revision,
         decision_id, reason, purpose, shown, facts, terms, binding, expires_at)
       VALUES ($1, $17, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
         clock_timestamp() + make_interval(secs => $16))`,
      [
        ...[id, draft.resource, draft.identity.principal, draft.identity, this.#processId, draft.sessionId],
        ...[draft.rule, draft.revision, draft.decisionId, draft.reason, draft.purpose, draft.shown],
        storedFacts(draft),
        ...[
          terms,
          terms.scope === 'statement' ? binding.statement : binding.shape,
          terms.expires_in,
          draft.kind,
        ],
      ],
    );
    return await this.get(id);
  }

  async get(id: string): Promise<Request> {
    return await read(this.#state.query, id);
  }

  /** What is known of whoever asks. */
  async history(request: Request): Promise<History> {
    return await historyOf(this.#state.query, request);
  }

  async list({ status, resource, principal, most }: Listing): Promise<readonly Request[]> {
    const rows = await this.#state.query(
      `${requestSql} WHERE ($1::text IS NULL OR r.status = $1) AND ($2::text IS NULL OR r.resource = $2)
         AND ($3::text IS NULL OR r.principal = $3) ORDER BY r.created_at DESC LIMIT $4`,
      [status, resource, principal, most],
    );
    return rows.map(requestOf);
  }

  /** Somebody's answer. Throws why it doesn't count. */
  async answer(
    id: string,
    approver: Draft['identity'],
    answer: Answer,
    mayApprove: MayApprove,
  ): Promise<Request> {
    return await this.#state.transaction((query) => answerRequest(query, id, approver, answer, mayApprove));
  }

  /** Gives those of which it is known now that nobody can answer them any more, whatever became of them. */
  async withdrawAll(ids: readonly string[], words: string): Promise<ReadonlySet<string>> {
    await this.#end({ status: 'withdrawn', words, where: 'r.id = ANY ($3::uuid[])', values: [ids] });
    const rows = await this.#state.query<{ id: string }>(
      `SELECT id FROM portcullis.request WHERE id = ANY ($1::uuid[]) AND status <> 'pending'`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** What this process holds: it ends. */
  async withdrawOwn(): Promise<void> {
    await this.#end({
      ...{ status: 'withdrawn', words: GATEWAY_ENDED },
      ...{ where: 'r.process_id = $3', values: [this.#processId] },
    });
  }

  /** What processes held that live no more. One that lives keeps what it holds through a restart of the database. */
  async withdrawLeft(aliveSeconds: number): Promise<void> {
    await this.#end({
      ...{ status: 'withdrawn', words: GATEWAY_ENDED },
      where: `r.process_id IS NOT NULL
        AND pg_catalog.pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => $3)
        AND NOT EXISTS (
          SELECT FROM portcullis.process p WHERE p.id = r.process_id AND p.alive_until > clock_timestamp())`,
      values: [aliveSeconds],
    });
  }

  /** Whom the locks of a transaction keep waiting whose commit is held. */
  async tellBlocks(id: string, blocks: readonly string[]): Promise<void> {
    await this.#state.query(
      `UPDATE portcullis.request SET shown = shown || jsonb_build_object('blocks', $2::jsonb)
       WHERE id = $1 AND status = 'pending'`,
      [id, JSON.stringify(blocks)],
    );
  }

  /** What became of these, as far as they are settled. */
  async outcomes(ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
    const rows = await this.#state.query(
      `${requestSql} WHERE r.id = ANY ($1::uuid[]) AND r.status <> 'pending'`,
      [ids],
    );
    return new Map(rows.map(requestOf).map((request) => [request.id, outcomeOf(request)]));
  }

  /** Settles whose time is over. */
  async expire(): Promise<void> {
    await this.#end({ status: 'expired', where: 'r.expires_at <= clock_timestamp()' });
  }

  /** For whoever has something to say of requests that nobody answered: of each once, in the process that ended it. */
  protected unanswered(_requests: readonly Request[]): void {}

  async #end(unanswered: Parameters<typeof settleUnanswered>[1]): Promise<void> {
    this.unanswered(await settleUnanswered(this.#state.query, unanswered));
  }

  /** An approval that holds for this, if there is one. */
  async find({ principal, resource, sessionId, binding, terms }: Search): Promise<string | undefined> {
    const [row] = await this.#state.query<{ id: string }>(
      `SELECT a.id FROM portcullis.approval a JOIN portcullis.request r USING (id)
       WHERE a.principal = $1 AND a.resource = $2 AND a.uses_left > 0 AND a.revoked_at IS NULL
         AND a.expires_at > clock_timestamp() AND r.terms = $6
         AND (a.scope = 'statement' AND a.binding = $3
           OR a.scope IN ('shape', 'window') AND a.binding = $4
           OR a.scope = 'session' AND a.binding = $4 AND a.session_id = $5)
       ORDER BY a.expires_at LIMIT 1`,
      [principal, resource, binding.statement, binding.shape, sessionId, terms],
    );
    return row?.id;
  }

  /** Takes one use of it, for what is about to run. False when there is none left, or it isn't for this. */
  async use(id: string, { principal, resource, sessionId, decisionId, binding }: Use): Promise<boolean> {
    return await this.#state.transaction(async (query) => {
      const taken = await query(
        `UPDATE portcullis.approval SET uses_left = uses_left - 1
         WHERE id = $1 AND principal = $2 AND resource = $3 AND uses_left > 0 AND revoked_at IS NULL
           AND expires_at > clock_timestamp()
           AND (binding = CASE scope WHEN 'statement' THEN $4::bytea ELSE $5::bytea END)
           AND (scope <> 'session' OR session_id = $6)
         RETURNING id`,
        [id, principal, resource, binding.statement, binding.shape, sessionId],
      );
      if (taken.length === 0) return false;
      await query(
        `INSERT INTO portcullis.use (approval_id, process_id, session_id, decision_id) VALUES ($1, $2, $3, $4)`,
        [id, this.#processId, sessionId, decisionId],
      );
      return true;
    });
  }
}

export const outcomeOf = ({ status, words, votes }: Request): Outcome => ({
  status: status as Outcome['status'],
  words,
  by: votes.map(({ approver }) => approver),
});
