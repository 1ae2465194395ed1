// A week at a busy gateway, written by the journal itself: what a policy change is tried with.
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { openJournal } from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { Traffic, type TrafficOptions } from './traffic.ts';

const config = {
  mode: 'journal',
  strict_seconds: 5,
  journal: { max_bytes: 2 ** 36, segment_bytes: 2 ** 26, sync_milliseconds: 1000 },
  signing: { every_seconds: 60 },
  sinks: [],
} as unknown as Config['audit'];

const weekMs = 7 * 86_400_000;
/** Behind the beginning of the week, so that it is still this week when it is asked about. */
const marginMs = 3_600_000;
const atOnce = 500;

export type RecordedWeek = Readonly<{
  /** Decisions on logins and statements. */
  inputs: number;
  events: number;
}>;

/** Ends now, with so many decisions in it. */
export async function recordWeek(
  folder: string,
  wanted: number,
  options: TrafficOptions,
): Promise<RecordedWeek> {
  const began = Date.now() - weekMs + marginMs;
  const step = (weekMs - marginMs) / wanted;
  let now = began;
  const clock = { ...systemClock, now: () => Math.floor(now) };
  const chain = 'gateway-0';
  const journal = await openJournal({
    folder: path.join(folder, chain),
    chain,
    config,
    log: silentLog,
    clock,
  });
  const traffic = new Traffic(options);
  let inputs = 0;
  let events = 0;
  try {
    for (let round = 1; inputs < wanted; round++) {
      now = began + inputs * step;
      const { opened, approved, first, outcome } = traffic.next(now);
      for (const before of opened === undefined ? approved : [opened, ...approved]) journal.append(before);
      const statement = journal.append(first);
      if (outcome !== undefined) journal.appendSoon({ ...outcome, statement });
      inputs += opened === undefined ? 1 : 2;
      events += 1 + approved.length + (opened === undefined ? 0 : 1) + (outcome === undefined ? 0 : 1);
      if (round % atOnce === 0) await turn();
    }
  } finally {
    await journal.close();
  }
  return { inputs, events };
}
