// What a journal is opened with in tests, and what is written into it.
import type { Journal } from '../../../gateway/audit/journal/types.ts';
import type { AuditConfig } from '../../../gateway/config/index.ts';

export type Settings = Readonly<{
  mode?: 'journal' | 'strict';
  strict_sink?: string;
  strict_seconds?: number;
  journal?: Partial<AuditConfig['journal']>;
  every_seconds?: number;
}>;

export function auditConfig({ journal, every_seconds = 60, ...own }: Settings = {}): AuditConfig {
  const defaults = { max_bytes: 1 << 30, segment_bytes: 1 << 26, sync_milliseconds: 50 };
  const config = { mode: 'journal', strict_seconds: 5, sinks: [], signing: { every_seconds }, ...own };
  return { ...config, journal: { ...defaults, ...journal } } as unknown as AuditConfig;
}

/** Intent and outcome of a statement, as the gateway writes them. */
export function writeStatement(journal: Journal, number: number, subjects = {}): string {
  const id = journal.append({
    type: 'statement.intent',
    session: `s${number % 3}`,
    subjects,
    members: { parameters: [number] },
  });
  journal.appendSoon({
    type: 'statement.outcome',
    session: `s${number % 3}`,
    statement: id,
    members: '"outcome":{"rows":1,"state":"complete"}',
  });
  return id;
}
