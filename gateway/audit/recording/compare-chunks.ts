// Goes through the file of a recording beside what the journal says of it, and tells what is whole from what isn't.
import { type FileHandle, open } from 'node:fs/promises';
import { type Chunk, chunkLength, LENGTHS, readChunk } from './chunk.ts';
import type { KnownChunk, KnownRecording } from './known-recording.ts';

/** What is wrong with a recording, and with which chunk. */
export type ChunkFault = Readonly<{
  kind: 'fault';
  chunk: number;
  what: 'missing' | 'changed' | 'cut_off' | 'misplaced' | 'unknown_chunk';
  /** As a sentence. */
  message: string;
}>;

/** `ahead`: the session goes on, and its file has more than the journal had when it was read. */
export type ComparedChunk =
  | Readonly<{ kind: 'chunk'; number: number; chunk: Chunk }>
  | Readonly<{ kind: 'ahead'; chunk: number }>
  | ChunkFault;

/** In the order of the file. Only what the journal vouches for is given as a chunk. */
export async function* compareChunks(path: string, known: KnownRecording): AsyncGenerator<ComparedChunk> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const chunks = await vouchedFor(file, size, known.chunks);
    yield* compare(file, size, chunks, known.isEnded);
  } finally {
    await file.close();
  }
}

async function* compare(
  file: FileHandle,
  size: number,
  chunks: ReadonlyMap<number, KnownChunk>,
  isEnded: boolean,
): AsyncGenerator<ComparedChunk> {
  const numbers = new Map([...chunks].map(([number, { hash }]) => [hash, number]));
  const count = countOf(chunks);
  const met = new Set<number>();
  let [at, next] = [0, 0];
  while (at < size) {
    const chunk = await chunkAt(file, at, size);
    const number = chunk && numbers.get(chunk.hash);
    if (chunk !== undefined && number !== undefined) {
      if (number > next) yield fault(next, 'missing', `${range(next, number - 1)} missing here`);
      if (met.has(number)) yield fault(number, 'unknown_chunk', `chunk ${number} is there twice`);
      else {
        if (number < next) yield fault(number, 'misplaced', `chunk ${number} is in the wrong place`);
        yield { kind: 'chunk', number, chunk };
      }
      met.add(number);
      next = Math.max(next, number + 1);
      at += chunk.bytes;
      continue;
    }
    if (next >= count) {
      yield behindLast(next, chunk === undefined ? size - at : undefined, isEnded);
      return;
    }
    const want = chunks.get(next);
    if (want === undefined && chunk !== undefined) yield unknown(next);
    else if (want !== undefined && want.bytes <= size - at)
      yield fault(next, 'changed', `chunk ${next} is not what was recorded`);
    else yield fault(next, 'changed', `chunk ${next} is damaged, or cut off`);
    // How long it was is known; its own word for that may be what was changed.
    at += want?.bytes ?? chunk?.bytes ?? size;
    next += 1;
  }
  if (next < count) yield cutOff(next, count);
}

const fault = (chunk: number, what: ChunkFault['what'], message: string): ChunkFault => ({
  ...{ kind: 'fault', chunk, what, message },
});

const unknown = (chunk: number): ChunkFault =>
  fault(chunk, 'unknown_chunk', `chunk ${chunk} is in no event of the journal`);

function behindLast(chunk: number, torn: number | undefined, isEnded: boolean): ComparedChunk {
  if (!isEnded) return { kind: 'ahead', chunk };
  if (torn === undefined) return unknown(chunk);
  return fault(chunk, 'unknown_chunk', `behind its last chunk ${torn} bytes are in no event of the journal`);
}

function cutOff(next: number, count: number): ChunkFault {
  const message =
    next === 0
      ? `it has none of the ${count === 1 ? 'one chunk' : `${count} chunks`} that the journal knows`
      : `it ends behind chunk ${next - 1}, and ${count} were recorded`;
  return fault(next, 'cut_off', message);
}

const range = (from: number, to: number): string =>
  from === to ? `chunk ${from} is` : `chunks ${from} to ${to} are`;

const countOf = (chunks: ReadonlyMap<number, KnownChunk>): number => Math.max(-1, ...chunks.keys()) + 1;

/**
 * Events that are gone, with the oldest segments or by retention, spoke of chunks that others vouch for: each chunk names
 * the hash of the one before.
 */
async function vouchedFor(
  file: FileHandle,
  size: number,
  known: ReadonlyMap<number, KnownChunk>,
): Promise<ReadonlyMap<number, KnownChunk>> {
  const count = countOf(known);
  if (known.size === count) return known;
  const found = new Map<string, KnownChunk & { previous: string }>();
  for (let at = 0; at < size; ) {
    const chunk = await chunkAt(file, at, size);
    if (chunk === undefined) break;
    const { hash, bytes, header } = chunk;
    found.set(hash, { hash, bytes, from: header.from, previous: header.previous });
    at += bytes;
  }
  const vouched = new Map(known);
  for (let number = count - 1; number > 0; number--) {
    const before = found.get(found.get(vouched.get(number)?.hash ?? '')?.previous ?? '');
    if (before !== undefined && !vouched.has(number - 1)) vouched.set(number - 1, before);
  }
  return vouched;
}

/** Undefined where no whole chunk begins. */
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
