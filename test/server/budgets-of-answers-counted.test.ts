// What counts answers into budgets: paid for before it is sent, given back when it wasn't, in one process and in several.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { BudgetMeter } from '../../gateway/server/budgets/budget-meter.ts';
import { DistinctCount } from '../../gateway/server/budgets/distinct-count.ts';
import { LocalBudgets } from '../../gateway/server/budgets/local-budgets.ts';
import { Pools } from '../../gateway/server/budgets/pools.ts';
import { Reserves } from '../../gateway/server/budgets/reserves.ts';
import type { Budget, Purse, Spending } from '../../gateway/server/budgets/spending.ts';
import type { MeteredShare } from '../../gateway/server/budgets/spendings.ts';
import fc from '../support/properties.ts';

const START = 1_800_000_000_123;
let now = START;
const clock = { now: () => now };
beforeEach(() => {
  now = START;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(milliseconds: number, step = 1): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += step) {
    now += step;
    await vi.advanceTimersByTimeAsync(step);
  }
}

const share = (most: number, more: Partial<MeteredShare> = {}): MeteredShare => ({
  ...{ of: 'rows', seconds: 60, most, rule: 'role.a', atOnce: 1, all: false, perRow: 1 },
  ...more,
});

const opened = (purse: Purse | Fault | Promise<Purse | Fault>): Purse => {
  if (purse instanceof Fault || purse instanceof Promise) throw new Error('it is not open');
  return purse;
};

/** Rows until there are so many, or no more. */
function send(meter: BudgetMeter, rows: number, bytes = 10): number {
  meter.began();
  let sent = 0;
  while (sent < rows && meter.passed(1, bytes) === undefined) sent += 1;
  meter.ended();
  return sent;
}

describe('in one process', () => {
  const meterOf = (budgets: LocalBudgets, shares: readonly MeteredShare[]): BudgetMeter =>
    new BudgetMeter(opened(budgets.open('a', shares)), shares, clock);

  test('every row is paid for, and what was paid in advance goes back', () => {
    const budgets = new LocalBudgets(clock);
    expect(send(meterOf(budgets, [share(1000)]), 300)).toBe(300);
    expect(send(meterOf(budgets, [share(1000)]), 5000)).toBe(700);
    expect(budgets.open('a', [share(1000)])).toMatchObject({ code: 'budget_of_answers_spent' });
    expect(budgets.open('a', [share(1000, { atOnce: 0 })])).not.toBeInstanceOf(Fault);
    now += 62_000;
    expect(send(meterOf(budgets, [share(1000)]), 5000)).toBe(1000);
  });

  test('several at once share the last row', () => {
    const budgets = new LocalBudgets(clock);
    const meters = Array.from({ length: 50 }, () => meterOf(budgets, [share(100)]));
    let sent = 0;
    for (let round = 0; round < 200; round++)
      for (const meter of meters) if (meter.passed(1, 1) === undefined) sent += 1;
    expect(sent).toBe(100);
  });

  test('a row that is too large for what is left is not paid for', () => {
    const budgets = new LocalBudgets(clock);
    const bytes = [share(1000, { of: 'bytes', perRow: 0 })];
    expect(send(meterOf(budgets, bytes), 5, 300)).toBe(3);
    expect(send(meterOf(budgets, bytes), 5, 50)).toBe(2);
  });

  test('what changes too much is not counted, since nothing of it is kept', () => {
    const budgets = new LocalBudgets(clock);
    const changes = [share(10, { of: 'affected_rows', perRow: 0, all: true })];
    expect(meterOf(budgets, changes).affected(7)).toBeUndefined();
    expect(meterOf(budgets, changes).affected(4)).toMatchObject({
      code: 'budget_of_changes_spent',
      message: expect.stringContaining(
        'the budget of 10 changed rows a minute is spent; there is room again in 6',
      ),
    });
    expect(meterOf(budgets, changes).affected(3)).toBeUndefined();
  });

  test('what is paid in advance and used late is counted from then', () => {
    const budgets = new LocalBudgets(clock);
    const meter = meterOf(budgets, [share(1600)]);
    expect(meter.passed(1, 1)).toBeUndefined();
    now += 30_000;
    for (let row = 0; row < 60; row++) expect(meter.passed(1, 1)).toBeUndefined();
    meter.ended();
    now += 33_000;
    expect(send(meterOf(budgets, [share(1600)]), 5000)).toBe(1540);
  });

  test('never exceeds its budget in any stretch of its time', () => {
    const step = fc.record({
      meter: fc.nat({ max: 3 }),
      wait: fc.integer({ min: 0, max: 2_500 }),
      rows: fc.integer({ min: 1, max: 40 }),
      ends: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.array(step, { maxLength: 80 }), (most, steps) => {
        now = START;
        const budgets = new LocalBudgets(clock);
        const shares = [share(most, { seconds: 5, atOnce: 0 })];
        const meters = Array.from({ length: 4 }, () => meterOf(budgets, shares));
        const sent: number[] = [];
        for (const { meter, wait, rows, ends } of steps) {
          now += wait;
          for (let row = 0; row < rows; row++) if (meters[meter]?.passed(1, 1) === undefined) sent.push(now);
          if (ends) meters[meter]?.ended();
        }
        for (const from of sent)
          expect(sent.filter((at) => at >= from && at < from + 5_000).length).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('in several processes', () => {
  /** A process whose messages take their time, one after the other. */
  class Process {
    asked = 0;
    readonly pools: Pools;
    #last: Promise<unknown> = Promise.resolve();

    constructor(reserves: Reserves, takes: () => number) {
      const travel = () => new Promise<void>((resolve) => setTimeout(resolve, takes()));
      this.pools = new Pools(
        {
          reserve: async (account, wants) => {
            this.asked += 1;
            await this.#inTurn(travel);
            const grants = await reserves.reserve(this, account, wants);
            await travel();
            return grants;
          },
          settle: (account, settlements) => {
            this.#inTurn(travel).then(() => reserves.settle(this, account, settlements));
          },
        },
        clock,
      );
    }

    async open(shares: readonly MeteredShare[]): Promise<BudgetMeter | Fault> {
      const purse = await this.pools.open('a', shares);
      return purse instanceof Fault ? purse : new BudgetMeter(purse, shares, clock);
    }

    #inTurn(travel: () => Promise<void>): Promise<void> {
      const turn = this.#last.then(travel);
      this.#last = turn;
      return turn;
    }
  }

  function stage(takes = () => 1) {
    const budgets = new LocalBudgets(clock);
    const reserves = new Reserves(budgets, clock);
    return {
      budgets,
      reserves,
      processes: [new Process(reserves, takes), new Process(reserves, takes)] as const,
    };
  }

  async function soon<T>(promise: Promise<T>, milliseconds = 20): Promise<T> {
    await pass(milliseconds);
    return await promise;
  }

  const meter = (got: BudgetMeter | Fault): BudgetMeter => {
    if (got instanceof Fault) throw got;
    return got;
  };

  test('a statement has all that is left of a small budget, and what it leaves is there for the next', async () => {
    const { processes } = stage();
    const [one, other] = processes;
    expect(send(meter(await soon(one.open([share(1000)]))), 400)).toBe(400);
    const waits = other.open([share(1000)]);
    expect(send(meter(await soon(waits, 200)), 5000)).toBe(600);
    expect(await soon(one.open([share(1000)]), 300)).toMatchObject({ code: 'budget_of_answers_spent' });
  });

  test('the statements that follow at once ask nobody', async () => {
    const { processes } = stage();
    const [one] = processes;
    for (let count = 0; count < 20; count++) send(meter(await soon(one.open([share(1000)]), 4)), 10);
    expect(one.asked).toBe(1);
  });

  test('an answer is not held up while more is asked for', async () => {
    const { processes } = stage(() => 2);
    const [one] = processes;
    const long = meter(await soon(one.open([share(1_000_000)])));
    long.began();
    for (let chunk = 0; chunk < 200; chunk++) {
      for (let row = 0; row < 4_000; row++) expect(long.passed(1, 10)).toBeUndefined();
      await pass(1);
    }
    long.ended();
    expect(one.asked).toBeLessThan(30);
  });

  test('what a process had when it ended counts as used', async () => {
    const { processes, reserves, budgets } = stage();
    const [one, other] = processes;
    await soon(one.open([share(1000)]));
    reserves.abandon(one);
    expect(await soon(other.open([share(1000)]))).toMatchObject({ code: 'budget_of_answers_spent' });
    now += 62_000;
    expect(budgets.open('a', [share(1000)])).not.toBeInstanceOf(Fault);
  });

  test('several statements of a process may begin at once', async () => {
    const { processes } = stage();
    const [one] = processes;
    const changes = [share(100, { of: 'affected_rows', all: true, perRow: 0 })];
    const begun = Array.from({ length: 5 }, () => one.open(changes));
    await pass(20);
    const faults = (await Promise.all(begun)).map((each) => meter(each).affected(30));
    expect(faults.map((fault) => fault?.code)).toEqual([
      ...[undefined, undefined, undefined],
      ...['budget_of_changes_spent', 'budget_of_changes_spent'],
    ]);
  });

  test('a statement does not begin when another of its process was quicker to use the rest', async () => {
    const { processes } = stage(() => 2);
    const [one] = processes;
    const quick = one.open([share(10)]).then((got) => send(meter(got), 10));
    const late = one.open([share(10)]);
    await pass(40);
    expect(await quick).toBe(10);
    expect(await late).toMatchObject({ code: 'budget_of_answers_spent' });
  });

  test('who waits for others in vain is refused', async () => {
    const { processes } = stage();
    const [one, other] = processes;
    const holds = meter(await soon(one.open([share(10)])));
    holds.began();
    const waits = other.open([share(10)]);
    await pass(6_000, 10);
    expect(await waits).toMatchObject({ code: 'budget_of_answers_spent' });
    holds.ended();
    expect(send(meter(await soon(other.open([share(10)]), 150)), 20)).toBe(10);
  });

  test('what has gone back is not taken from any more, and says so to who holds a portal', async () => {
    const { processes } = stage();
    const [one] = processes;
    const before = meter(await soon(one.open([share(10)]), 4));
    const { epoch } = one.pools;
    await pass(200);
    expect(one.pools.epoch).not.toBe(epoch);
    before.began();
    expect(before.passed(1, 1)).toMatchObject({ code: 'budget_not_counted' });
    before.ended();
  });

  test('together they never exceed a budget in any stretch of its time', async () => {
    const step = fc.record({
      process: fc.nat({ max: 1 }),
      wait: fc.integer({ min: 0, max: 400 }),
      rows: fc.integer({ min: 1, max: 60 }),
      takes: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.array(step, { minLength: 5, maxLength: 30 }),
        async (most, steps) => {
          now = START;
          let takes = 0;
          const { processes } = stage(() => takes);
          const sent: number[] = [];
          const ends: Promise<unknown>[] = [];
          for (const { process, wait, rows, takes: slow } of steps) {
            takes = slow;
            await pass(wait);
            const answer = async () => {
              const got = await (processes[process] as Process).open([share(most, { seconds: 2 })]);
              if (got instanceof Fault) return;
              got.began();
              for (let row = 0; row < rows; row++) {
                if (got.passed(1, 1) === undefined) sent.push(now);
                if (row % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
              }
              got.ended();
            };
            ends.push(answer());
          }
          await pass(6_500, 10);
          await Promise.all(ends);
          for (const from of sent)
            expect(sent.filter((at) => at >= from && at < from + 2_000).length).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('different values', () => {
  const probes = (values: readonly string[], most = 3, label?: string): Spending => ({
    ...{ of: 'probes' as Budget['of'], seconds: 60, most, rule: 'role.a', amount: values.length, values },
    ...(label === undefined ? {} : { label }),
  });

  test('count once, and again from when they came last', () => {
    const budgets = new LocalBudgets(clock);
    expect(budgets.spend('a', [probes(['x', 'y', 'z'])])).toBeUndefined();
    now += 40_000;
    expect(budgets.spend('a', [probes(['x', 'x'])])).toBeUndefined();
    expect(budgets.spend('a', [probes(['w'])])).toMatchObject({ code: 'budget_of_probes_spent' });
    now += 20_001;
    expect(budgets.spend('a', [probes(['v', 'w'])])).toBeUndefined();
    expect(budgets.spend('a', [probes(['u'])])?.message).toContain('there is room again in 40 seconds');
    expect(budgets.spend('a', [probes(['x', 'w'])])).toBeUndefined();
  });

  test('are counted for all budgets, or for none', () => {
    const budgets = new LocalBudgets(clock);
    expect(budgets.spend('a', [probes(['x', 'y'], 9), probes(['x', 'y'], 1, 'pii.ssn')])).toBeInstanceOf(
      Fault,
    );
    expect(budgets.spend('a', [probes(['u', 'v', 'w'], 3)])).toBeUndefined();
  });

  test('never are more than allowed in any stretch of the time', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 30 }), value: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (most, steps) => {
        const count = new DistinctCount(100);
        let at = START;
        const came: { at: number; value: string }[] = [];
        for (const { wait, value } of steps) {
          at += wait;
          const total = count.total(at);
          if (total + count.more([String(value)]) > most) continue;
          count.add([String(value)], at);
          came.push({ at, value: String(value) });
        }
        for (const { at: from } of came) {
          const within = came.filter((each) => each.at >= from && each.at < from + 100);
          expect(new Set(within.map(({ value }) => value)).size).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
