// Time as a value that tests can replace.

export type Clock = Readonly<{
  /** Milliseconds since the epoch. */
  now(): number;
}>;

export const systemClock: Clock = { now: () => Date.now() };
