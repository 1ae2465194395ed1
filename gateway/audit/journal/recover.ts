// What a journal says of itself after a crash: statements and sessions that nobody saw to their ends, and what had to be
// repaired.
import { endedWithGateway } from '../event/event.ts';
import type { ChainEndFound } from './find-end.ts';
import type { Journal } from './types.ts';

type Found = Readonly<{
  end: ChainEndFound;
  wasClosed: boolean;
  /** The last event before numbers that were left out. */
  skippedAfter: number | undefined;
}>;

/** Writes with the next event: a disk that is full now does not keep the gateway from starting. */
export function recover(journal: Journal, { end, wasClosed, skippedAfter }: Found): void {
  const { open, sessions, wholeBytes, bytes, damagedAt } = end.scan;
  const cutBytes = bytes - wholeBytes;
  const isWhole = wasClosed && cutBytes === 0 && damagedAt === undefined;
  // First of all, since it is what explains a gap before it.
  if (!isWhole || open.size > 0) {
    const damaged = damagedAt === undefined ? undefined : { segment: end.segment, offset: damagedAt };
    const recovered = { cut_bytes: cutBytes, damaged, skipped_after: skippedAfter, unknown: open.size };
    journal.appendSoon({ type: 'audit.recovered', members: { recovered } });
  }
  for (const [statement, session] of open) {
    journal.appendSoon({
      type: 'statement.outcome',
      ...(session === '' ? {} : { session }),
      statement,
      members: {
        outcome: { state: 'unknown', because: 'the gateway ended before the answer was complete' },
      },
    });
  }
  for (const session of sessions)
    journal.appendSoon({ type: 'session.ended', session, members: { why: endedWithGateway } });
}
