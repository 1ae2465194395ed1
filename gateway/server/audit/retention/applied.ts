// What retention came to: of a chain, of a process, and of all of them together.
import type { NotTaken, RetentionReport } from '../../../audit/index.ts';

export type Applied = Readonly<{
  /** By the names of their folders. */
  chains: readonly string[];
  /** Those that have to wait, and why. */
  left_out: readonly Readonly<{ chain: string; because: NotTaken }>[];
  segments: Readonly<{ read: number; deleted: number }>;
  events: Readonly<{ redacted: number; held: number }>;
  recordings: Readonly<{ deleted: number; held: number }>;
  /** Chains of which nothing is left, as events carry them. */
  removed_chains?: readonly string[];
}>;

/** `silent`: so many processes did not answer, or could not. */
export type AppliedElsewhere = Readonly<{ applied: readonly Applied[]; silent: number }>;
export type AppliedEverywhere = Applied & Pick<AppliedElsewhere, 'silent'>;

const none: Applied = {
  ...{ chains: [], left_out: [], segments: { read: 0, deleted: 0 } },
  ...{ events: { redacted: 0, held: 0 }, recordings: { deleted: 0, held: 0 } },
};

export const leftOut = (chain: string, because: NotTaken): Applied => ({
  ...none,
  left_out: [{ chain, because }],
});

export function appliedTo(
  chain: string,
  { segments, recordings: { deleted, held } }: RetentionReport,
  /** So many segments went, or would go, as a whole. */
  deletedSegments: number,
): Applied {
  const sum = (of: (each: RetentionReport['segments'][number]) => number) =>
    segments.reduce((all, each) => all + of(each), 0);
  return {
    ...{ chains: [chain], left_out: [] },
    segments: { read: segments.length, deleted: deletedSegments },
    events: {
      redacted: sum(({ redacted }) => redacted),
      held: sum(({ held: each }) => each),
    },
    recordings: { deleted, held },
  };
}

export const together = (all: readonly Applied[]): Applied =>
  all.reduce((one, other) => {
    const removed = [...(one.removed_chains ?? []), ...(other.removed_chains ?? [])];
    return {
      chains: [...one.chains, ...other.chains],
      left_out: [...one.left_out, ...other.left_out],
      segments: added(one.segments, other.segments),
      events: added(one.events, other.events),
      recordings: added(one.recordings, other.recordings),
      ...(removed.length === 0 ? {} : { removed_chains: removed }),
    };
  }, none);

export const isNothing = ({ segments, events, recordings, removed_chains: removed = [] }: Applied): boolean =>
  segments.deleted + events.redacted + recordings.deleted + removed.length === 0;

const added = <Key extends string>(
  one: Readonly<Record<Key, number>>,
  other: Readonly<Record<Key, number>>,
): Record<Key, number> =>
  Object.fromEntries((Object.keys(one) as Key[]).map((key) => [key, one[key] + other[key]])) as Record<
    Key,
    number
  >;
