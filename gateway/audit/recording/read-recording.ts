// Reads the file of a recording, chunk by chunk, up to the last whole one.

import type { KeyObject } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Chunk, ChunkNotOpened, chunkLength, LENGTHS, openChunk, readChunk } from './chunk.ts';
import { type RecordedItem, RecordReader } from './records.ts';

/** What stands behind the last whole chunk is `torn`: the gateway ended while it wrote, or somebody cut it. */
export type FoundChunk =
  | Readonly<{ kind: 'chunk'; chunk: Chunk }>
  | Readonly<{ kind: 'torn'; bytes: number }>;

export async function* readChunks(path: string): AsyncGenerator<FoundChunk> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; ) {
      const chunk = await chunkAt(file, at, size);
      if (chunk === undefined) {
        yield { kind: 'torn', bytes: size - at };
        return;
      }
      yield { kind: 'chunk', chunk };
      at += chunk.bytes;
    }
  } finally {
    await file.close();
  }
}

async function chunkAt(file: FileHandle, at: number, size: number): Promise<Chunk | undefined> {
  const start = await bytesAt(file, at, Math.min(LENGTHS, size - at));
  const length = chunkLength(start);
  if (length === undefined || length > size - at) return undefined;
  return readChunk(await bytesAt(file, at, length));
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}

/**
 * What was recorded, in order; throws ChunkNotOpened when the keys don't open it, or it is not what the journal knows.
 *
 * @param hashes of the chunks, as the journal has them
 */
export async function* readRecording(
  path: string,
  keys: ReadonlyMap<string, KeyObject>,
  hashes?: ReadonlyMap<number, string>,
): AsyncGenerator<RecordedItem> {
  const records = new RecordReader();
  let at = 0;
  for await (const found of readChunks(path)) {
    if (found.kind === 'torn') return;
    const want = hashes?.get(at);
    if (want !== undefined && want !== found.chunk.hash)
      throw new ChunkNotOpened(`chunk ${at} is not the one that the journal knows`);
    yield* records.read(openChunk(found.chunk, keys));
    at += 1;
  }
}
