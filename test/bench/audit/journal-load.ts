// Intents and outcomes as sessions write them, without sessions: what the journal itself takes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { openJournal, subjectOf } from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';

export type JournalLoad = Readonly<{ perSecond: number; pairCpuUs: number }>;

const config = {
  mode: 'journal',
  strict_seconds: 5,
  journal: { max_bytes: 1 << 30, segment_bytes: 1 << 26, sync_milliseconds: 50 },
  signing: { every_seconds: 60 },
  sinks: [],
} as unknown as Config['audit'];

/** One of eight sessions has an answer for each statement of its own, and the loop turns between. */
const AT_ONCE = 8;

export async function loadJournal(seconds: number): Promise<JournalLoad> {
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-journal-'));
  const options = { folder, chain: 'bench', config, log: silentLog, clock: systemClock };
  const journal = await openJournal(options);
  const subjects = {
    session: subjectOf({
      principal: 'bench',
      resource: 'bench',
      input: { identity: { groups: ['a', 'b'] } },
    }),
    statement: subjectOf({ text: 'SELECT abalance FROM pgbench_accounts WHERE aid = $1', decision: {} }),
  };
  try {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    let events = 0;
    while (performance.now() - began < seconds * 1000) {
      const ids: string[] = [];
      for (let at = 0; at < AT_ONCE; at++)
        ids.push(
          journal.append({
            ...{ type: 'statement.intent', session: `session-${at}`, subjects },
            members: '"parameters":["12345"],"path":"bind"',
          }),
        );
      await turn();
      for (const [at, statement] of ids.entries())
        journal.appendSoon({
          ...{ type: 'statement.outcome', session: `session-${at}`, statement },
          members:
            '"outcome":{"affected":0,"bytes":15,"milliseconds":0.123,"rows":1,"state":"complete","tag":"SELECT 1"}',
        });
      events += 2 * AT_ONCE;
    }
    const spent = process.cpuUsage(cpu);
    const elapsed = (performance.now() - began) / 1000;
    return { perSecond: events / elapsed, pairCpuUs: ((spent.user + spent.system) * 2) / events };
  } finally {
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  }
}
