// Reads what was recorded of a session: what is whole of it, and in words what isn't.
import type { KeyObject } from 'node:crypto';
import { type Chunk, ChunkNotOpened, openChunk } from './chunk.ts';
import { type ComparedChunk, compareChunks } from './compare-chunks.ts';
import type { KnownRecording } from './known-recording.ts';
import { type RecordedItem, RecordReader } from './records.ts';

/** At its place among what was recorded. `isWrong`: it is not how the gateway left it, or can't be read. */
export type RecordingFlaw = Readonly<{ kind: 'flaw'; at: number; message: string; isWrong: boolean }>;

/** What was recorded, in order. What the journal doesn't know is not given: anyone with the public key can make it. */
export async function* readRecording(
  path: string,
  keys: ReadonlyMap<string, KeyObject>,
  known: KnownRecording,
): AsyncGenerator<RecordedItem | RecordingFlaw> {
  const records = new RecordReader();
  let last = Math.min(...[...known.chunks.values()].map(({ from }) => from));
  let said: string | undefined;
  for await (const found of compareChunks(path, known)) {
    if (found.kind !== 'chunk') {
      yield flawOf(found, known.chunks.get(found.chunk)?.from ?? last);
      continue;
    }
    const { number, chunk } = found;
    const opened = contentOf(chunk, keys);
    if (typeof opened === 'string') {
      const message = `from chunk ${number} on it cannot be opened: ${opened}`;
      // Once for all that follow each other for the same reason.
      if (opened !== said) yield { kind: 'flaw', at: chunk.header.from, message, isWrong: true };
      said = opened;
    } else {
      said = undefined;
      yield* records.read(opened, chunk.header.from);
    }
    last = chunk.header.to;
  }
}

/** Or why it can't be opened. */
function contentOf(chunk: Chunk, keys: ReadonlyMap<string, KeyObject>): Buffer | string {
  try {
    return openChunk(chunk, keys);
  } catch (error) {
    if (error instanceof ChunkNotOpened) return error.message;
    throw error;
  }
}

function flawOf(found: Exclude<ComparedChunk, { kind: 'chunk' }>, at: number): RecordingFlaw {
  if (found.kind === 'fault') return { kind: 'flaw', at, message: found.message, isWrong: true };
  const message = `what stands from chunk ${found.chunk} on was in no event yet when the journal was read, and is not shown`;
  return { kind: 'flaw', at, message, isWrong: false };
}
