// What budgets are made of: what is counted for whom in which time, and what a statement takes from it.
import type { Fault } from '../../lib/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { Later } from '../guard/facts-of-statement.ts';

type Limits = NonNullable<Exclude<Decision, { effect: 'deny' }>['limits']>;
export type Budget = NonNullable<Limits['budgets']>[number];

/** Which of an account's counts it is. */
export type Counted = Readonly<{
  of: Budget['of'];
  /** Only what carries it; `pii.*` is a group of labels. */
  label?: string | undefined;
  /** Masked cells too. */
  masked?: boolean | undefined;
  seconds: number;
}>;

/** How far a count may go. */
export type Allowance = Counted &
  Readonly<{ most: number /** Of the decision that says so. */; rule: string }>;

/** What a text takes from one budget before it runs. */
export type Spending = Allowance &
  Readonly<{
    amount: number;
    /** Of probes: a keyed hash of each value, and never the value. */
    values?: readonly string[] | undefined;
  }>;

/** A budget that a statement takes from while it runs. */
export type Share = Allowance &
  Readonly<{
    /** How much there must be for it to begin. */
    atOnce: number;
    /** It is told at the end, in one number that may be any: all that is left must be there for it. */
    all: boolean;
  }>;

/** Takes from the shares that it was opened for, by their index. */
export interface Purse {
  /** A message that may take from it is sent. */
  began(): void;
  /** Takes `atLeast`, or more of it in advance, up to `upTo`: how much, or why there is no room. */
  take(index: number, atLeast: number, upTo: number): number | Fault;
  /** What was taken last, and not used. */
  giveBack(index: number, amount: number): void;
  /** One that began takes no more. */
  ended(): void;
}

/** What was taken in advance may be used for so long. */
export const ADVANCE_MS = 1_000;

/** For the whole gateway: with several workers one process keeps the counts, of several gateways the state database. */
export interface Budgets {
  /** Counts all or nothing. `account`: whose budgets they are. Gives why the statement must not run, if so. */
  spend(account: string, spendings: readonly Spending[]): Later<Fault | undefined>;
  /** For what is counted while the answer passes. */
  open(account: string, shares: readonly Share[]): Later<Purse | Fault>;
  /** Keyed, with a key of those who count together: what probes are counted by, and never their values. */
  hash(text: string): string;
  /** Another value: a purse that was opened before may have given back what it held. */
  readonly epoch: unknown;
}

/** Of a count by its name: how long its time is. */
export const secondsOf = (key: string): number => Number(key.split(' ')[1]);

/** The name of a count within its account. */
export const countKey = ({ of, label, masked, seconds }: Counted): string =>
  label === undefined && masked !== true
    ? `${of} ${seconds}`
    : `${of} ${seconds} ${masked === true} ${label ?? ''}`;
