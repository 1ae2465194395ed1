// What the worker processes and the one that started them say to each other.
import type { ApiRequest, ApiResponse, Health, ProcessMetrics } from '../../admin/index.ts';
import { Fault, type FaultCode } from '../../lib/index.ts';
import type { CancelKey } from '../../session/index.ts';
import type { Applied, AppliedElsewhere } from '../audit/retention/applied.ts';
import type { Grant, Settlement, Want } from '../budgets/handing-out.ts';
import type { Lease } from '../budgets/spend-of-account.ts';
import type { Spending } from '../budgets/spending.ts';
import type { SessionDocument } from '../sessions/session-document.ts';
import type { SessionsQuestion } from '../sessions/sessions-here.ts';
import type { StateAddress } from '../state/state-connection.ts';

/** A key as it travels between processes. */
export type CancelText = Readonly<{ processId: number; secret: string }>;

export type FromWorker =
  | Readonly<{ kind: 'ready'; port: number }>
  | Readonly<{ kind: 'failed'; message: string }>
  | Readonly<{ kind: 'enter'; id: number; principal: string; most?: number | undefined }>
  | Readonly<{ kind: 'leave'; principal: string }>
  | Readonly<{ kind: 'check_address'; id: number; address: string }>
  | Readonly<{ kind: 'login_failed'; address: string }>
  | Readonly<{ kind: 'cancel'; id: number; key: CancelText }>
  | Readonly<{ kind: 'spend'; id: number; account: string; spendings: readonly Spending[]; ahead: boolean }>
  | Readonly<{ kind: 'unspent'; account: string; leases: readonly Lease[] }>
  | Readonly<{ kind: 'reserve'; id: number; account: string; wants: readonly Want[] }>
  | Readonly<{ kind: 'settle'; account: string; settlements: readonly Settlement[] }>
  | Readonly<{ kind: 'health'; health: Health }>
  | Readonly<{ kind: 'metrics'; metrics: ProcessMetrics }>
  | Readonly<{ kind: 'state'; id: number }>
  | Readonly<{ kind: 'sessions'; id: number; question: SessionsQuestion }>
  | Readonly<{ kind: 'retention'; id: number; isDry: boolean }>
  /** Of a session that is watched. */
  | Readonly<{ kind: 'watched'; id: number; lines: string }>
  | Readonly<{ kind: 'watch_over'; id: number }>
  | Readonly<{
      kind: 'done';
      id: number;
      fault?: FaultText;
      api?: ApiResponse;
      sessions?: readonly SessionDocument[];
      retention?: Applied;
    }>;

/** `maskKeys`: those that the environment has, which workers don't read. */
export type ToWorker =
  | Readonly<{
      kind: 'start';
      path: string;
      index: number;
      maskKeys: string | undefined;
      /** In hexadecimal digits: what the values that budgets count are hashed with. */
      budgetKey: string;
      /** There is a state database of the gateway's own from before. */
      stateExists: boolean;
    }>
  | Readonly<{
      kind: 'done';
      id: number;
      fault?: FaultText;
      state?: StateAddress;
      sessions?: readonly SessionDocument[];
      retention?: AppliedElsewhere;
    }>
  /** Of the process that is asked, for another one. */
  | Readonly<{ kind: 'sessions'; id: number; question: SessionsQuestion }>
  | Readonly<{ kind: 'retention'; id: number; isDry: boolean }>
  /** There is a state database of the gateway's own from now on. */
  | Readonly<{ kind: 'state_started' }>
  | Readonly<{ kind: 'api'; id: number; request: ApiRequest }>
  /** To whichever has the session. */
  | Readonly<{ kind: 'watch'; id: number; session: string }>
  | Readonly<{ kind: 'unwatch'; id: number }>
  | Readonly<{ kind: 'cancel'; id: number; key: CancelText }>
  | Readonly<{ kind: 'leased'; account: string; leases: readonly Lease[] }>
  | Readonly<{ kind: 'granted'; id: number; grants: readonly Grant[] }>
  | Readonly<{ kind: 'health'; id: number }>
  | Readonly<{ kind: 'metrics'; id: number }>
  | Readonly<{ kind: 'reload'; maskKeys: string | undefined }>
  | Readonly<{ kind: 'drain' }>;

/** A Fault as it travels between processes: enough to make it again. */
export type FaultText = Readonly<{ code: FaultCode; parameters: Readonly<Record<string, string | number>> }>;

export const toText = (key: CancelKey): CancelText => ({
  processId: key.processId,
  secret: key.secret.toString('hex'),
});

export const fromText = (key: CancelText): CancelKey => ({
  processId: key.processId,
  secret: Buffer.from(key.secret, 'hex'),
});

/** The parties' questions that wait for `done`. */
export class Questions {
  readonly #waiting = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (fault: Fault) => void }
  >();
  #last = 0;

  /** Resolves or rejects when `done` comes with the id; to what it has beside, if anything. */
  ask<Answer = void>(send: (id: number) => void): Promise<Answer> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as Answer), reject });
      send(id);
    });
  }

  done(id: number, fault: FaultText | undefined, answer?: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (fault === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Fault(fault.code, fault.parameters));
  }

  /** The other party is gone: nothing that was asked needs an answer any more. */
  abandon(): void {
    for (const { resolve } of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
