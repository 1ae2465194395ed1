// Retention of what this process keeps of the audit: once a day, and when an administrator says so.
import { join } from 'node:path';
import {
  type HoldScope,
  holdsInForce,
  type Journal,
  type RetentionReport,
  type RetentionRequest,
} from '../../../audit/index.ts';
import type { Config } from '../../../config/index.ts';
import { type Clock, type Log, OffThread } from '../../../lib/index.ts';
import type { State } from '../../../state/index.ts';
import type { Members } from '../trail.ts';

export type RetentionOptions = Readonly<{
  config: () => Config;
  journal: () => Journal;
  hasState: () => Promise<boolean>;
  state: () => Promise<State>;
  tell: (type: string, members: Members, session?: string) => void;
  clock: Clock;
  log: Log;
}>;

export type Applied = Readonly<{
  segments: Readonly<{ read: number; deleted: number }>;
  events: Readonly<{ redacted: number; held: number }>;
  recordings: Readonly<{ deleted: number; held: number }>;
}>;

const job = {
  module: import.meta.resolve('../../../audit/retention/retention-job.ts'),
  name: 'applyRetention',
};
const dayMs = 86_400_000;
/** A gateway that has just started has better things to do. */
const firstMs = 600_000;
const lookMs = 60_000;

export class Retention {
  readonly #options: RetentionOptions;
  readonly #thread = new OffThread({
    milliseconds: 3_600_000,
    megabytes: 2_048,
    lingerMilliseconds: 0,
    waiting: 4,
  });
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** Until it is known, something is. */
  #mayBeHeld = true;
  #closed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#next(firstMs);
    void this.look();
  }

  /** A hold is in force, as far as this process knows. */
  get mayBeHeld(): boolean {
    return this.#mayBeHeld;
  }

  /** Whether anything is held now; again in a minute. What it knew holds where that can't be read. */
  async look(): Promise<void> {
    clearTimeout(this.#looking);
    try {
      this.#mayBeHeld = (await this.#holds()).length > 0;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'legal holds cannot be read');
    }
    if (!this.#closed) this.#looking = setTimeout(() => void this.look(), lookMs).unref();
  }

  /** `isDry`: says what would go. Throws where the holds can't be read: then nothing goes. */
  async apply(isDry: boolean): Promise<Applied> {
    const { config, journal, tell, clock } = this.#options;
    const rules = config().audit.retention;
    const held = await this.#holds();
    this.#mayBeHeld = held.length > 0;
    const files = shipped(journal());
    const request: RetentionRequest = {
      ...{ files, recordings: recordingsIn(config()), rules, held, now: clock.now(), isDry },
    };
    const report = await this.#thread
      .run<RetentionRequest, Promise<RetentionReport>>(job, request)
      .then((each) => each);
    // Whoever verifies must not take them for stolen.
    for (const { file, session } of report.recordings.removed)
      tell('recording.removed', { recording: { file, because: 'retention' } }, session);
    const over = new Set(report.segments.filter(({ isOver }) => isOver).map(({ file }) => file));
    const deleted = isDry ? over.size : journal().deleteOldest(({ file }) => over.has(file));
    const applied = appliedOf(report, deleted);
    const { segments, events } = applied;
    const isNothing = segments.deleted === 0 && events.redacted === 0 && applied.recordings.deleted === 0;
    if (!isDry && !isNothing) tell('audit.retention', { retention: { ...applied, rules } });
    return applied;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
    await this.#thread.close();
  }

  async #holds(): Promise<readonly HoldScope[]> {
    const { hasState, state } = this.#options;
    return (await hasState()) ? await holdsInForce((await state()).query) : [];
  }

  #next(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#daily(), milliseconds).unref();
  }

  async #daily(): Promise<void> {
    try {
      if (this.#options.config().audit.retention.length > 0) await this.apply(false);
    } catch (error) {
      this.#options.log.error({ err: error }, 'audit retention not applied');
    }
    if (!this.#closed) this.#next(dayMs);
  }
}

const recordingsIn = ({ audit, data_dir: dataDir }: Config): string =>
  audit.recordings.folder ?? join(dataDir, 'recordings');

/** Complete ones that every sink has: the last one is being written. */
function shipped(journal: Journal): readonly string[] {
  const { lastSeq, sinks } = journal.health;
  const through = lastSeq - Math.max(0, ...sinks.map(({ behind }) => behind));
  return journal
    .segments()
    .slice(0, -1)
    .filter((segment) => segment.through <= through)
    .map(({ file }) => file);
}

function appliedOf({ segments, recordings }: RetentionReport, deleted: number): Applied {
  const sum = (of: (each: RetentionReport['segments'][number]) => number) =>
    segments.reduce((all, each) => all + of(each), 0);
  return {
    segments: { read: segments.length, deleted },
    events: {
      redacted: sum(({ redacted, isOver }) => (isOver ? 0 : redacted)),
      held: sum(({ held }) => held),
    },
    recordings: { deleted: recordings.deleted, held: recordings.held },
  };
}
