// Compares recordings with what the journal's chain says of them, without any key.
import { join } from 'node:path';
import type { AuditEvent } from '../event/event.ts';
import { type ChunkFault, compareChunks } from './compare-chunks.ts';
import { KnownRecording } from './known-recording.ts';

/** What is wrong with a recording: the first of it. */
export type RecordingProblem = Readonly<{ session: string; file: string }> & Omit<ChunkFault, 'kind'>;

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

  /** One for each recording that has any: the first. */
  async *problems(folder: string): AsyncGenerator<RecordingProblem> {
    for (const [session, known] of this.#known) {
      const { file, isRemoved } = known;
      if (file === undefined || isRemoved) continue;
      const found = await firstFault(join(folder, file), known);
      if (found === undefined) continue;
      const { chunk, what, message } = found;
      yield { session, file, chunk, what, message };
    }
  }
}

async function firstFault(path: string, known: KnownRecording): Promise<ChunkFault | undefined> {
  try {
    for await (const found of compareChunks(path, known)) if (found.kind === 'fault') return found;
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const message = code === 'ENOENT' ? 'the file is missing' : `the file cannot be read: ${code}`;
    return { kind: 'fault', chunk: 0, what: 'missing', message };
  }
}
