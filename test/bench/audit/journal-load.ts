// Intents and outcomes as sessions write them, without sessions: what the journal itself takes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Journal,
  type JournaledStatement,
  type Lines,
  openJournal,
  outcomesOf,
  StatementContext,
  subjectOf,
} from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';

/** `alone`: each event has a line; `together`: those of a turn share one, as plain statements do. */
export type Form = 'alone' | 'together';

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

export async function loadJournal(form: Form, seconds: number): Promise<JournalLoad> {
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-journal-'));
  const options = { folder, chain: 'bench', config, log: silentLog, clock: systemClock };
  const journal = await openJournal(options);
  const turnOver = form === 'alone' ? alone(journal) : together(journal);
  try {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    let events = 0;
    while (performance.now() - began < seconds * 1000) {
      await turnOver();
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

const subjects = {
  session: subjectOf({ principal: 'bench', resource: 'bench', input: { identity: { groups: ['a', 'b'] } } }),
  statement: subjectOf({ text: 'SELECT abalance FROM pgbench_accounts WHERE aid = $1', decision: {} }),
};
const sessions = Array.from({ length: AT_ONCE }, (_, at) => `session-${at}`);

function alone(journal: Journal): () => Promise<void> {
  return async () => {
    const ids = sessions.map((session) =>
      journal.append({
        ...{ type: 'statement.intent', session, subjects },
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
  };
}

function together(journal: Journal): () => Promise<void> {
  const contexts = sessions.map(
    (session) => new StatementContext(session, subjects, { path: 'bind' }, outcomesOf(session)),
  );
  const answer = { rows: 1, bytes: 15, affected: 0, tag: 'SELECT 1' };
  const writeIntent = (into: Lines) => into.add('["12345"]');
  return async () => {
    const statements = contexts.map((context): JournaledStatement => {
      const statement = { context, seq: 0, writeIntent, microseconds: 123, answer };
      journal.begin(statement);
      return statement;
    });
    await turn();
    for (const statement of statements) journal.complete(statement);
  };
}
