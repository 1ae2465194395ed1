// The journal of one chain while it is open: numbers, chains and writes events, signs how far it has come, and says no
// when an event cannot be kept.
import type { AuditConfig } from '../../config/index.ts';
import { type Clock, type Family, Fault, type Log } from '../../lib/index.ts';
import { type Draft, idOf, seqOf } from '../event/event.ts';
import { headDraft, signHead } from '../event/head.ts';
import { BacklogAge } from './backlog-age.ts';
import { ChainFiles } from './chain-files.ts';
import type { ChainEnd, Composer } from './composer.ts';
import { FreeSpace } from './free-space.ts';
import { JournalCounts } from './journal-counts.ts';
import { ShippedSinks } from './journal-sinks.ts';
import { Lines } from './lines.ts';
import { OpenStatements } from './open-statements.ts';
import type { SigningKey } from './signing-key.ts';
import type { SinkPositions } from './sink-positions.ts';
import type { JournaledStatement } from './statement-context.ts';
import { StrictWait } from './strict-wait.ts';
import { faultOf, reasonOf } from './system-error.ts';
import type { Journal, JournalHealth, SegmentInfo } from './types.ts';
import { WriteTrouble } from './write-trouble.ts';
import { WrittenTogether } from './written-together.ts';

/** What nothing waits for is written after so long at the latest. */
const soonMs = 10;
/** Of what waits in memory while the disk takes nothing. */
const mostPending = 16 * 1024 * 1024;
const dayMs = 86_400_000;

export type ChainJournalParts = Readonly<{
  folder: string;
  config: AuditConfig;
  log: Log;
  clock: Clock;
  composer: Composer;
  key: SigningKey;
  positions: SinkPositions;
  /** The last segment, which is written on, and those before it. */
  current: Readonly<{ segment: number; since: number }>;
  kept: readonly SegmentInfo[];
  /** The beginning of a line, which is in the last segment and goes on. */
  unsealed: Buffer | undefined;
  mayDelete: (segment: SegmentInfo) => boolean;
  release: () => void;
}>;

/** How it was before an event. */
type Before = Readonly<{ pending: number; end: ChainEnd }>;

export class ChainJournal implements Journal {
  readonly chain: string;
  readonly sinks: ShippedSinks;
  readonly ahead = new WrittenTogether(() => this.#writeAhead());
  readonly #parts: ChainJournalParts;
  readonly #composer: Composer;
  readonly #files: ChainFiles;
  readonly #strict: StrictWait;
  readonly #age = new BacklogAge();
  readonly #trouble: WriteTrouble;
  readonly #counts = new JournalCounts();
  readonly #open = new OpenStatements();
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  readonly #space: FreeSpace;
  /** Lines that have their place in the chain and are not written yet, and the whole of one that goes on. */
  readonly #pending: Lines;
  /** Since `#soon` was set. */
  #hasWritten = false;
  #writtenSeq: number;
  /** When the turn began of what is pending in `ahead`, or what came outside of one: shared lines know no other time. */
  #turn = Number.NaN;
  #headSeq: number;
  #soon: NodeJS.Timeout | undefined;
  #sync: NodeJS.Timeout | undefined;
  readonly #head: NodeJS.Timeout;
  #toldTrimming = false;
  /** It has its last event. */
  #isClosed = false;
  #isReleased = false;

  constructor(parts: ChainJournalParts) {
    const { composer, config, folder, kept, current, positions } = parts;
    this.#parts = parts;
    this.chain = composer.chain;
    this.#composer = composer;
    this.#maxBytes = config.journal.max_bytes;
    this.#segmentBytes = Math.min(config.journal.segment_bytes, Math.ceil(this.#maxBytes / 4));
    this.#files = new ChainFiles(folder, current, kept);
    this.#space = new FreeSpace(folder);
    this.#strict = new StrictWait(config.strict_seconds * 1_000);
    this.sinks = new ShippedSinks(positions, this.#age, this.#strict, config.strict_sink);
    this.#trouble = new WriteTrouble(parts.log, () => this.#tryAgain());
    this.#pending = new Lines(parts.unsealed);
    this.#writtenSeq = composer.sealed;
    this.#headSeq = composer.seq;
    for (const { segment, since } of [...kept, current]) this.#age.wrote(segment, since);
    this.#head = setInterval(() => this.#signWhatIsNew(), config.signing.every_seconds * 1_000).unref();
  }

  append(draft: Draft): string {
    this.#expectRoomOrRefuse();
    const before = this.#now();
    this.#compose(draft);
    this.#putOrRefuse(before);
    return this.#count(draft);
  }

  appendAhead(draft: Draft): string {
    const now = this.#parts.clock.now();
    if (this.#mayNotBeWritten(now)) return this.append(draft);
    this.#expectRoomOrRefuse();
    this.#compose(draft);
    if (!this.ahead.pending) this.#turn = now;
    this.ahead.begin();
    return this.#count(draft);
  }

  begin(statement: JournaledStatement): void {
    this.#expectOpen();
    const before = this.ahead.pending || this.#beginTurn() ? undefined : this.#now();
    statement.seq = this.#composer.take(statement, this.#turn, this.#pending);
    if (before !== undefined) this.#putOrRefuse(before);
    this.#open.add(statement.seq, statement.context.session);
    this.#counts.wrote();
  }

  complete(statement: JournaledStatement): number {
    this.#expectMemory();
    this.#open.delete(statement.seq);
    this.#counts.wrote();
    this.#writeSoon();
    if (!this.ahead.pending) this.#turn = this.#parts.clock.now();
    return this.#composer.take(statement, this.#turn, this.#pending);
  }

  /** Whether what comes in this turn may be written at its end, all together. */
  #beginTurn(): boolean {
    this.#expectRoomOrRefuse();
    this.#turn = this.#parts.clock.now();
    if (this.#mayNotBeWritten(this.#turn)) return false;
    this.ahead.begin();
    return true;
  }

  /** Where it may not be written, whoever sends the statement is told so, and not that the session has to end. */
  #mayNotBeWritten(now: number): boolean {
    return this.#trouble.fault !== undefined || this.#space.isTightAt(now);
  }

  appendSoon(draft: Draft): string {
    this.#expectMemory();
    this.#compose(draft);
    const id = this.#count(draft);
    this.#writeSoon();
    return id;
  }

  #expectMemory(): void {
    this.#expectOpen();
    if (this.#pending.length > mostPending)
      throw this.#refused(this.#trouble.fault ?? new Fault('audit_unavailable'));
  }

  #writeSoon(): void {
    this.#soon ??= setTimeout(() => this.#flush(), soonMs).unref();
  }

  acknowledged(id: string): Promise<void> {
    return this.#parts.config.mode === 'strict' ? this.#strict.wait(seqOf(id)) : Promise.resolve();
  }

  get health(): JournalHealth {
    const isFull = this.#bytesNow() >= this.#maxBytes && this.#deletable().length === 0;
    return {
      writable: this.#trouble.fault === undefined && !isFull && !this.#isClosed,
      full: isFull || this.#trouble.fault?.code === 'audit_full',
      lastError: this.#trouble.reason,
      bytes: this.#bytesNow(),
      maxBytes: this.#maxBytes,
      lastSeq: this.#composer.seq,
      open: this.#open.size,
      sinks: this.sinks.healthAt(this.#composer.seq, this.#parts.clock.now()),
    };
  }

  segments(): readonly SegmentInfo[] {
    return this.#files.all(this.#composer.seq);
  }

  deleteOldest(may: (segment: SegmentInfo) => boolean): number {
    const needed = this.#parts.positions.acknowledgedByAll;
    const going = this.#files.kept.oldest((segment) => segment.through <= needed && may(segment));
    this.#trim(going, 'retention');
    return going.length;
  }

  families(): readonly Family[] {
    return this.#counts.families(this.health);
  }

  /** Attests what there is now, with the next event. */
  signSoon(): void {
    this.#composeHead({});
    this.#writeSoon();
  }

  end(): void {
    if (this.#isClosed) return;
    for (const timer of [this.#soon, this.#head]) clearTimeout(timer);
    try {
      this.#put(this.#composeHead({ closed: true }));
    } catch (error) {
      this.#notClosed(error);
    }
    this.#trouble.stop();
    this.#isClosed = true;
  }

  async close(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.end();
    clearTimeout(this.#sync);
    try {
      await this.#files.sync();
      this.#parts.positions.save();
    } catch (error) {
      this.#notClosed(error);
    } finally {
      this.#files.close();
      this.#strict.away('the gateway is shutting down');
      this.#parts.release();
    }
  }

  #notClosed(error: unknown): void {
    this.#parts.log.error({ reason: reasonOf(error) }, 'audit journal not closed cleanly');
  }

  #appendNow(draft: Draft): string {
    const before = this.#now();
    this.#compose(draft);
    this.#put(before);
    return this.#count(draft);
  }

  #now(): Before {
    this.#composer.closeLine(this.#pending);
    return { pending: this.#pending.length, end: this.#composer.end };
  }

  #compose(draft: Draft): void {
    this.#composer.compose(draft, this.#parts.clock.now(), this.#pending);
  }

  /** Writes what waits; when it cannot, that goes on waiting, and what came behind `before` never was. */
  #put(before: Before): void {
    this.#composer.closeLine(this.#pending);
    try {
      this.#write();
    } catch (error) {
      this.#takeBack(before);
      throw this.#trouble.failed(error);
    }
    this.#written();
  }

  #write(): void {
    const { whole, written, length } = this.#pending;
    this.#files.write(whole, written, length);
    this.#composer.wrote(this.#pending);
  }

  #takeBack({ pending, end }: Before): void {
    this.#pending.cut(pending);
    this.#composer.takeBack(end);
  }

  /** Who reads the file finds it whole up to the last line that is sealed. */
  #written(): void {
    this.#trouble.wrote();
    this.#sync ??= setTimeout(
      () => void this.#syncNow(),
      this.#parts.config.journal.sync_milliseconds,
    ).unref();
    const { sealed } = this.#composer;
    if (sealed === this.#writtenSeq) return;
    this.#age.wrote(this.#writtenSeq + 1, this.#parts.clock.now());
    this.#writtenSeq = sealed;
    this.sinks.written();
  }

  #count({ type, statement, session }: Draft): string {
    const { id } = this.#composer;
    if (type === 'statement.intent') this.#open.add(seqOf(statement ?? id), session ?? '');
    else if (type === 'statement.outcome' && statement !== undefined) this.#open.delete(seqOf(statement));
    this.#counts.wrote();
    return id;
  }

  #expectOpen(): void {
    if (this.#isClosed) throw new Fault('audit_unavailable', {}, new Error('it is closed'));
  }

  #expectRoomOrRefuse(): void {
    try {
      this.#expectRoom();
    } catch (error) {
      throw this.#refused(faultOf(error));
    }
  }

  #putOrRefuse(before: Before): void {
    try {
      this.#put(before);
    } catch (error) {
      throw this.#refused(faultOf(error));
    }
  }

  #expectRoom(): void {
    this.#expectOpen();
    if (this.#trouble.isUnsynced && this.#trouble.fault !== undefined) throw this.#trouble.fault;
    if (this.#files.currentBytes >= this.#segmentBytes) this.#beginSegment();
    if (this.#bytesNow() >= this.#maxBytes && !this.#makeRoom()) throw new Fault('audit_full');
  }

  #bytesNow(): number {
    return this.#files.bytes + this.#pending.length - this.#pending.written;
  }

  #deletable(): readonly SegmentInfo[] {
    const { positions, mayDelete } = this.#parts;
    const needed = positions.acknowledgedByAll;
    return this.#files.kept.oldest((segment) => segment.through <= needed && mayDelete(segment));
  }

  /** One segment's room is enough to go on with. */
  #makeRoom(): boolean {
    const [oldest] = this.#deletable();
    if (oldest === undefined) return false;
    if (this.#parts.positions.names.length === 0 && !this.#toldTrimming) {
      this.#toldTrimming = true;
      this.#parts.log.warn({}, 'audit journal has no sinks and is full: its oldest events go');
    }
    this.#trim([oldest], 'room');
    return true;
  }

  /** The chain says what was deleted from it: what is missing without that was taken away by somebody else. */
  #trim(segments: readonly SegmentInfo[], because: 'room' | 'retention'): void {
    const through = segments.at(-1)?.through;
    if (through === undefined) return;
    this.#appendNow({ type: 'audit.trimmed', members: { trimmed: { through, because } } });
    try {
      this.#files.kept.remove(segments);
    } catch (error) {
      throw this.#trouble.failed(error);
    }
  }

  /** Its first event attests the segments before it, and names the statements that are still open. */
  #beginSegment(): void {
    this.#writePending();
    const open = new Map(this.#open.all().map(([seq, session]) => [idOf(this.chain, seq), session]));
    const before = this.#composeHead({ open });
    try {
      const next = { segment: this.#composer.seq, since: this.#parts.clock.now() };
      const { ended } = this.#files.begin(next, this.#pending.from(0));
      ended.catch((error) => this.#trouble.notSynced(error));
    } catch (error) {
      this.#takeBack(before);
      throw this.#trouble.failed(error);
    }
    this.#composer.wrote(this.#pending);
    this.#composer.forgetSubjects();
    this.#written();
  }

  #composeHead(more: Parameters<typeof headDraft>[1]): Before {
    const before = this.#now();
    const head = signHead({ chain: this.chain, ...before.end }, this.#parts.key);
    this.#compose(headDraft(head, more));
    this.#headSeq = this.#composer.seq;
    return before;
  }

  /** And begins a segment each day, so that none has to be kept for one late event. */
  #signWhatIsNew(): void {
    if (this.#composer.seq === this.#headSeq || this.#trouble.fault !== undefined) return;
    try {
      if (this.#parts.clock.now() - this.#files.since > dayMs) this.#beginSegment();
      else this.#put(this.#composeHead({}));
    } catch {}
  }

  #writePending(): void {
    const before = this.#now();
    if (this.#pending.length > 0) this.#put(before);
  }

  /** At the end of a turn. What comes next may go on in the same line, unless a sink has to have it first. */
  #writeAhead(): void {
    if (this.#parts.config.mode === 'strict') this.#composer.closeLine(this.#pending);
    else this.#composer.putTaken(this.#pending);
    try {
      this.#write();
    } catch (error) {
      throw this.#trouble.failed(error);
    }
    this.#written();
    this.#hasWritten = true;
    this.#writeSoon();
  }

  /** What a turn has written since took everything with it: only what nothing follows is left to be sealed here. */
  #flush(): void {
    this.#soon = undefined;
    if (this.#hasWritten) {
      this.#hasWritten = false;
      this.#writeSoon();
      return;
    }
    try {
      this.#writePending();
      if (this.#files.currentBytes >= this.#segmentBytes) this.#beginSegment();
    } catch {}
  }

  async #syncNow(): Promise<void> {
    const started = process.hrtime.bigint();
    try {
      await this.#files.sync();
      this.#counts.synced(Number(process.hrtime.bigint() - started));
    } catch (error) {
      this.#trouble.notSynced(error);
    } finally {
      this.#sync = undefined;
    }
  }

  /** What a disk has once refused it may have forgotten: a file of its own shows whether it takes anything again. */
  async #tryAgain(): Promise<void> {
    if (this.#trouble.fault?.code !== 'audit_full') this.#files.reopen();
    if (!this.#trouble.isUnsynced) return this.#put(this.#composeHead({}));
    this.#beginSegment();
    await this.#files.sync();
    this.#trouble.synced();
  }

  #refused(fault: Fault): Fault {
    this.#counts.refused(fault.code === 'audit_full' ? 'full' : 'unavailable');
    return fault;
  }
}
