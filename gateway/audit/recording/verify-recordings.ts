// Compares recordings with what the journal's chain says of them, without any key.
import { join } from 'node:path';
import { type AuditEvent, endedWithGateway } from '../event/event.ts';
import { readChunks } from './read-recording.ts';

/** What is wrong with a recording, and from which chunk on. */
export type RecordingProblem = Readonly<{
  session: string;
  file: string;
  chunk: number;
  what: 'missing' | 'changed' | 'cut_off' | 'unknown_chunk';
  /** As a sentence. */
  message: string;
}>;

type Said = Readonly<{ session: string; file: string; hashes: string[] }>;

/** Gathers what events say of recordings, and then looks at their files. */
export class RecordingCheck {
  readonly #said = new Map<string, Said>();
  /** Of sessions that have ended, and said how much was recorded: nothing is written to them any more. */
  readonly #ended = new Set<string>();
  readonly #removed = new Set<string>();
  #chunks = 0;

  see(event: AuditEvent): void {
    const { type, session = '' } = event;
    if (type === 'session.ended' && event.why !== endedWithGateway) this.#ended.add(session);
    if (type === 'recording.removed') this.#removed.add(session);
    if (type !== 'recording.chunk') return;
    const { file, chunk, hash } = event.recording as { file: string; chunk: number; hash: string };
    const said = this.#said.get(session) ?? { session, file, hashes: [] };
    this.#said.set(session, said);
    said.hashes[chunk] = hash;
    this.#chunks += 1;
  }

  get recordings(): number {
    return this.#said.size;
  }

  get chunks(): number {
    return this.#chunks;
  }

  /** One for each recording that has any: the first. */
  async *problems(folder: string): AsyncGenerator<RecordingProblem> {
    for (const said of this.#said.values()) {
      if (this.#removed.has(said.session)) continue;
      const problem = await this.#problemOf(said, folder);
      if (problem !== undefined) yield problem;
    }
  }

  async #problemOf(said: Said, folder: string): Promise<RecordingProblem | undefined> {
    const { session, file, hashes } = said;
    const problem = (chunk: number, what: RecordingProblem['what'], message: string): RecordingProblem => ({
      ...{ session, file, chunk, what, message },
    });
    let at = 0;
    try {
      for await (const found of readChunks(join(folder, file))) {
        const want = hashes[at];
        if (found.kind === 'torn') {
          if (want === undefined) break;
          return problem(at, 'changed', `chunk ${at} is damaged, or cut off`);
        }
        if (want === undefined) {
          // Its event may be missing here because the events end earlier than the file.
          if (at >= hashes.length && !this.#ended.has(session)) break;
          return problem(at, 'unknown_chunk', `chunk ${at} is in no event of the journal`);
        }
        if (found.chunk.hash !== want) return problem(at, 'changed', `chunk ${at} is not what was recorded`);
        at += 1;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const message = code === 'ENOENT' ? 'the file is missing' : `the file cannot be read: ${code}`;
      return problem(at, 'missing', message);
    }
    if (at >= hashes.length) return undefined;
    return problem(at, 'cut_off', `it ends behind chunk ${at - 1}, and ${hashes.length} were recorded`);
  }
}
