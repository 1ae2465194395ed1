// Requests in the state database: asked, answered, withdrawn, and used; each step is one transaction there.
import { randomUUID } from 'node:crypto';
import { Fault } from '../lib/index.ts';
import type { Input } from '../sql/index.ts';
import type { Query, Row, State } from '../state/index.ts';
import { approvalInputOf } from './approval-input.ts';
import { type History, historyOf } from './history.ts';
import { actsForOneself } from './parties.ts';
import type { Binding, Draft, MayApprove, Outcome, Request, RequestStatus, Terms, Vote } from './request.ts';
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
    answer: Readonly<{ approves: boolean; words: string | undefined; breaksGlass?: boolean }>,
    mayApprove: MayApprove,
  ): Promise<Request> {
    const { breaksGlass = false } = answer;
    return await this.#state.transaction(async (query) => {
      const request = await lock(query, id);
      const { facts, others, session, resource, access } = await asked(query, id);
      const approval = approvalInputOf(request, breaksGlass);
      // Whatever a policy says: nobody lets themselves do what others have to agree to.
      if (breaksGlass) checkGlass(request, approver);
      else if (actsForOneself(request.identity, approver)) throw new Fault('approval_own');
      else if (request.votes.some((vote) => vote.approver === approver.principal))
        throw new Fault('approval_twice');
      const { reason: asks } = request.terms;
      const isSilent = (answer.words ?? '').trim() === '';
      if (isSilent && (breaksGlass || asks === 'approver' || asks === 'both'))
        throw new Fault('approval_words_missing', { rule: request.rule });
      const answers = [facts, ...others].map((each) =>
        mayApprove({ ...{ approver, approval, session, resource, access }, facts: each }),
      );
      for (const { effect, rule, reason, hint } of answers)
        if (effect === 'deny') throw refused(rule, reason, hint);
      const weight = breaksGlass ? request.terms.count : Math.min(...answers.map((each) => each.weight ?? 1));
      const decisionId = answers[0]?.decisionId;
      // Whoever breaks the glass may have been one of several before.
      await query(
        `INSERT INTO portcullis.vote
           (request_id, approver, approves, weight, words, identity, decision_id, broke_glass)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (request_id, approver) DO UPDATE SET weight = EXCLUDED.weight, words = EXCLUDED.words,
           identity = EXCLUDED.identity, decision_id = EXCLUDED.decision_id, broke_glass = true,
           voted_at = clock_timestamp()`,
        [id, approver.principal, answer.approves, weight, answer.words, approver, decisionId, breaksGlass],
      );
      if (!answer.approves) await settle(query, id, 'denied', answer.words);
      else if (breaksGlass || weightOf(request.votes) + weight >= request.terms.count)
        await approve(query, request);
      return await read(query, id);
    });
  }

  /** False when it was settled already. */
  async withdraw(id: string, words: string): Promise<boolean> {
    return await settle(this.#state.query, id, 'withdrawn', words);
  }

  /** Gives those of which it is known now that nobody can answer them any more, whatever became of them. */
  async withdrawAll(ids: readonly string[], words: string): Promise<ReadonlySet<string>> {
    return await this.#state.transaction(async (query) => {
      await query(
        `UPDATE portcullis.request SET status = 'withdrawn', words = $2, settled_at = clock_timestamp()
         WHERE id = ANY ($1::uuid[]) AND status = 'pending'`,
        [ids, words],
      );
      const rows = await query<{ id: string }>(
        `SELECT id FROM portcullis.request WHERE id = ANY ($1::uuid[]) AND status <> 'pending'`,
        [ids],
      );
      return new Set(rows.map(({ id }) => id));
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
    await this.#state.query(
      `UPDATE portcullis.request SET status = 'expired', settled_at = clock_timestamp()
       WHERE status = 'pending' AND expires_at <= clock_timestamp()`,
    );
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

const weightOf = (votes: readonly Vote[]): number =>
  votes.reduce((sum, { approves, weight }) => sum + (approves ? weight : 0), 0);

export const outcomeOf = ({ status, words, votes }: Request): Outcome => ({
  status: status as Outcome['status'],
  words,
  by: votes.map(({ approver }) => approver),
});

async function read(query: Query, id: string): Promise<Request> {
  const [row] = await query(`${requestSql} WHERE r.id = $1`, [id]);
  if (row === undefined) throw new Fault('approval_unknown', { id });
  return requestOf(row);
}

/** Nobody else changes it meanwhile. Throws where there is nothing left to decide. */
async function lock(query: Query, id: string): Promise<Request> {
  const rows = await query<{ over: boolean } & Row>(
    'SELECT expires_at <= clock_timestamp() AS over FROM portcullis.request WHERE id = $1 FOR UPDATE',
    [id],
  );
  const request = await read(query, id);
  const status = request.status === 'pending' && rows[0]?.over === true ? 'expired' : request.status;
  if (status !== 'pending') throw new Fault('approval_settled', { status });
  return request;
}

/** Only a person in their own name, for whatever another has sent, or for what they sent in their own name. */
function checkGlass({ terms, identity }: Request, approver: Draft['identity']): void {
  const isPerson = approver.kind === 'human' && approver.actor === undefined;
  if (terms.break_glass === undefined || !isPerson) throw new Fault('approval_no_glass');
  const isOwn =
    identity.principal === approver.principal && identity.kind === 'human' && identity.actor === undefined;
  if (!isOwn && actsForOneself(identity, approver)) throw new Fault('approval_own');
}

type Asked = Readonly<{
  facts: Draft['facts'] | undefined;
  /** Of the other statements of a commit. */
  others: readonly Draft['facts'][];
  access: Input['access'];
  session: Draft['session'];
  resource: Draft['resourceInput'];
}>;

type Stored = Omit<Asked, 'facts' | 'others' | 'access'> &
  Readonly<{ statement?: Draft['facts']; others?: Asked['others']; access?: Asked['access'] }>;

const storedFacts = (draft: Draft): Stored => ({
  statement: draft.facts,
  ...(draft.otherFacts === undefined ? {} : { others: draft.otherFacts }),
  session: draft.session,
  resource: draft.resourceInput,
});

async function asked(query: Query, id: string): Promise<Asked> {
  const [row] = await query<{ facts: Stored }>('SELECT facts FROM portcullis.request WHERE id = $1', [id]);
  if (row === undefined) throw new Fault('approval_unknown', { id });
  const { statement, others = [], access, ...rest } = row.facts;
  return { ...rest, access, facts: statement, others };
}

async function settle(
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

async function approve(query: Query, { id, terms }: Readonly<{ id: string; terms: Terms }>): Promise<void> {
  await settle(query, id, 'approved', undefined);
  await query(
    `INSERT INTO portcullis.approval (id, resource, principal, scope, session_id, binding, uses_left, expires_at)
     SELECT id, resource, principal, $2, CASE $2 WHEN 'session' THEN session_id END, binding, $3,
       clock_timestamp() + make_interval(secs => $4)
     FROM portcullis.request WHERE id = $1 AND kind <> 'access'`,
    [id, terms.scope, terms.uses, terms.expires_in],
  );
}

function refused(rule: string, reason: string | undefined, hint: string | undefined): Fault {
  const fault = new Fault('approval_refused', { rule, reason: reason ?? 'the policy does not allow this' });
  fault.hint = hint;
  return fault;
}
