// The recording of one session: begun with the first statement that is to be recorded, in chunks, within its limits.
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import { sealChunk } from './chunk.ts';
import { ChunkFile } from './chunk-file.ts';
import type { Recipient } from './envelope.ts';
import { type AnswerRecorder, RecordedAnswer, type RecordingLimits } from './recorded-answer.ts';
import { type CutReason, RecordBuffer } from './records.ts';

/** So much is kept in memory before it is sealed. */
const CHUNK_BYTES = 256 * 1024;
/** And so long: what came later than that is lost when the process is killed. What failed is tried again as often. */
const CHUNK_MS = 1_000;

export type RecordingEvent = Readonly<{
  type: 'recording.chunk' | 'recording.cut' | 'recording.removed';
  session: string;
  members: Readonly<{ recording: Readonly<Record<string, unknown>> }>;
}>;

export type SessionRecordingOptions = Readonly<{
  folder: string;
  session: string;
  recipients: () => readonly Recipient[];
  limits: () => RecordingLimits;
  /** Throws where there is no room on the disk. */
  checkRoom: () => void;
  /** What is free on the disk is no longer what it was. */
  roomChanged: () => void;
  append: (event: RecordingEvent) => void;
  clock: Clock;
  log: Log;
}>;

export class SessionRecording implements AnswerRecorder {
  readonly #options: SessionRecordingOptions;
  readonly #file: ChunkFile;
  readonly #buffer: RecordBuffer;
  #chunks = 0;
  #previous = '';
  #statements = 0;
  /** The one that was begun last. */
  #statement = '';
  /** Of what was recorded. */
  #bytes = 0;
  /** When the first record of the chunk was made. */
  #from: number;
  #timer: NodeJS.Timeout | undefined;
  #isFull = false;
  /** What is in memory could not be written. */
  #hasFailed = false;

  constructor(options: SessionRecordingOptions) {
    const { folder, session, clock, log } = options;
    this.#options = options;
    this.#from = clock.now();
    const day = new Date(this.#from).toISOString().slice(0, 10);
    this.#file = new ChunkFile(folder, `${day}/${session}.rec`, (error) =>
      log.error({ session_id: session, err: error }, 'recording not on the disk'),
    );
    this.#buffer = new RecordBuffer(this.#from);
    this.#buffer.session(this.#from, session);
  }

  get limits(): RecordingLimits {
    return this.#options.limits();
  }

  get room(): number {
    return this.#isFull ? 0 : this.limits.sessionBytes - this.#bytes;
  }

  /** Throws when the statement can't be recorded: then it must not run. Undefined when the limit was reached before. */
  begin(statement: string): RecordedAnswer | undefined {
    const { atLimit, sessionBytes } = this.limits;
    if (this.room <= 0) {
      if (atLimit === 'deny') throw new Fault('recording_full', { limit: sessionBytes });
      return undefined;
    }
    this.#options.checkRoom();
    if (this.#hasFailed) this.#flush();
    this.#statements += 1;
    this.#statement = statement;
    this.#buffer.statement(this.#now(), this.#statements, statement);
    this.#flushSoon();
    return new RecordedAnswer(this, this.#statements, statement);
  }

  /** Throws as long as what was sent before it can't be written: then no more may be sent. */
  message(number: number, type: number, bytes: Buffer, start: number, end: number): void {
    this.#bytes += end - start;
    this.#buffer.message(this.#now(), number, type, bytes, start, end);
    if (this.#hasFailed || this.#buffer.length >= CHUNK_BYTES) this.#flush();
    else this.#flushSoon();
  }

  cut(number: number, statement: string, because: CutReason, limit: number): void {
    if (because === 'session_limit') this.#isFull = true;
    const { append, session } = this.#options;
    this.#buffer.cut(this.#now(), number, because, limit);
    append({ type: 'recording.cut', session, members: { recording: { because, limit, statement } } });
    this.#flushSoon();
  }

  /** The session has ended. */
  close(): void {
    clearTimeout(this.#timer);
    this.#buffer.end(this.#now());
    try {
      this.#flush();
    } catch {
      this.#tellLost();
    }
    this.#file.close();
  }

  /** The client was sent what is in memory, and nobody will be able to read it. */
  #tellLost(): void {
    const { append, session, clock, log } = this.#options;
    const times = { from: new Date(this.#from).toISOString(), to: new Date(clock.now()).toISOString() };
    const recording = { because: 'not_written' satisfies CutReason, statement: this.#statement, ...times };
    try {
      append({ type: 'recording.cut', session, members: { recording } });
    } catch (error) {
      log.error({ session_id: session, err: error, recording }, 'end of a recording lost');
    }
  }

  #now(): number {
    const now = this.#options.clock.now();
    if (this.#buffer.length === 0) this.#from = now;
    return now;
  }

  #flushSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tryFlush();
    }, CHUNK_MS);
    this.#timer.unref();
  }

  /** As long as it fails nothing more is sent, and the next statement is refused. */
  #tryFlush(): void {
    try {
      this.#flush();
    } catch {
      this.#flushSoon();
    }
  }

  #flush(): void {
    if (this.#buffer.length === 0) return;
    const { session, clock, log, roomChanged } = this.#options;
    const [from, to] = [this.#from, clock.now()];
    try {
      roomChanged();
      this.#write(from, to);
      this.#hasFailed = false;
    } catch (error) {
      // It is tried each second: the log has why it failed at first.
      if (!this.#hasFailed) log.error({ session_id: session, err: error }, 'recording not written');
      this.#hasFailed = true;
      throw error instanceof Fault ? error : new Fault('recording_unavailable', {}, error);
    }
    this.#chunks += 1;
    this.#buffer.clear();
  }

  /** The journal is told of nothing that is not in the file, and the file keeps nothing that the journal doesn't know. */
  #write(from: number, to: number): void {
    const { session, recipients, append } = this.#options;
    const chunk = this.#chunks;
    const header = { session, chunk, previous: this.#previous, from, to };
    const { bytes, hash, keys } = sealChunk(this.#buffer.bytes, header, recipients());
    const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const recording = { file: this.#file.name, chunk, hash, bytes: bytes.length, ...times, keys };
    this.#file.append(bytes, () => append({ type: 'recording.chunk', session, members: { recording } }));
    this.#previous = hash;
  }
}
