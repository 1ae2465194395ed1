// How long to wait before events are sent again: longer each time, and never for good, since nothing is ever dropped.
import type { Pauses } from '../../lib/index.ts';

const longestWishMs = 5 * 60_000;

export const defaultPauses: Pauses = { firstMs: 250, longestMs: 30_000, longestWishMs };
/** Statements wait for this sink: when it is back, they run again soon. */
export const strictPauses: Pauses = { firstMs: 100, longestMs: 2_000, longestWishMs };
