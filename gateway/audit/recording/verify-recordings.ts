// Compares recordings with what the journal's chain says of them, without any key.
import { join } from 'node:path';
import type { AuditEvent } from '../event/event.ts';
import { type ChunkFault, compareChunks } from './compare-chunks.ts';
import { KnownRecording } from './known-recording.ts';

/** What is wrong with a recording: the first of it. */
export type RecordingProblem = Readonly<{ session: string; file: string }> & Omit<ChunkFault, 'kind'>;

export type ComparedRecordings = Readonly<{
  /** One for each recording that has any. */
  problems: readonly RecordingProblem[];
  recordings: number;
  /** Those that are as they were recorded. */
  chunks: number;
  /** Recordings whose end could not be written, as the events say. */
  cutShort: number;
  /** Those that retention has deleted, as the events say. */
  removed: number;
}>;

/** Gathers what events say of recordings, and then looks at their files. */
export class RecordingCheck {
  /** By their sessions. */
  readonly #known = new Map<string, KnownRecording>();

  see(event: AuditEvent): void {
    const { type, session = '' } = event;
    if (type !== 'session.ended' && !type.startsWith('recording.')) return;
    const known = this.#known.get(session) ?? new KnownRecording();
    this.#known.set(session, known);
    known.see(event);
  }

  async compare(folder: string): Promise<ComparedRecordings> {
    const problems: RecordingProblem[] = [];
    let [recordings, chunks, cutShort, removed] = [0, 0, 0, 0];
    for (const [session, known] of this.#known) {
      const { file } = known;
      if (known.isRemoved) removed += 1;
      else if (known.isCutShort) cutShort += 1;
      if (file === undefined || known.isRemoved) continue;
      recordings += 1;
      const found = await compareOne(join(folder, file), known);
      chunks += found.chunks;
      if (found.first === undefined) continue;
      const { chunk, what, message } = found.first;
      problems.push({ session, file, chunk, what, message });
    }
    return { problems, recordings, chunks, cutShort, removed };
  }
}

/** Up to the first that is wrong. */
async function compareOne(
  path: string,
  known: KnownRecording,
): Promise<{ chunks: number; first?: ChunkFault }> {
  let chunks = 0;
  try {
    for await (const found of compareChunks(path, known)) {
      if (found.kind === 'fault') return { chunks, first: found };
      if (found.kind === 'chunk') chunks += 1;
    }
    return { chunks };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const message = code === 'ENOENT' ? 'the file is missing' : `the file cannot be read: ${code}`;
    return { chunks, first: { kind: 'fault', chunk: chunks, what: 'missing', message } };
  }
}
