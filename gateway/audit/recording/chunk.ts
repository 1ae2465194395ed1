// A chunk of a recording as it stands in the file: a header in the clear, the sealed content, and the hash of both.
import { createHash, type KeyObject } from 'node:crypto';
import { freshContentKey, open, type Recipient, seal, unwrap, type WrappedKey } from './envelope.ts';

export type ChunkHeader = Readonly<{
  version: 1;
  session: string;
  /** From 0. */
  chunk: number;
  /** The hash of the chunk before; empty for the first. */
  previous: string;
  /** When its first record was made, and its last; milliseconds since 1970. */
  from: number;
  to: number;
  keys: readonly WrappedKey[];
}>;

export type Chunk = Readonly<{
  header: ChunkHeader;
  sealed: Buffer;
  hash: string;
  bytes: number;
  around: Buffer;
}>;

export type FreshChunk = Readonly<{ bytes: Buffer; hash: string; keys: readonly string[] }>;

const MAGIC = Buffer.from('PCR1');
/** What stands before the header: what it is, and the lengths of header and content. */
export const LENGTHS = 12;
/** No header is longer, whatever the bytes of a damaged file say. */
const HEADER_MAX = 65_536;
/** Nor is the content. */
const CONTENT_MAX = 64 * 1024 * 1024;

export function sealChunk(
  plain: Buffer,
  header: Omit<ChunkHeader, 'version' | 'keys'>,
  recipients: readonly Recipient[],
): FreshChunk {
  const { contentKey, wrapped } = freshContentKey(recipients);
  const around = Buffer.from(JSON.stringify({ version: 1, ...header, keys: wrapped } satisfies ChunkHeader));
  const sealed = seal(contentKey, plain, around);
  contentKey.fill(0);
  const start = Buffer.alloc(LENGTHS);
  MAGIC.copy(start);
  start.writeUInt32BE(around.length, 4);
  start.writeUInt32BE(sealed.length, 8);
  const bytes = Buffer.concat([start, around, sealed]);
  return { bytes, hash: hashOf(bytes), keys: recipients.map(({ id }) => id) };
}

/** How long the chunk is of which these are the first bytes; undefined where they begin none. */
export function chunkLength(start: Buffer): number | undefined {
  if (start.length < LENGTHS || !start.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const header = start.readUInt32BE(4);
  const content = start.readUInt32BE(8);
  return header > HEADER_MAX || content > CONTENT_MAX ? undefined : LENGTHS + header + content;
}

/** Undefined where the bytes are no whole chunk. */
export function readChunk(bytes: Buffer): Chunk | undefined {
  if (chunkLength(bytes) !== bytes.length) return undefined;
  const end = LENGTHS + bytes.readUInt32BE(4);
  const around = bytes.subarray(LENGTHS, end);
  const header = headerOf(around);
  if (header === undefined) return undefined;
  return { header, sealed: bytes.subarray(end), hash: hashOf(bytes), bytes: bytes.length, around };
}

function headerOf(bytes: Buffer): ChunkHeader | undefined {
  try {
    const header = JSON.parse(bytes.toString()) as ChunkHeader;
    return header.version === 1 && Array.isArray(header.keys) ? header : undefined;
  } catch {
    return undefined;
  }
}

export class ChunkNotOpened extends Error {}

export function openChunk({ header, sealed, around }: Chunk, keys: ReadonlyMap<string, KeyObject>): Buffer {
  const wrapped = header.keys.find(({ key }) => keys.has(key));
  const key = wrapped && keys.get(wrapped.key);
  if (wrapped === undefined || key === undefined)
    throw new ChunkNotOpened(
      `it was recorded for the key ${header.keys.map(({ key: id }) => id).join(' or ')}, which is not among yours`,
    );
  try {
    return open(unwrap(wrapped, key), sealed, around);
  } catch {
    throw new ChunkNotOpened('it was changed after it was recorded');
  }
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url');
