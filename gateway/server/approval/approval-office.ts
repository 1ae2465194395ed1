// Where the statements of one process wait for approval: opens the state database when the first of them has to.
import { randomUUID } from 'node:crypto';
import {
  Approvals,
  type Draft,
  HeldRequests,
  type Outcome,
  ProcessLife,
  type Request,
} from '../../approval/index.ts';
import { Fault, type Log } from '../../lib/index.ts';
import type { State } from '../../state/index.ts';
import type { StateSource } from '../state/state-source.ts';

export type OfficeOptions = Readonly<{
  source: StateSource;
  log: Log;
  /** How often whoever waits is told so again. */
  remindMilliseconds: () => number;
}>;

/** Whoever waits. */
export type Waiting = Readonly<{
  /** Aborted when the client cancels or leaves. */
  signal: AbortSignal;
  /** At once, and now and again. */
  tell: (request: Request) => void;
}>;

type Opened = Readonly<{ state: State; approvals: Approvals; held: HeldRequests; life: ProcessLife }>;

export class ApprovalOffice {
  readonly #options: OfficeOptions;
  readonly #processId = randomUUID();
  #opening: Promise<Opened> | undefined;
  #closed = false;

  constructor(options: OfficeOptions) {
    this.#options = options;
  }

  /** Throws `state_unavailable` while there is no state database. */
  async approvals(): Promise<Approvals> {
    return (await this.#opened()).approvals;
  }

  get waiting(): number {
    return this.#held?.size ?? 0;
  }
  #held: HeldRequests | undefined;

  /**
   * The id of an approval that holds for it: one that is there, or one that people give while the session waits. Throws
   * why there is none.
   */
  async obtain(draft: Draft, { signal, tell }: Waiting): Promise<string> {
    const { approvals, held } = await this.#opened();
    const { resource, sessionId, binding, identity } = draft;
    const known = await approvals.find({ resource, sessionId, binding, principal: identity.principal });
    if (known !== undefined) return known;
    if (signal.aborted) throw new Fault('statement_cancelled');
    const request = await approvals.ask(draft);
    const withdraw = (): void => {
      approvals.withdraw(request.id, 'the client cancelled the statement, or left').catch((error: unknown) =>
        // It ends by itself, and what nobody waits for does nothing.
        this.#options.log.warn({ err: error, request_id: request.id }, 'request not withdrawn'),
      );
    };
    signal.addEventListener('abort', withdraw, { once: true });
    if (signal.aborted) withdraw();
    tell(request);
    const reminder = setInterval(() => tell(request), this.#options.remindMilliseconds());
    try {
      return whatToDo(request, await held.outcome(request.id, request.expiresAt));
    } finally {
      clearInterval(reminder);
      held.forget(request.id);
      signal.removeEventListener('abort', withdraw);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = await this.#opening?.catch(() => undefined);
    if (opened === undefined) return;
    opened.held.close();
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
    const state = await this.#options.source.open();
    const approvals = new Approvals({ state, processId: this.#processId });
    const life = new ProcessLife(this.#processId, { state, approvals, log: this.#options.log });
    await life.start();
    this.#held = new HeldRequests(approvals, state);
    return { state, approvals, held: this.#held, life };
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
