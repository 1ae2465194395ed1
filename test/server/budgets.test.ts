// Budgets: never more than they allow in any stretch of their time, for one process and for several.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { LeasedBudgets } from '../../gateway/server/budgets/leased-budgets.ts';
import { LocalBudgets } from '../../gateway/server/budgets/local-budgets.ts';
import type { Lease } from '../../gateway/server/budgets/spend-of-account.ts';
import type { Spending } from '../../gateway/server/budgets/spending.ts';
import { takingsOf } from '../../gateway/server/budgets/spendings.ts';
import { WindowCount } from '../../gateway/server/budgets/window-count.ts';
import type { StatementFacts } from '../../gateway/sql/index.ts';
import fc from '../support/properties.ts';

const START = 1_800_000_000_123;
let now = START;
const clock = { now: () => now };
beforeEach(() => {
  now = START;
});

const spending = (seconds: number, most: number, amount = 1, rule = 'role.a'): Spending => ({
  of: 'statements',
  seconds,
  most,
  amount,
  rule,
});

/** Nothing is counted while answers pass. */
const noAnswers = {
  reserve: () => Promise.reject(new Error('nobody asks')),
  settle: () => undefined,
};

/** The most of what happened within one stretch of time, wherever it begins. */
function busiest(
  happened: readonly Readonly<{ at: number; amount: number }>[],
  milliseconds: number,
): number {
  const inStretch = ({ at: from }: { at: number }) =>
    happened
      .filter(({ at }) => at >= from && at < from + milliseconds)
      .reduce((sum, { amount }) => sum + amount, 0);
  return Math.max(0, ...happened.map(inStretch));
}

describe('a budget', () => {
  test('is spent statement by statement, and says in words when there is room again', () => {
    const budgets = new LocalBudgets(clock);
    for (let count = 0; count < 3; count++) {
      expect(budgets.spend('a', [spending(60, 3)])).toBeUndefined();
      now += 1_000;
    }
    const refusal = budgets.spend('a', [spending(60, 3)]);
    expect(refusal).toMatchObject({
      code: 'budget_spent',
      sqlstate: '53400',
      message: expect.stringMatching(
        /^refused by policy rule "role.a": the budget of 3 statements a minute is spent; there is room again in 5[78] seconds$/,
      ),
    });
    expect(budgets.spend('b', [spending(60, 3)])).toBeUndefined();
  });

  test('has room when it said so', () => {
    const budgets = new LocalBudgets(clock);
    budgets.spend('a', [spending(3600, 1)]);
    now += 1_234;
    const wait = Number(/in (\d+) seconds/.exec(budgets.spend('a', [spending(3600, 1)])?.message ?? '')?.[1]);
    now += (wait - 1) * 1000 - 1;
    expect(budgets.spend('a', [spending(3600, 1)])).toBeInstanceOf(Fault);
    now += 1_001;
    expect(budgets.spend('a', [spending(3600, 1)])).toBeUndefined();
  });

  test('is not spent by what another budget refuses', () => {
    const budgets = new LocalBudgets(clock);
    budgets.spend('a', [spending(60, 1)]);
    for (let count = 0; count < 5; count++) {
      expect(budgets.spend('a', [spending(3600, 1), spending(60, 1)])).toBeInstanceOf(Fault);
    }
    expect(budgets.spend('a', [spending(3600, 1)])).toBeUndefined();
  });

  test('takes the statements of one text all or not at all', () => {
    const budgets = new LocalBudgets(clock);
    expect(budgets.spend('a', [spending(60, 5, 3)])).toBeUndefined();
    expect(budgets.spend('a', [spending(60, 5, 3)])).toBeInstanceOf(Fault);
    expect(budgets.spend('a', [spending(60, 5, 2)])).toBeUndefined();
    expect(budgets.spend('a', [spending(60, 5, 6)])?.message).toContain(
      'it never has room for 6 statements at once',
    );
  });

  test('that became smaller counts what ran under the larger one', () => {
    const budgets = new LocalBudgets(clock);
    expect(budgets.spend('a', [spending(86_400, 100, 50)])).toBeUndefined();
    expect(budgets.spend('a', [spending(86_400, 50)])?.message).toContain('50 statements a day is spent');
  });

  test('is not freed by a clock that is set back', () => {
    const budgets = new LocalBudgets(clock);
    budgets.spend('a', [spending(60, 2)]);
    now -= 3_600_000;
    budgets.spend('a', [spending(60, 2)]);
    expect(budgets.spend('a', [spending(60, 2)])).toBeInstanceOf(Fault);
    now += 3_600_000 + 59_999;
    expect(budgets.spend('a', [spending(60, 2)])).toBeInstanceOf(Fault);
  });

  test('is forgotten once it is whole again, and nobody comes in where all counts are in use', () => {
    const budgets = new LocalBudgets(clock, 2_000);
    for (let index = 0; index < 2_000; index++) {
      expect(budgets.spend(`principal ${index}`, [spending(60, 1)])).toBeUndefined();
    }
    expect(budgets.spend('another', [spending(60, 1)])).toMatchObject({ code: 'budget_not_counted' });
    expect(budgets.spend('principal 7', [spending(60, 1)])).toMatchObject({ code: 'budget_spent' });
    now += 62_000;
    expect(budgets.spend('another', [spending(60, 1)])).toBeUndefined();
  });

  test('is never exceeded in any stretch of its time, and refuses only where that is nearly full', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 9_000 }),
      amount: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 4, max: 30 }),
        fc.array(step),
        (s, most, steps) => {
          now = START;
          const budgets = new LocalBudgets(clock);
          const ran: { at: number; amount: number }[] = [];
          for (const { wait, amount } of steps) {
            now += wait;
            if (budgets.spend('a', [spending(s, most, amount)]) === undefined) ran.push({ at: now, amount });
            else {
              // Nothing is counted for longer than its time and one step of it.
              const since = now - s * 1000 * (1 + 1 / 64) - 1;
              const recent = ran.filter(({ at }) => at > since).reduce((sum, each) => sum + each.amount, 0);
              expect(recent + amount).toBeGreaterThan(most);
            }
          }
          expect(busiest(ran, s * 1000)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  test('takes as many numbers as its time has steps, however much is counted', () => {
    const count = new WindowCount(3_600_000);
    const moments = new Set<number>();
    for (let index = 0; index < 100_000; index++) {
      now += 36;
      moments.add(count.add(1, now));
    }
    expect(moments.size).toBeLessThanOrEqual(65);
    expect(count.total(now)).toBe(100_000);
    expect(count.total(now + 3_700_000)).toBe(0);
  });
});

describe('the budgets of several processes', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A process whose messages take their time. */
  class Process {
    asked = 0;
    readonly budgets: LeasedBudgets;

    constructor(counts: LocalBudgets, takes: () => number) {
      const travel = () => new Promise<void>((resolve) => setTimeout(resolve, takes()));
      this.budgets = new LeasedBudgets(
        {
          spend: async (account, spendings, ahead) => {
            this.asked += 1;
            await travel();
            const leases = counts.lease(account, spendings, ahead);
            await travel();
            this.budgets.leased(account, leases);
          },
          giveBack: (account, leases: readonly Lease[]) => {
            travel().then(() => counts.giveBack(account, leases));
          },
          ...noAnswers,
        },
        clock,
      );
    }
  }

  async function pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed++) {
      now += 1;
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  test('are one, and few statements wait for the process that counts', async () => {
    const counts = new LocalBudgets(clock);
    const processes = [new Process(counts, () => 1), new Process(counts, () => 1)];
    const ends: (Fault | undefined)[] = [];
    for (let index = 0; index < 3_000; index++) {
      const spent = processes[index % 2]?.budgets.spend('a', [spending(3600, 1000)]);
      if (spent instanceof Promise) spent.then((end) => ends.push(end));
      else ends.push(spent);
      if (index % 3 === 0) await pass(1);
    }
    await pass(2_000);
    expect(ends).toHaveLength(3_000);
    expect(ends.filter((end) => end === undefined).length).toBeLessThanOrEqual(1000);
    expect(ends.filter((end) => end === undefined).length).toBeGreaterThan(900);
    // What was handed out and not used is there again.
    let more = 0;
    while (counts.spend('a', [spending(3600, 1000)]) === undefined) more += 1;
    expect(ends.filter((end) => end === undefined).length + more).toBe(1000);
  });

  test('have what the process that counts refuses refused, with its words', async () => {
    const counts = new LocalBudgets(clock);
    const { budgets } = new Process(counts, () => 1);
    counts.spend('a', [spending(60, 1)]);
    const spent = budgets.spend('a', [spending(60, 1)]);
    await pass(5);
    expect(await spent).toMatchObject({ code: 'budget_spent' });
  });

  test('are refused when nobody counts', async () => {
    const lost = { spend: () => Promise.reject(new Error('gone')), giveBack: () => undefined, ...noAnswers };
    const budgets = new LeasedBudgets(lost, clock);
    expect(await budgets.spend('a', [spending(60, 9)])).toMatchObject({ code: 'budget_not_counted' });
  });

  test('lease nothing of a budget to one of another size', async () => {
    const counts = new LocalBudgets(clock);
    const one = new Process(counts, () => 1);
    const first = one.budgets.spend('a', [spending(3600, 1000)]);
    await pass(5);
    expect(await first).toBeUndefined();
    expect(one.budgets.spend('a', [spending(3600, 1000)])).toBeUndefined();
    const smaller = one.budgets.spend('a', [spending(3600, 2)]);
    await pass(5);
    expect(await smaller).toMatchObject({ code: 'budget_spent' });
  });

  test('count a lease for as long as if all of it were used in its last moment', async () => {
    const counts = new LocalBudgets(clock);
    const one = new Process(counts, () => 0);
    const four = [spending(4, 64)];
    const first = one.budgets.spend('a', four);
    await pass(1);
    expect(await first).toBeUndefined();
    await pass(240);
    for (let used = 0; used < 3; used++) expect(one.budgets.spend('a', four)).toBeUndefined();
    expect(counts.spend('a', [spending(4, 64, 60)])).toBeUndefined();
    // What was leased is older than the time, what came of it is not.
    await pass(3_860);
    expect(counts.spend('a', [spending(4, 64, 2)])).toBeInstanceOf(Fault);
  });

  test('give back what is left of a lease once, whatever comes after it', async () => {
    const given: Lease[] = [];
    const lender = {
      spend: () => Promise.resolve(),
      giveBack: (_: string, leases: readonly Lease[]) => given.push(...leases),
      ...noAnswers,
    };
    const budgets = new LeasedBudgets(lender, clock);
    const lease = (until: number) => ({
      seconds: 60,
      most: 90,
      amount: 5,
      until: START + until,
      dropAt: until,
    });
    budgets.leased('a', [lease(100)]);
    await pass(50);
    budgets.leased('a', [lease(200)]);
    expect(budgets.spend('a', [spending(60, 90, 2)])).toBeUndefined();
    await pass(300);
    expect(given.map(({ dropAt, amount }) => [dropAt, amount])).toEqual([
      [100, 3],
      [200, 5],
    ]);
  });

  test('use no lease that is over, even before it has gone back', async () => {
    const one = new Process(new LocalBudgets(clock), () => 0);
    const first = one.budgets.spend('a', [spending(4, 64)]);
    await pass(1);
    expect(await first).toBeUndefined();
    now += 250;
    expect(one.budgets.spend('a', [spending(4, 64)])).toBeInstanceOf(Promise);
  });

  test('together are never exceeded in any stretch of their time', async () => {
    const step = fc.record({
      process: fc.nat({ max: 1 }),
      wait: fc.integer({ min: 0, max: 300 }),
      amount: fc.integer({ min: 1, max: 3 }),
      takes: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 3, max: 200 }),
        fc.array(step, { minLength: 20, maxLength: 120 }),
        async (seconds, most, steps) => {
          now = START;
          const counts = new LocalBudgets(clock);
          let takes = 0;
          const processes = [new Process(counts, () => takes), new Process(counts, () => takes)];
          const ran: { at: number; amount: number }[] = [];
          for (const { process, wait, amount, takes: slow } of steps) {
            takes = slow;
            await pass(wait);
            const spent = processes[process]?.budgets.spend('a', [spending(seconds, most, amount)]);
            if (spent === undefined) ran.push({ at: now, amount });
            else if (spent instanceof Promise) {
              spent.then((end) => end === undefined && ran.push({ at: now, amount }));
            }
          }
          await pass(2_000);
          expect(busiest(ran, seconds * 1000)).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const noFacts: StatementFacts = {
  ...{ kind: 'select', tag: 'SELECT', readOnly: true, limit: undefined, catalogVersion: '' },
  ...{ relations: [], columns: [], functions: [], outputs: [], writes: [], opaque: [] },
  ...{ session: [], objects: [], grants: [], inner: [] },
};

describe('a text takes', () => {
  type Answer = Parameters<typeof takingsOf>[0][number];
  const budget = (window_seconds: number, most: number) =>
    ({ of: 'statements', window_seconds, most }) as const;
  const answer = (budgets: readonly ReturnType<typeof budget>[], rule = 'r', kind = 'select'): Answer => ({
    decided: { decision: { effect: 'allow', rule, limits: { budgets } } },
    facts: { ...noFacts, kind: kind as Answer['facts']['kind'] },
  });

  test.each([
    { name: 'nothing without budgets', answers: [answer([])], want: [] },
    {
      name: 'one from each of its budgets',
      answers: [answer([budget(60, 5), budget(3600, 9)])],
      want: [spending(60, 5, 1, 'r'), spending(3600, 9, 1, 'r')],
    },
    {
      name: 'one for each of its statements',
      answers: [answer([budget(60, 5)]), answer([budget(60, 5)])],
      want: [spending(60, 5, 2, 'r')],
    },
    {
      name: 'from the smallest of different ones',
      answers: [
        answer([budget(60, 5)], 'large'),
        answer([budget(60, 2)], 'small'),
        answer([budget(60, 9)], 'huge'),
      ],
      want: [spending(60, 2, 3, 'small')],
    },
    {
      name: 'one of two for the same time',
      answers: [answer([budget(60, 5), budget(60, 3)])],
      want: [spending(60, 3, 1, 'r')],
    },
    {
      name: 'nothing for the commands of transactions',
      answers: [answer([budget(60, 5)], 'r', 'transaction'), answer([budget(60, 5)])],
      want: [spending(60, 5, 1, 'r')],
    },
  ])('$name', ({ answers, want }) => {
    expect(takingsOf(answers, true)).toEqual({ spendings: want, shares: [] });
  });
});
