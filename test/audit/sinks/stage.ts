// A journal with events, and what ships them to sinks, in a folder that is gone afterwards.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Journal,
  openJournal,
  type Shipping,
  startShipping,
  subjectOf,
} from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { createLog, silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { waitUntil } from '../../support/wait.ts';

type AuditConfig = Config['audit'];
export type SinkConfig = AuditConfig['sinks'][number];

/** As a configuration has it once its defaults are filled in. */
export const sinkConfig = (config: Pick<SinkConfig, 'kind' | 'name'> & Partial<SinkConfig>): SinkConfig => ({
  timeout_seconds: 5,
  refused: 'wait',
  ...config,
  batch: { seconds: 0.02, ...config.batch },
});

export const auditConfig = (sinks: readonly SinkConfig[], more: Partial<AuditConfig> = {}): AuditConfig =>
  ({
    mode: 'journal',
    strict_seconds: 5,
    journal: { max_bytes: 1 << 30, segment_bytes: 64 << 20, sync_milliseconds: 50 },
    signing: { every_seconds: 3_600 },
    ...more,
    sinks,
  }) as AuditConfig;

export type Stage = Readonly<{
  folder: string;
  journal: Journal;
  shipping: Shipping;
  /** Appends events of the kind that statements make; resolves to their ids. */
  append(count: number): string[];
  /** Until every sink has everything. */
  shipped(milliseconds?: number): Promise<void>;
  report(sink: string): Shipping['health'][number];
  close(): Promise<void>;
}>;

export type StageOptions = Readonly<{
  folder?: string;
  more?: Partial<AuditConfig>;
  log?: typeof silentLog;
}>;

export async function openStage(sinks: readonly SinkConfig[], options: StageOptions = {}): Promise<Stage> {
  const { more = {}, log = process.env.LOUD === undefined ? silentLog : createLog('info') } = options;
  const home = options.folder ?? (await temporaryFolder());
  const config = auditConfig(sinks, more);
  const folder = join(home, 'audit', 'gateway-0');
  const parts = { folder, config, log, clock: systemClock };
  const journal = await openJournal({ ...parts, chain: 'gateway-0', sinks: sinks.map(({ name }) => name) });
  const shipping = startShipping({ ...parts, journal });
  const draft = drafts();
  return {
    ...{ folder, journal, shipping },
    append: (count) => Array.from({ length: count }, () => journal.append(draft())),
    async shipped(milliseconds = 30_000) {
      const behind = () => shipping.health.every((sink) => sink.behind === 0);
      await waitUntil('every sink to have everything', behind, { milliseconds, every: 5 });
    },
    report(sink) {
      const found = shipping.health.find(({ name }) => name === sink);
      if (found === undefined) throw new Error(`no sink ${sink}`);
      return found;
    },
    async close() {
      await shipping.close();
      await journal.close();
      if (options.folder === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

/** Gone with the process, at the latest. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-sinks-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a password looks like that must be nowhere but in its file. */
export const secret = 'correct-horse-battery-staple';

/** Intents of ten statements in five sessions, one after the other. */
export function drafts(): () => Parameters<Journal['append']>[0] {
  const sessions = Array.from({ length: 5 }, (_, at) =>
    subjectOf({
      principal: `agent:bot-${at}`,
      resource: 'orders',
      input: { identity: { principal: `agent:bot-${at}`, kind: 'agent' } },
    }),
  );
  const statements = Array.from({ length: 10 }, (_, at) =>
    subjectOf({
      text: `SELECT name, "ssn" FROM customers_${at} WHERE id = $1 -- naïve \\ "quoted" 🐘`,
      decision: { effect: 'mask', rule: 'pii.mask_ssn', reason: 'for people' },
      input: {
        statement: {
          kind: 'select',
          relations: [{ schema: 'public', name: `customers_${at}`, access: ['select'], labels: [] }],
          columns: [
            {
              schema: 'public',
              relation: `customers_${at}`,
              name: 'ssn',
              labels: ['pii.ssn'],
              used: ['output'],
            },
          ],
        },
      },
    }),
  );
  let next = 0;
  return () => {
    const at = next++;
    return {
      type: at % 7 === 6 ? 'statement.refused' : 'statement.intent',
      session: `session-${at % 5}`,
      subjects: {
        session: sessions[at % 5] as (typeof sessions)[number],
        statement: statements[at % 10] as (typeof statements)[number],
      },
      members: { decision_id: `decision-${at}`, parameters: ['$1 redacted'] },
    };
  };
}
