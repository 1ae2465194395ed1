// How long to wait before events are sent again: longer each time, and never for good, since nothing is ever dropped.

export type Pauses = Readonly<{ firstMs: number; longestMs: number }>;

export const defaultPauses: Pauses = { firstMs: 250, longestMs: 30_000 };
/** Statements wait for this sink: when it is back, they run again soon. */
export const strictPauses: Pauses = { firstMs: 100, longestMs: 2_000 };

const WISH_MOST_MS = 5 * 60_000;

/**
 * Twice as long after each attempt, and spread over the second half of it, so that gateways that lost a sink together
 * don't come back to it together. A sink that says when to come again is not asked sooner.
 */
export function pauseMs(
  attempts: number,
  afterSeconds: number | undefined,
  { firstMs, longestMs }: Pauses,
  random: () => number,
): number {
  const grown = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 32));
  const wished = Math.min((afterSeconds ?? 0) * 1000, WISH_MOST_MS);
  return Math.max(grown * (0.5 + random() / 2), wished);
}
