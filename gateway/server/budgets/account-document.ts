// An account as the state database keeps it: its counts by their names, with moments in milliseconds since the epoch.
import { Account, Amount } from './account.ts';
import { DistinctCount } from './distinct-count.ts';
import { secondsOf } from './spending.ts';
import { WindowCount } from './window-count.ts';

export type AccountDocument = Readonly<{
  amounts: Readonly<
    Record<
      string,
      Readonly<{
        portions: readonly (readonly [dropAt: number, amount: number])[];
        held: Readonly<Record<string, number>>;
      }>
    >
  >;
  values: Readonly<Record<string, readonly (readonly [value: string, dropAt: number])[]>>;
}>;

export function accountOf({ amounts, values }: AccountDocument): Account {
  const account = new Account();
  for (const [key, { portions, held }] of Object.entries(amounts)) {
    const before = portions.map(([dropAt, amount]) => ({ dropAt, amount }));
    const count = new WindowCount(secondsOf(key) * 1000, before);
    account.amounts.set(key, new Amount(count, Object.entries(held)));
  }
  for (const [key, before] of Object.entries(values))
    account.distinct.set(key, new DistinctCount(secondsOf(key) * 1000, before));
  return account;
}

/** Without what is over by `now`. `forgetAt`: when nothing of it counts any more, if nobody changes it before. */
export function documentOf(
  account: Account,
  now: number,
): Readonly<{ document: AccountDocument; forgetAt: number }> {
  const amounts: Record<string, AccountDocument['amounts'][string]> = {};
  const values: Record<string, AccountDocument['values'][string]> = {};
  let forgetAt = now;
  for (const [key, { count, held }] of account.amounts) {
    if (count.total(now) === 0 && held.size === 0) continue;
    const portions = count.portions.map(({ dropAt, amount }) => [dropAt, amount] as const);
    amounts[key] = { portions, held: Object.fromEntries(held) };
    // What is held counts from when it is settled, or its holder found dead.
    const end = held.size > 0 ? now + HELD_MOST_MS : 0;
    forgetAt = Math.max(forgetAt, portions.at(-1)?.[0] ?? 0, end);
  }
  for (const [key, count] of account.distinct) {
    if (count.total(now) === 0) continue;
    values[key] = count.values;
    forgetAt = Math.max(forgetAt, count.values.at(-1)?.[1] ?? 0);
  }
  return { document: { amounts, values }, forgetAt };
}

/** As long as the longest time that budgets can have, and a day. */
const HELD_MOST_MS = 32 * 86_400_000;
