// What the journal is to those who write events into it, ship them from it, and watch over it.
import type { AuditConfig } from '../../config/index.ts';
import type { Clock, Family, Log } from '../../lib/index.ts';
import type { AuditEvent, Draft } from '../event/event.ts';
import type { JournaledStatement } from './statement-context.ts';
import type { Waiting } from './written-together.ts';

/** A place between two events: everything up to `seq` is before it. `segment` and `offset` find it fast. */
export type Position = Readonly<{ seq: number; segment: number; offset: number }>;

/** Before the first event there is. */
export const beginning: Position = Object.freeze({ seq: 0, segment: 0, offset: 0 });

export type JournalOptions = Readonly<{
  /** Of this chain alone: `data_dir/audit/<name>`. */
  folder: string;
  /** `<gateway name>-<process index>`. What events carry has some letters behind it, so that no two chains share ids. */
  chain: string;
  config: AuditConfig;
  log: Log;
  clock: Clock;
  /** The sinks that there are: nothing goes that one of them lacks, even before it registers. Default: the configuration's. */
  sinks?: readonly string[];
  /** Where the key is made when the configuration names none. Default: beside the folder. */
  keyFile?: string;
  /** Whether a segment may go that is no longer needed; retention and holds say no. */
  mayDelete?: (segment: SegmentInfo) => boolean;
}>;

export interface Journal {
  /** As the events of this journal carry it. */
  readonly chain: string;
  /**
   * In the kernel's hands when it returns, so that the death of the process loses nothing.
   *
   * @returns the event's id
   * @throws Fault audit_full | audit_unavailable: then there is no such event
   */
  append(draft: Draft): string;
  /**
   * As append, but in the kernel's hands only when `ahead` says so, which is in this turn of the event loop: for what is
   * let through, since nothing of it is sent before. What can be told at once that it can't be written, it throws.
   */
  appendAhead(draft: Draft): string;
  /**
   * As appendAhead, the intent of a statement of which nothing is labelled: it shares its line with others of about the
   * same time, and has its number from now on.
   */
  begin(statement: JournaledStatement): void;
  /** As appendSoon, its outcome. Gives the number of that. */
  complete(statement: JournaledStatement): number;
  readonly ahead: Ahead;
  /**
   * As append, but with the next append or within 20 ms: for outcomes, which nothing waits for. While the journal
   * cannot be written they wait in memory; when too many do, it throws audit_full or audit_unavailable.
   */
  appendSoon(draft: Draft): string;
  /** Resolves when the sink of strict mode has acknowledged everything up to this id. Rejects with audit_unavailable. */
  acknowledged(id: string): Promise<void>;
  /** For those who ship. */
  readonly sinks: JournalSinks;
  readonly health: JournalHealth;
  /** Of the files as they are, oldest first; the last one is being written. */
  segments(): readonly SegmentInfo[];
  /** Deletes the oldest segments that no sink needs, as long as `may` says so; for retention. */
  deleteOldest(may: (segment: SegmentInfo) => boolean): number;
  /** For /metrics. */
  families(): readonly Family[];
  /** Writes its last event, a signed head. Nothing comes behind it, and sinks may still acknowledge it. */
  end(): void;
  close(): Promise<void>;
}

/** What was appended ahead of what it tells of. */
export interface Ahead {
  /** Something of it is not written yet. */
  readonly pending: boolean;
  /** Calls one of them once, when all of it is. */
  wait(waiting: Waiting): void;
}

/** Where each sink has come to. What it has not acknowledged stays in the journal. */
export interface JournalSinks {
  /** From now on nothing is deleted that this sink has not acknowledged. Returns where it goes on. */
  register(name: string): Position;
  /** The sink has everything up to this event for good. */
  acknowledge(name: string, position: Position): void;
  /** There is no such sink any more: nothing is kept for it. */
  retire(name: string): void;
  /** It does not answer, or does again: strict mode refuses at once meanwhile. */
  away(name: string, because: string): void;
  back(name: string): void;
  /** Called after each write; returns what ends it. */
  onWritten(listener: () => void): () => void;
}

export type SegmentInfo = Readonly<{
  /** Number in the file's name: the seq of its first event. */
  segment: number;
  file: string;
  bytes: number;
  /** Milliseconds since the epoch of its first event. */
  since: number;
  /** The last seq in it. */
  through: number;
}>;

export type JournalHealth = Readonly<{
  /** Whether events can be written now. */
  writable: boolean;
  full: boolean;
  lastError: string | undefined;
  bytes: number;
  maxBytes: number;
  lastSeq: number;
  /** Statements that have been forwarded and have no outcome yet. */
  open: number;
  sinks: readonly SinkHealth[];
}>;

export type SinkHealth = Readonly<{
  name: string;
  away: string | undefined;
  /** Events that it has not acknowledged, and since when the oldest of them waits. */
  behind: number;
  oldestSeconds: number;
}>;

/** An event as it is read. */
export type StoredEvent = Readonly<{
  id: string;
  seq: number;
  type: string;
  /** After this event. */
  position: Position;
  /** With its subjects, as sinks get it: one line of JSON. */
  json: string;
  /** The same, parsed when it is asked for. */
  event: AuditEvent;
}>;

export type ReadOptions = Readonly<{
  from?: Position;
  /** Goes on with what is written from now on, until it is aborted. */
  follow?: AbortSignal;
  /**
   * With `follow`: asked each time that there is nothing more, resolves when it is worth looking again. Whoever knows of
   * writes as they happen waits for them instead of for the next look.
   */
  news?: () => Promise<void>;
  /** Told of a line that is no event any more; it is passed over, and `portcullis audit verify` says what it was. */
  onDamage?: (place: Readonly<{ file: string; offset: number }>) => void;
}>;
