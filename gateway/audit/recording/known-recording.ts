// What the journal says of the recording of one session.
import { type AuditEvent, endedWithGateway } from '../event/event.ts';
import type { CutReason } from './records.ts';

/** `from`: when its first record was made; milliseconds since 1970. */
export type KnownChunk = Readonly<{ hash: string; bytes: number; from: number }>;

type SaidChunk = Readonly<{
  file: string;
  chunk: number;
  hash: string;
  bytes: number;
  from: string;
  keys: readonly string[];
}>;

type SaidCut = Readonly<{ because: CutReason }>;

export class KnownRecording {
  /** By their numbers. */
  readonly chunks = new Map<number, KnownChunk>();
  /** Any of these opens some of it. */
  readonly keys = new Set<string>();
  /** Below the folder of recordings; undefined where nothing was recorded. */
  file: string | undefined;
  /** The session has, and its gateway has seen it end: all that was written to it is known. */
  isEnded = false;
  /** What the client was sent last could not be written: that is missing, and nobody took it away. */
  isCutShort = false;
  /** Retention has deleted it. */
  isRemoved = false;

  /** An event of the session. */
  see(event: AuditEvent): void {
    if (event.type === 'session.ended' && event.why !== endedWithGateway) this.isEnded = true;
    if (event.type === 'recording.removed') this.isRemoved = true;
    // Retention leaves events without what they said.
    if (event.recording === undefined) return;
    if (event.type === 'recording.cut' && (event.recording as SaidCut).because === 'not_written')
      this.isCutShort = true;
    if (event.type !== 'recording.chunk') return;
    const { file, chunk, hash, bytes, from, keys } = event.recording as SaidChunk;
    this.file = file;
    this.chunks.set(chunk, { hash, bytes, from: Date.parse(from) });
    for (const key of keys) this.keys.add(key);
  }
}
