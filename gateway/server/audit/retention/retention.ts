// Retention of what this process keeps of the audit: once a day, and when an administrator says so.
import { basename, dirname, join } from 'node:path';
import {
  type HoldScope,
  holdsInForce,
  type Journal,
  type RetentionReport,
  type RetentionRequest,
  removeChain,
  withLeftChain,
} from '../../../audit/index.ts';
import type { Config } from '../../../config/index.ts';
import { type Clock, type Log, OffThread } from '../../../lib/index.ts';
import { Remembered } from '../../state/remembered.ts';
import type { StateSource } from '../../state/state-source.ts';
import { chainsBeside } from '../chains-beside.ts';
import type { Members } from '../trail.ts';
import {
  type Applied,
  type AppliedElsewhere,
  type AppliedEverywhere,
  appliedTo,
  isNothing,
  leftOut,
  together,
} from './applied.ts';

export type RetentionOptions = Readonly<{
  /** Tells the processes of one gateway apart. */
  index: number;
  /** What the other processes of this gateway came to. */
  elsewhere: ((isDry: boolean) => Promise<AppliedElsewhere>) | undefined;
  config: () => Config;
  journal: () => Journal;
  source: StateSource;
  tell: (type: string, members: Members, session?: string) => void;
  clock: Clock;
  log: Log;
}>;

const job = {
  module: import.meta.resolve('../../../audit/retention/retention-job.ts'),
  name: 'applyRetention',
};
const dayMs = 86_400_000;
/** A gateway that has just started has better things to do. */
const firstMs = 600_000;

export class Retention {
  readonly #options: RetentionOptions;
  readonly #thread = new OffThread({
    milliseconds: 3_600_000,
    megabytes: 2_048,
    lingerMilliseconds: 0,
    waiting: 4,
  });
  #timer: NodeJS.Timeout | undefined;
  /** What was known last goes on where the state database is away. */
  readonly #held: Remembered<readonly HoldScope[]>;
  #started = false;
  #closed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    const { source, log } = options;
    this.#held = new Remembered<readonly HoldScope[]>({
      ...{ source, log, topics: ['audit_hold'], read: holdsInForce, nothing: [] },
      onRead: () => undefined,
    });
  }

  async start(): Promise<void> {
    this.#next(firstMs);
    await this.#held.start();
    this.#started = true;
  }

  /** A hold is in force, as far as this process knows; until it knows, one is. */
  get mayBeHeld(): boolean {
    return !this.#started || !this.#held.isKnown || this.#held.current.length > 0;
  }

  /** Resolves when what was just placed or lifted counts here. */
  look(): Promise<void> {
    return this.#held.refresh();
  }

  /** Of all processes of this gateway. `isDry`: says what would go. Throws where the holds can't be read: then nothing goes. */
  async apply(isDry: boolean): Promise<AppliedEverywhere> {
    const own = await this.applyHere(isDry);
    const { applied, silent } = (await this.#options.elsewhere?.(isDry)) ?? { applied: [], silent: 0 };
    return { ...together([own, ...applied]), silent };
  }

  /** Of the chain that this process writes, and of those that it looks after. Throws as above. */
  async applyHere(isDry: boolean): Promise<Applied> {
    const { config, index, tell } = this.#options;
    const { audit } = config();
    if (audit.mode === 'off') return together([]);
    const held = await this.#holds();
    const all = [await this.#applyToOwn(held, isDry)];
    for (const chain of await chainsBeside({ config: config(), index, own: this.#own }))
      all.push(await this.#applyToLeft(chain, held, isDry));
    const applied = together(all);
    if (!isDry && !isNothing(applied)) {
      const { left_out: _, ...done } = applied;
      tell('audit.retention', { retention: { ...done, rules: audit.retention } });
    }
    return applied;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#held.close();
    await this.#thread.close();
  }

  /** The folder of the chain that this process writes. */
  get #own(): string {
    return basename(dirname(this.#options.journal().segments()[0]?.file ?? ''));
  }

  async #applyToOwn(held: readonly HoldScope[], isDry: boolean): Promise<Applied> {
    const { config, index, journal, tell } = this.#options;
    // They lie in one folder, which one process sees to.
    const recordings = index === 0 ? recordingsIn(config()) : undefined;
    const report = await this.#run({ files: shipped(journal()), recordings, held, isDry });
    // Whoever verifies must not take them for stolen.
    for (const { file, session } of report.recordings.removed)
      tell('recording.removed', { recording: { file, because: 'retention' } }, session);
    const going = new Set(report.segments.filter(({ goes }) => goes).map(({ file }) => file));
    const deleted = isDry ? going.size : journal().deleteOldest(({ file }) => going.has(file));
    return appliedTo(this.#own, report, deleted);
  }

  /** Its segments go all at once, or not yet: what is deleted of a chain has to be named in it, and this one has ended. */
  async #applyToLeft(chain: string, held: readonly HoldScope[], isDry: boolean): Promise<Applied> {
    const { audit, data_dir: dataDir } = this.#options.config();
    const folder = join(dataDir, 'audit', chain);
    const sinks = audit.sinks.map(({ name }) => name);
    const applied = await withLeftChain({ folder, sinks }, async ({ files, id }) => {
      const report = await this.#run({ files, keepsSegments: true, held, isDry });
      const stayed = appliedTo(chain, report, 0);
      if (files.length === 0 || !report.segments.every(({ isOver }) => isOver)) return stayed;
      if (!isDry) await removeChain(folder);
      // What was in them goes with them.
      const went = {
        segments: { read: files.length, deleted: files.length },
        events: { redacted: 0, held: 0 },
      };
      return { ...stayed, ...went, removed_chains: id === undefined ? [] : [id] };
    });
    return typeof applied === 'string' ? leftOut(chain, applied) : applied;
  }

  async #run(request: Omit<RetentionRequest, 'rules' | 'now'>): Promise<RetentionReport> {
    const { config, clock } = this.#options;
    const { audit, data_dir: dataDir } = config();
    const chains = join(dataDir, 'audit');
    return await this.#thread
      .run<RetentionRequest, Promise<RetentionReport>>(job, {
        ...request,
        chains,
        rules: audit.retention,
        now: clock.now(),
      })
      .then((report) => report);
  }

  async #holds(): Promise<readonly HoldScope[]> {
    const { source } = this.#options;
    return (await source.isNeeded()) ? await holdsInForce((await source.open()).query) : [];
  }

  #next(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#daily(), milliseconds).unref();
  }

  async #daily(): Promise<void> {
    try {
      if (this.#options.config().audit.retention.length > 0) await this.applyHere(false);
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
