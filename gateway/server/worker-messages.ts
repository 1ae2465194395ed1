// What the worker processes and the one that started them say to each other.
import type { Health, ProcessMetrics } from '../admin/index.ts';
import { Fault, type FaultCode } from '../lib/index.ts';
import type { CancelKey } from '../session/index.ts';
import type { Lease } from './budgets/local-budgets.ts';
import type { Grant, Settlement, Want } from './budgets/reserves.ts';
import type { Spending } from './budgets/spending.ts';

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
  | Readonly<{ kind: 'done'; id: number; fault?: FaultText }>;

/** `maskKeys`: those that the environment has, which workers don't read. */
export type ToWorker =
  | Readonly<{
      kind: 'start';
      path: string;
      index: number;
      maskKeys: string | undefined;
      /** In hexadecimal digits: what the values that budgets count are hashed with. */
      budgetKey: string;
    }>
  | Readonly<{ kind: 'done'; id: number; fault?: FaultText }>
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
  readonly #waiting = new Map<number, { resolve: () => void; reject: (fault: Fault) => void }>();
  #last = 0;

  /** Resolves or rejects when `done` comes with the id. */
  ask(send: (id: number) => void): Promise<void> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      send(id);
    });
  }

  done(id: number, fault: FaultText | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (fault === undefined) waiting?.resolve();
    else waiting?.reject(new Fault(fault.code, fault.parameters));
  }

  /** The other party is gone: nothing that was asked needs an answer any more. */
  abandon(): void {
    for (const { resolve } of this.#waiting.values()) resolve();
    this.#waiting.clear();
  }
}
