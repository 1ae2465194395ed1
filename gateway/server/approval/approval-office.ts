// Where the statements of one process wait for approval: opens the state database when the first of them has to.
import { randomUUID } from 'node:crypto';
import {
  type Approvals,
  type Draft,
  HeldRequests,
  type Outcome,
  ProcessLife,
  type Request,
  Withdrawals,
} from '../../approval/index.ts';
import { Fault, type Log } from '../../lib/index.ts';
import type { State } from '../../state/index.ts';
import { type ApprovalsTrail, RecordedApprovals } from '../audit/recorded-approvals.ts';
import type { StateSource } from '../state/state-source.ts';

export type OfficeOptions = Readonly<{
  source: StateSource;
  log: Log;
  /** How often whoever waits is told so again. */
  remindMilliseconds: () => number;
  /** Before the first request is made: there is a state database. */
  onOpened: (state: State, processId: string, approvals: Approvals) => Promise<void>;
  /** What becomes of requests is recorded; absent: it isn't. */
  trail?: ApprovalsTrail;
  /** Where people look at a request. */
  link: (id: string) => string | undefined;
}>;

/** Whoever waits. */
export type Waiting = Readonly<{
  /** Aborted when the client cancels or leaves. */
  signal: AbortSignal;
  /** At once, and now and again. */
  tell: (request: Request) => void;
}>;

type Opened = Readonly<{
  state: State;
  approvals: Approvals;
  held: HeldRequests;
  withdrawals: Withdrawals;
  life: ProcessLife;
}>;

const NOBODY_WAITS = 'the client cancelled the statement, or left';
const NOT_HELD = 'the gateway could not hold the statement';

const AGAIN_MS = 2_000;

export class ApprovalOffice {
  readonly #options: OfficeOptions;
  readonly #processId = randomUUID();
  #opening: Promise<Opened> | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: OfficeOptions) {
    this.#options = options;
  }

  /** As soon as the state database can be had: others may have left requests there, and messages. */
  start(): void {
    this.#opened().catch(() => {
      if (!this.#closed) this.#again = setTimeout(() => this.start(), AGAIN_MS);
    });
  }

  linkTo(id: string): string | undefined {
    return this.#options.link(id);
  }

  /** Throws `state_unavailable` while there is no state database. */
  async approvals(): Promise<Approvals> {
    return (await this.#opened()).approvals;
  }

  /** A statement of the session waits. */
  waits(sessionId: string): boolean {
    return this.#waitingSessions.has(sessionId);
  }
  readonly #waitingSessions = new Set<string>();

  get waiting(): number {
    return this.#held?.size ?? 0;
  }
  #held: HeldRequests | undefined;

  /**
   * The id of an approval that holds for it: one that is there, or one that people give while the session waits. Throws
   * why there is none.
   */
  async obtain(draft: Draft, { signal, tell }: Waiting): Promise<string> {
    const { approvals, held, withdrawals } = await this.#opened();
    const { resource, sessionId, binding, identity, terms } = draft;
    const known = await approvals.find({
      ...{ resource, sessionId, binding, terms },
      principal: identity.principal,
    });
    if (known !== undefined) return known;
    if (signal.aborted) throw new Fault('statement_cancelled');
    const id = randomUUID();
    const request = await approvals.ask(draft, id).catch((error: unknown) => {
      void withdrawals.add(id, NOT_HELD);
      throw error;
    });
    let reminder: NodeJS.Timeout | undefined;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        void withdrawals.add(id, NOBODY_WAITS);
        reject(new Fault('statement_cancelled'));
      };
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
    });
    this.#waitingSessions.add(sessionId);
    try {
      const outcome = held.outcome(id, request.expiresAt);
      if (!signal.aborted) {
        tell(request);
        reminder = setInterval(() => tell(request), this.#options.remindMilliseconds());
      }
      return whatToDo(request, await Promise.race([outcome, left]));
    } finally {
      clearInterval(reminder);
      this.#waitingSessions.delete(sessionId);
      held.forget(id);
      if (leave !== undefined) signal.removeEventListener('abort', leave);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    const opened = await this.#opening?.catch(() => undefined);
    if (opened === undefined) return;
    opened.held.close();
    opened.withdrawals.close();
    await opened.life.close();
  }

  async #opened(): Promise<Opened> {
    if (this.#closed) throw new Fault('shutting_down');
    this.#opening ??= this.#open();
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #open(): Promise<Opened> {
    const { source, trail, log } = this.#options;
    const state = await source.open();
    const approvals = new RecordedApprovals({ state, processId: this.#processId }, trail);
    const life = new ProcessLife(this.#processId, { state, approvals, log });
    await life.start();
    await this.#options.onOpened(state, this.#processId, approvals);
    this.#held = new HeldRequests(approvals, state);
    const withdrawals = new Withdrawals(approvals, state);
    return { state, approvals, held: this.#held, withdrawals, life };
  }
}

/** The id of the approval is that of the request. */
function whatToDo({ id, rule, expiresAt }: Request, { status, words, by }: Outcome): string {
  switch (status) {
    case 'approved':
      return id;
    case 'denied':
      throw told(new Fault('approval_denied', { rule, by: by.at(-1) ?? 'an approver' }), words, id);
    case 'expired':
      throw told(
        new Fault('approval_expired', { rule, at: new Date(expiresAt).toISOString() }),
        undefined,
        id,
      );
    case 'withdrawn':
      throw told(new Fault('approval_withdrawn', { rule }), words, id);
    default:
      return status satisfies never;
  }
}

function told(fault: Fault, words: string | undefined, id: string): Fault {
  fault.detail = words === undefined ? `request ${id}` : `${words}\nrequest ${id}`;
  return fault;
}
