// Retention of what lies in files, as work for a thread: a journal is read as a whole for it.
import { filesOf } from '../query/source/parts.ts';
import { Fates } from './fate.ts';
import { heldApprovals } from './held-approvals.ts';
import type { HoldScope } from './hold.ts';
import { applyToSegments, type SegmentReport } from './journal-retention.ts';
import { applyToRecordings, type RecordingsReport } from './recording-retention.ts';
import { Expiry, type RetentionRules } from './rules.ts';

export type RetentionRequest = Readonly<{
  /** Segments that are complete, and that every sink has. */
  files: readonly string[];
  /** The folder of all chains, in which a held statement and the answers to its request may be; undefined: there are these. */
  chains?: string | undefined;
  /** Their folder; undefined: they are somebody else's. */
  recordings?: string | undefined;
  /** None of the segments is left to be deleted: all that are over lose what was in them. */
  keepsSegments?: boolean;
  rules: RetentionRules;
  held: readonly HoldScope[];
  now: number;
  isDry: boolean;
}>;

export type RetentionReport = Readonly<{ segments: readonly SegmentReport[]; recordings: RecordingsReport }>;

export async function applyRetention(request: RetentionRequest): Promise<RetentionReport> {
  const { files, chains, recordings: folder, keepsSegments = false, rules, held, now, isDry } = request;
  const expiry = new Expiry(rules, now);
  const all = chains === undefined ? files : await filesOf(chains);
  const fates = new Fates(expiry, held, await heldApprovals(all, held));
  const segments = await applyToSegments(files, fates, { isDry, keepsSegments });
  const before = expiry.ofType('recording');
  const recordings =
    before === undefined || folder === undefined
      ? { deleted: 0, held: 0, removed: [] }
      : await applyToRecordings({ folder, before, held, heldSessions: fates.heldSessions, isDry });
  return { segments, recordings };
}
