// The journal of one chain while it is open: what comes when, what waits for it, and what is refused when an event cannot
// be kept.
import { type Family, Fault } from '../../lib/index.ts';
import { type Draft, seqOf } from '../event/event.ts';
import { BacklogAge } from './backlog-age.ts';
import { type Before, ChainWriter, type ChainWriterParts } from './chain-writer.ts';
import { FreeSpace } from './free-space.ts';
import { JournalCounts } from './journal-counts.ts';
import { JournalRoom } from './journal-room.ts';
import { ShippedSinks } from './journal-sinks.ts';
import { OpenStatements } from './open-statements.ts';
import type { SinkPositions } from './sink-positions.ts';
import type { JournaledStatement } from './statement-context.ts';
import { StrictWait } from './strict-wait.ts';
import { faultOf, reasonOf } from './system-error.ts';
import type { Journal, JournalHealth, SegmentInfo } from './types.ts';
import { WrittenTogether } from './written-together.ts';

/** What nothing waits for is written after so long at the latest. */
const soonMs = 10;
/** Of what waits in memory while the disk takes nothing. */
const mostPending = 16 * 1024 * 1024;
/** Of what has happened already, behind the room that the journal has. */
const mostBeyond = 16 * 1024 * 1024;

export type ChainJournalParts = ChainWriterParts &
  Readonly<{
    positions: SinkPositions;
    mayDelete: (segment: SegmentInfo) => boolean;
    release: () => void;
  }>;

export class ChainJournal implements Journal {
  readonly chain: string;
  readonly sinks: ShippedSinks;
  readonly ahead = new WrittenTogether(() => this.#writeAhead());
  readonly #parts: ChainJournalParts;
  readonly #writer: ChainWriter;
  readonly #room: JournalRoom;
  readonly #strict: StrictWait;
  readonly #counts = new JournalCounts();
  readonly #open = new OpenStatements();
  readonly #sessions = new Set<string>();
  readonly #space: FreeSpace;
  /** When the turn began of what is pending in `ahead`, or what came outside of one: shared lines know no other time. */
  #turn = Number.NaN;
  #soon: NodeJS.Timeout | undefined;
  /** Since `#soon` was set. */
  #hasWritten = false;
  readonly #head: NodeJS.Timeout;
  /** It has its last event. */
  #isClosed = false;
  #isReleased = false;

  constructor(parts: ChainJournalParts) {
    const { composer, clock, config, folder, kept, current, positions } = parts;
    this.#parts = parts;
    this.chain = composer.chain;
    this.#space = new FreeSpace(folder);
    this.#strict = new StrictWait(config.strict_seconds * 1_000);
    const age = new BacklogAge();
    for (const { segment, since } of [...kept, current]) age.wrote(segment, since);
    this.sinks = new ShippedSinks(positions, age, this.#strict, config.strict_sink);
    const onWritten = (from: number): void => {
      age.wrote(from, clock.now());
      this.sinks.written();
    };
    this.#writer = new ChainWriter({
      ...parts,
      ...{ open: this.#open, sessions: this.#sessions, counts: this.#counts, onWritten },
    });
    this.#room = new JournalRoom({ ...parts, maxBytes: config.journal.max_bytes }, this.#writer);
    this.#head = setInterval(
      () => this.#writer.signWhatIsNew(),
      config.signing.every_seconds * 1_000,
    ).unref();
  }

  append(draft: Draft): string {
    this.#expectRoomOrRefuse();
    const before = this.#writer.now();
    const id = this.#writer.compose(draft);
    this.#putOrRefuse(before);
    return this.#count(draft, id);
  }

  appendAhead(draft: Draft): string {
    const now = this.#parts.clock.now();
    if (this.#mayNotBeWritten(now)) return this.append(draft);
    this.#expectRoomOrRefuse();
    const id = this.#writer.compose(draft);
    if (!this.ahead.pending) this.#turn = now;
    this.ahead.begin();
    return this.#count(draft, id);
  }

  begin(statement: JournaledStatement): void {
    this.#expectOpen();
    const before = this.ahead.pending || this.#beginTurn() ? undefined : this.#writer.now();
    statement.seq = this.#writer.take(statement, this.#turn);
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
    return this.#writer.take(statement, this.#turn);
  }

  appendSoon(draft: Draft): string {
    this.#expectMemory();
    const id = this.#writer.compose(draft);
    this.#writeSoon();
    return this.#count(draft, id);
  }

  acknowledged(id: string): Promise<void> {
    return this.#parts.config.mode === 'strict' ? this.#strict.wait(seqOf(id)) : Promise.resolve();
  }

  get health(): JournalHealth {
    const { isFull, maxBytes } = this.#room;
    const { bytes, seq, trouble } = this.#writer;
    return {
      writable: trouble.fault === undefined && !isFull && !this.#isClosed,
      full: isFull || trouble.fault?.code === 'audit_full',
      lastError: trouble.reason,
      bytes,
      maxBytes,
      lastSeq: seq,
      open: this.#open.size,
      sinks: this.sinks.healthAt(seq, this.#parts.clock.now()),
    };
  }

  segments(): readonly SegmentInfo[] {
    return this.#writer.files.all(this.#writer.seq);
  }

  deleteOldest(may: (segment: SegmentInfo) => boolean): number {
    return this.#room.deleteOldest(may);
  }

  families(): readonly Family[] {
    return this.#counts.families(this.health);
  }

  /** Attests what there is now, with the next event. */
  signSoon(): void {
    this.#writer.composeHead({});
    this.#writeSoon();
  }

  end(): void {
    if (this.#isClosed) return;
    for (const timer of [this.#soon, this.#head]) clearTimeout(timer);
    try {
      this.#writer.put(this.#writer.composeHead({ closed: true }));
    } catch (error) {
      this.#notClosed(error);
    }
    this.#writer.trouble.stop();
    this.#isClosed = true;
  }

  async close(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.end();
    try {
      await this.#writer.close();
      this.#parts.positions.save();
    } catch (error) {
      this.#notClosed(error);
    } finally {
      this.#strict.away('the gateway is shutting down');
      this.#parts.release();
    }
  }

  #notClosed(error: unknown): void {
    this.#parts.log.error({ reason: reasonOf(error) }, 'audit journal not closed cleanly');
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
    return this.#writer.trouble.fault !== undefined || this.#space.isTightAt(now);
  }

  #count({ type, statement, session }: Draft, id: string): string {
    if (type === 'statement.intent') this.#open.add(seqOf(statement ?? id), session ?? '');
    else if (type === 'statement.outcome' && statement !== undefined) this.#open.delete(seqOf(statement));
    else if (type === 'session.opened' && session !== undefined) this.#sessions.add(session);
    else if (type === 'session.ended' && session !== undefined) this.#sessions.delete(session);
    this.#counts.wrote();
    return id;
  }

  #expectOpen(): void {
    if (this.#isClosed) throw new Fault('audit_unavailable', {}, new Error('it is closed'));
  }

  #expectMemory(): void {
    this.#expectOpen();
    if (this.#writer.pendingBytes > mostPending)
      throw this.#refused(this.#writer.trouble.fault ?? new Fault('audit_unavailable'));
    if (this.#writer.bytes > this.#room.maxBytes + mostBeyond) throw this.#refused(new Fault('audit_full'));
  }

  #expectRoomOrRefuse(): void {
    const { trouble } = this.#writer;
    try {
      this.#expectOpen();
      if (trouble.isUnsynced && trouble.fault !== undefined) throw trouble.fault;
      this.#writer.beginSegmentIfLong();
      this.#room.expect();
    } catch (error) {
      throw this.#refused(faultOf(error));
    }
  }

  #putOrRefuse(before: Before): void {
    try {
      this.#writer.put(before);
    } catch (error) {
      throw this.#refused(faultOf(error));
    }
  }

  #refused(fault: Fault): Fault {
    this.#counts.refused(fault.code === 'audit_full' ? 'full' : 'unavailable');
    return fault;
  }

  /** At the end of a turn. A line doesn't go on where a sink has to have it first. */
  #writeAhead(): void {
    this.#writer.putTurn({ endsLine: this.#parts.config.mode === 'strict' });
    this.#hasWritten = true;
    this.#writeSoon();
  }

  #writeSoon(): void {
    this.#soon ??= setTimeout(() => this.#flush(), soonMs).unref();
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
      this.#writer.putPending();
      this.#writer.beginSegmentIfLong();
    } catch {}
  }
}
