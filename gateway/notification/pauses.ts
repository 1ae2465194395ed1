// How long to wait before a message is sent again, and for how long it is tried at all.

export type Pauses = Readonly<{ firstMs: number; longestMs: number; giveUpMs: number }>;

export const defaultPauses: Pauses = {
  firstMs: 2_000,
  longestMs: 15 * 60_000,
  giveUpMs: 24 * 3_600_000,
};

/**
 * Twice as long after each attempt, and spread over the second half of it, so that what failed together doesn't come
 * back together. Whoever says when to come again is not asked sooner.
 */
export function pauseMs(
  attempts: number,
  afterSeconds: number | undefined,
  { firstMs, longestMs }: Pauses,
  random: () => number,
): number {
  const grown = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 32));
  const spread = grown * (0.5 + random() / 2);
  const wished = Math.min((afterSeconds ?? 0) * 1000, longestMs);
  return Math.max(spread, wished);
}
