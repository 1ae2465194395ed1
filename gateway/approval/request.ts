// What is asked for, what became of it, and who said what.
import type { Input, StatementFacts } from '../sql/index.ts';

/** `grant`: of access for a time, which begins when it is approved. */
export type Scope = 'statement' | 'shape' | 'session' | 'window' | 'grant';

/** What waits: a statement, or access that somebody asked for. */
export type RequestKind = 'statement' | 'commit' | 'access';

/** As the decision says them that asks for approval. */
export type Terms = Readonly<{
  /** `group:NAME` or `principal:NAME`, any of them. */
  approvers: readonly string[];
  /** How much weight their answers must have together. */
  count: number;
  /** Seconds, to answer and then to use what was approved. */
  expires_in: number;
  scope: Scope;
  uses: number;
  /** Before the statement runs, or, when it has, before it is committed. Absent: before it runs. */
  at?: 'statement' | 'commit';
  /** Who has to say why. */
  reason?: 'requester' | 'approver' | 'both';
  /** Of a commit: how many rows may be changed without that anybody is asked. */
  free_rows?: number;
  /** Who may approve alone in an emergency. */
  break_glass?: readonly string[];
  /** Of a commit: how many of the rows that it changes approvers are shown, of each table. */
  sample_rows?: number;
  /** How long a commit is held at most, with the locks of its transaction. */
  lock_seconds?: number;
}>;
export type RequestStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'withdrawn';

/** What an approval holds for: of the statement with its values, and of whatever has the same shape. */
export type Binding = Readonly<{ statement: Buffer; shape: Buffer }>;

/** What approvers are shown. It holds no value of a labelled column. */
export type Shown = Readonly<{
  statement: string;
  parameters: readonly string[];
  /** What it does, a sentence each. */
  sentences: readonly string[];
  /** Of a commit: the statements of the transaction that need approval. */
  transaction?: readonly Pick<Shown, 'statement' | 'parameters' | 'sentences'>[];
  /** Of a commit: the applications that wait for its locks, once for each session; told again while it is held. */
  blocks?: readonly string[];
  /** Of a commit, where the policy shows them: some of the rows that it changes. Whoever asked doesn't see them. */
  samples?: readonly RowSample[];
}>;

/** `hidden`: the names of columns whose values are shown to nobody. `problem`: why there are fewer than there could be. */
export type RowSample = Readonly<{
  table: string;
  hidden: readonly string[];
  rows: readonly ChangedRow[];
  problem?: string;
}>;

/** Without the one it was inserted, without the other deleted. */
export type ChangedRow = Readonly<{ before?: RowValues; after?: RowValues }>;

/** As text, by the column's name. */
export type RowValues = Readonly<Record<string, string | null>>;

/** A statement, or the commit of several, that somebody wants approved. */
export type Draft = Readonly<{
  kind: 'statement' | 'commit';
  resource: string;
  identity: Input['identity'];
  sessionId: string;
  rule: string;
  revision: string;
  decisionId: string;
  /** The policy's, for asking. */
  reason: string | undefined;
  /** The requester's. */
  purpose: string | undefined;
  shown: Shown;
  /** What the approver's policy is asked with. */
  session: Input['session'];
  resourceInput: Input['resource'];
  facts: StatementFacts;
  /** Of the other statements of a commit: an approver must be let by the policy for each of them. */
  otherFacts?: readonly StatementFacts[];
  terms: Terms;
  binding: Binding;
}>;

export type Vote = Readonly<{
  approver: string;
  approves: boolean;
  weight: number;
  words: string | undefined;
  votedAt: number;
  /** Alone, in an emergency. */
  brokeGlass: boolean;
}>;

export type Request = Readonly<{
  id: string;
  kind: RequestKind;
  status: RequestStatus;
  resource: string;
  principal: string;
  identity: Input['identity'];
  sessionId: string | undefined;
  rule: string;
  decisionId: string;
  reason: string | undefined;
  purpose: string | undefined;
  shown: Shown;
  terms: Terms;
  /** Milliseconds since 1970, by the clock of the state database, as all the times here. */
  createdAt: number;
  expiresAt: number;
  settledAt: number | undefined;
  /** Whoever refused says so, or why it ended otherwise. */
  words: string | undefined;
  votes: readonly Vote[];
}>;

/** What became of a request. */
export type Outcome = Readonly<{
  status: Exclude<RequestStatus, 'pending'>;
  words: string | undefined;
  /** Who answered. */
  by: readonly string[];
}>;

/** Asks the policy whether somebody's answer counts. */
export type MayApprove = (
  question: Readonly<{
    approver: Input['identity'];
    approval: NonNullable<Input['approval']>;
    session: Input['session'];
    resource: Input['resource'];
    /** Of a statement. */
    facts: StatementFacts | undefined;
    /** That is asked for. */
    access: Input['access'];
  }>,
) => Answer;

/** The policy's answer to whoever wants to approve or to refuse. */
export type Answer = Readonly<{
  effect: 'allow' | 'deny';
  rule: string;
  reason?: string;
  hint?: string;
  weight?: number;
  decisionId: string;
}>;
