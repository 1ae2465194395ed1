// How long to wait before something is sent again to whoever didn't take it.

export type Pauses = Readonly<{
  firstMs: number;
  longestMs: number;
  /** What a service may ask for at most; without it, the longest pause. */
  longestWishMs?: number;
}>;

/**
 * Twice as long after each attempt, and spread over the second half of it, so that what failed together doesn't come
 * back together. Whoever says when to come again is not asked sooner.
 */
export function pauseMs(
  attempts: number,
  afterSeconds: number | undefined,
  { firstMs, longestMs, longestWishMs = longestMs }: Pauses,
  random: () => number,
): number {
  const grown = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 32));
  const wished = Math.min((afterSeconds ?? 0) * 1000, longestWishMs);
  return Math.max(grown * (0.5 + random() / 2), wished);
}
