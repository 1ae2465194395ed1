// What is counted once for all processes of a gateway, and kept by the one that started them: who is logged in, failed
// logins, and budgets.
import type { LimitsConfig } from '../../config/index.ts';
import { systemClock } from '../../lib/index.ts';
import { LocalAdmission } from '../admission.ts';
import { LocalBudgets } from '../budgets/local-budgets.ts';
import { Reserves } from '../budgets/reserves.ts';
import type { FromWorker } from './messages.ts';
import type { OneWorker } from './one-worker.ts';

const kinds = [
  'enter',
  'leave',
  'check_address',
  'login_failed',
  'spend',
  'unspent',
  'reserve',
  'settle',
] as const;
type Counted = Extract<FromWorker, { kind: (typeof kinds)[number] }>;

const counted: ReadonlySet<string> = new Set(kinds);
export const isCounted = (said: FromWorker): said is Counted => counted.has(said.kind);

export class CommonCounts {
  readonly #admission: LocalAdmission;
  readonly #budgets = new LocalBudgets(systemClock);
  readonly #reserves = new Reserves(this.#budgets, systemClock);

  constructor(limits: LimitsConfig) {
    this.#admission = new LocalAdmission(limits, systemClock);
  }

  set limits(limits: LimitsConfig) {
    this.#admission.limits = limits;
  }

  /** What the values that budgets count are hashed with. */
  get budgetKey(): Buffer {
    return this.#budgets.key;
  }

  heard(from: OneWorker, said: Counted): void {
    switch (said.kind) {
      case 'enter':
        from.answer(said.id, this.#admission.enter(said.principal, said.most), () =>
          from.entered.push(said.principal),
        );
        return;
      case 'leave':
        from.entered.splice(from.entered.indexOf(said.principal), 1);
        this.#admission.leave(said.principal);
        return;
      case 'check_address':
        from.answer(said.id, this.#admission.checkAddress(said.address));
        return;
      case 'login_failed':
        this.#admission.loginFailed(said.address);
        return;
      case 'spend':
        from.answer(said.id, this.#spend(from, said));
        return;
      case 'unspent':
        this.#budgets.giveBack(said.account, said.leases);
        return;
      case 'reserve':
        from.answer(said.id, this.#reserve(from, said));
        return;
      case 'settle':
        this.#reserves.settle(from, said.account, said.settlements);
        return;
      default:
        said satisfies never;
    }
  }

  /** The process is gone, and all that it had. */
  gone(worker: OneWorker): void {
    this.#reserves.abandon(worker);
    for (const principal of worker.entered) this.#admission.leave(principal);
  }

  /** What the worker may use comes before the answer. */
  async #spend(
    from: OneWorker,
    { account, spendings, ahead }: Extract<Counted, { kind: 'spend' }>,
  ): Promise<void> {
    const leases = this.#budgets.lease(account, spendings, ahead);
    if (leases.length > 0) from.send({ kind: 'leased', account, leases });
  }

  async #reserve(
    from: OneWorker,
    { id, account, wants }: Extract<Counted, { kind: 'reserve' }>,
  ): Promise<void> {
    from.send({ kind: 'granted', id, grants: await this.#reserves.reserve(from, account, wants) });
  }
}
