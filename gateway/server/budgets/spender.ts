// Takes what a session's texts need from the budgets of their decisions, and has their answers counted.
import { type Clock, Fault } from '../../lib/index.ts';
import type { AnswerMeter, Statement, StatementPath } from '../../session/index.ts';
import type { Later } from '../guard/facts-of-statement.ts';
import { BudgetMeter } from './budget-meter.ts';
import { probesOf } from './probes.ts';
import type { Budgets, Spending } from './spending.ts';
import { type Answer, type MeteredShare, takingsOf } from './spendings.ts';

export type SpenderOptions = Readonly<{
  budgets: Budgets;
  /** Whose they are. */
  account: string;
  clock: Clock;
}>;

/** What runs a statement; an Execute runs what a Bind, or a DECLARE, was counted for. */
const runs: ReadonlySet<StatementPath> = new Set<StatementPath>(['query', 'bind']);

export class Spender {
  readonly #options: SpenderOptions;
  #standing: Readonly<{ of: unknown; epoch: unknown }> | undefined;
  #hasOpened = false;

  constructor(options: SpenderOptions) {
    this.#options = options;
  }

  /** Before it runs: what counts its answer, if anything does, or why it must not run. */
  spend(answers: readonly Answer[], statement: Statement): Later<AnswerMeter | Fault | undefined> {
    const begins = runs.has(statement.path);
    const { spendings, shares } = takingsOf(answers, begins);
    const probes = begins ? probesOf(answers, statement, this.#options.budgets.hash) : [];
    if (probes instanceof Fault) return probes;
    return this.#open([...spendings, ...probes], shares);
  }

  /** What open portals stand on: beside `of`, that what is held for their answers has not gone back. */
  standing(of: unknown): unknown {
    if (!this.#hasOpened) return of;
    const { epoch } = this.#options.budgets;
    const before = this.#standing;
    if (before !== undefined && before.of === of && before.epoch === epoch) return before;
    this.#standing = { of, epoch };
    return this.#standing;
  }

  /** What is refused for one budget is counted in none. */
  #open(
    spendings: readonly Spending[],
    shares: readonly MeteredShare[],
  ): Later<AnswerMeter | Fault | undefined> {
    const { budgets, account, clock } = this.#options;
    const spend = (): Later<Fault | undefined> =>
      spendings.length === 0 ? undefined : budgets.spend(account, spendings);
    if (shares.length === 0) return spend();
    this.#hasOpened = true;
    const purse = budgets.open(account, shares);
    const metered = (opened: Awaited<typeof purse>): Later<AnswerMeter | Fault> => {
      if (opened instanceof Fault) return opened;
      const meter = new BudgetMeter(opened, shares, clock);
      const refusal = spend();
      if (!(refusal instanceof Promise)) return refusal ?? meter;
      // What was opened must not go back meanwhile.
      opened.began();
      return refusal.then((late) => late ?? meter).finally(() => opened.ended());
    };
    return purse instanceof Promise ? purse.then(metered) : metered(purse);
  }
}
