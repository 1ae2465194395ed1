// How long to wait before a message is sent again, and for how long it is tried at all.
import type { Pauses } from '../lib/index.ts';

export type SendingPauses = Pauses & Readonly<{ giveUpMs: number }>;

export const defaultPauses: SendingPauses = {
  firstMs: 2_000,
  longestMs: 15 * 60_000,
  giveUpMs: 24 * 3_600_000,
};
