// The end of a chain that is open: events are put behind it, written, and taken back when the disk doesn't take them; heads
// say how far it has come, and segments begin.
import type { AuditConfig } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import { type Draft, idOf } from '../event/event.ts';
import { headDraft, signHead } from '../event/head.ts';
import { ChainFiles } from './chain-files.ts';
import type { ChainEnd, Composer } from './composer.ts';
import type { JournalCounts } from './journal-counts.ts';
import { Lines } from './lines.ts';
import type { OpenStatements } from './open-statements.ts';
import type { SigningKey } from './signing-key.ts';
import type { JournaledStatement } from './statement-context.ts';
import type { SegmentInfo } from './types.ts';
import { WriteTrouble } from './write-trouble.ts';

const dayMs = 86_400_000;

export type ChainWriterParts = Readonly<{
  folder: string;
  config: AuditConfig;
  log: Log;
  clock: Clock;
  composer: Composer;
  key: SigningKey;
  /** The last segment, which is written on, and those before it. */
  current: Readonly<{ segment: number; since: number }>;
  kept: readonly SegmentInfo[];
  /** The beginning of a line, which is in the last segment and goes on. */
  unsealed: Buffer | undefined;
}>;

type Watching = Readonly<{
  open: OpenStatements;
  sessions: ReadonlySet<string>;
  counts: JournalCounts;
  /** Events from this one on are in the kernel's hands. */
  onWritten: (from: number) => void;
}>;

/** How it was before an event. */
export type Before = Readonly<{ pending: number; end: ChainEnd }>;

export class ChainWriter {
  readonly files: ChainFiles;
  readonly trouble: WriteTrouble;
  readonly #parts: ChainWriterParts & Watching;
  readonly #composer: Composer;
  readonly #segmentBytes: number;
  /** Lines that have their place in the chain and are not written yet, and the whole of one that goes on. */
  readonly #pending: Lines;
  #writtenSeq: number;
  #headSeq: number;
  #sync: NodeJS.Timeout | undefined;

  constructor(parts: ChainWriterParts & Watching) {
    const { composer, config, folder, current, kept, unsealed, log } = parts;
    this.#parts = parts;
    this.#composer = composer;
    this.#segmentBytes = Math.min(config.journal.segment_bytes, Math.ceil(config.journal.max_bytes / 4));
    this.files = new ChainFiles(folder, current, kept);
    this.trouble = new WriteTrouble(log, () => this.#tryAgain());
    this.#pending = new Lines(unsealed);
    this.#writtenSeq = composer.sealed;
    this.#headSeq = composer.seq;
  }

  get seq(): number {
    return this.#composer.seq;
  }

  /** What waits in memory, and the whole of a line that goes on. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  get bytes(): number {
    return this.files.bytes + this.#pending.length - this.#pending.written;
  }

  /** To come back to. What comes next stands in a line of its own. */
  now(): Before {
    this.#composer.closeLine(this.#pending);
    return { pending: this.#pending.length, end: this.#composer.end };
  }

  /** Gives the event's id: it is the last one, and not written yet. */
  compose(draft: Draft): string {
    this.#composer.compose(draft, this.#parts.clock.now(), this.#pending);
    return this.#composer.id;
  }

  /** The same, of an event that may share its line. Gives its number. */
  take(statement: JournaledStatement, now: number): number {
    return this.#composer.take(statement, now, this.#pending);
  }

  append(draft: Draft): string {
    const before = this.now();
    const id = this.compose(draft);
    this.put(before);
    this.#parts.counts.wrote();
    return id;
  }

  /** Writes what waits; when it cannot, that goes on waiting, and what came behind `before` never was. */
  put(before: Before): void {
    this.#composer.closeLine(this.#pending);
    try {
      this.#write();
    } catch (error) {
      this.#takeBack(before);
      throw this.trouble.failed(error);
    }
    this.#written();
  }

  putPending(): void {
    const before = this.now();
    if (this.#pending.length > 0) this.put(before);
  }

  /** What comes next may go on in the same line, unless it is to end here; nothing is taken back. */
  putTurn({ endsLine }: Readonly<{ endsLine: boolean }>): void {
    if (endsLine) this.#composer.closeLine(this.#pending);
    else this.#composer.putTaken(this.#pending);
    try {
      this.#write();
    } catch (error) {
      throw this.trouble.failed(error);
    }
    this.#written();
  }

  beginSegmentIfLong(): void {
    if (this.files.currentBytes >= this.#segmentBytes) this.#beginSegment();
  }

  /** An event that attests everything before it. */
  composeHead(more: Parameters<typeof headDraft>[1]): Before {
    const before = this.now();
    const { chain } = this.#composer;
    this.compose(headDraft(signHead({ chain, ...before.end }, this.#parts.key), more));
    this.#headSeq = this.#composer.seq;
    return before;
  }

  /** And begins a segment each day, so that none has to be kept for one late event. */
  signWhatIsNew(): void {
    if (this.#composer.seq === this.#headSeq || this.trouble.fault !== undefined) return;
    try {
      if (this.#parts.clock.now() - this.files.since > dayMs) this.#beginSegment();
      else this.put(this.composeHead({}));
    } catch {}
  }

  async close(): Promise<void> {
    clearTimeout(this.#sync);
    try {
      await this.files.sync();
    } finally {
      this.files.close();
    }
  }

  #write(): void {
    const { whole, written, length } = this.#pending;
    this.files.write(whole, written, length);
    this.#composer.wrote(this.#pending);
  }

  #takeBack({ pending, end }: Before): void {
    this.#pending.cut(pending);
    this.#composer.takeBack(end);
  }

  /** Who reads the file finds it whole up to the last line that is sealed. */
  #written(): void {
    this.trouble.wrote();
    this.#sync ??= setTimeout(
      () => void this.#syncNow(),
      this.#parts.config.journal.sync_milliseconds,
    ).unref();
    const { sealed } = this.#composer;
    if (sealed === this.#writtenSeq) return;
    const from = this.#writtenSeq + 1;
    this.#writtenSeq = sealed;
    this.#parts.onWritten(from);
  }

  /** Its first event attests the segments before it, and names the statements and sessions that are still open. */
  #beginSegment(): void {
    this.putPending();
    const { chain } = this.#composer;
    const open = new Map(this.#parts.open.all().map(([seq, session]) => [idOf(chain, seq), session]));
    const before = this.composeHead({ open, sessions: this.#parts.sessions });
    try {
      const next = { segment: this.#composer.seq, since: this.#parts.clock.now() };
      const { ended } = this.files.begin(next, this.#pending.from(0));
      ended.catch((error) => this.trouble.notSynced(error));
    } catch (error) {
      this.#takeBack(before);
      throw this.trouble.failed(error);
    }
    this.#composer.wrote(this.#pending);
    this.#composer.forgetSubjects();
    this.#written();
  }

  async #syncNow(): Promise<void> {
    const started = process.hrtime.bigint();
    try {
      await this.files.sync();
      this.#parts.counts.synced(Number(process.hrtime.bigint() - started));
    } catch (error) {
      this.trouble.notSynced(error);
    } finally {
      this.#sync = undefined;
    }
  }

  /** What a disk has once refused it may have forgotten: a file of its own shows whether it takes anything again. */
  async #tryAgain(): Promise<void> {
    if (this.trouble.fault?.code !== 'audit_full') this.files.reopen();
    if (!this.trouble.isUnsynced) return this.put(this.composeHead({}));
    this.#beginSegment();
    await this.files.sync();
    this.trouble.synced();
  }
}
