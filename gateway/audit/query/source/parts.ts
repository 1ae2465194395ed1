// Where recorded events are, cut into parts that can be read beside each other.
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type RowsPart, readRows } from '../postgres/read-postgres.ts';
import { type Entry, EntryReader, isExported } from './entry.ts';
import { type FileRange, readLines } from './lines.ts';

export type TimeRange = Readonly<{
  /** Milliseconds since 1970: from then on, and before then. */
  since?: number | undefined;
  until?: number | undefined;
}>;

/** A part of a file; of a journal's segment all of it, since what its events share stands in it once. */
export type FilePart = FileRange & Readonly<{ kind: 'file' }>;

export type Part = FilePart | RowsPart;

const partBytes = 64 << 20;

/** The audit's files below a folder, or one file: segments of a journal, or an export as JSON Lines. */
export async function filesOf(place: string): Promise<readonly string[]> {
  if (!(await stat(place)).isDirectory()) return [place];
  const found = await readdir(place, { recursive: true });
  return found
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(place, name));
}

export async function partsOfFile(path: string): Promise<readonly FilePart[]> {
  const { size } = await stat(path);
  if (size <= partBytes || !(await isExport(path))) return [{ kind: 'file', path, from: 0, to: size }];
  const parts: FilePart[] = [];
  for (let from = 0; from < size; from += partBytes)
    parts.push({ kind: 'file', path, from, to: Math.min(size, from + partBytes) });
  return parts;
}

async function isExport(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    return isExported(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

export type Batch = Readonly<{ entries: readonly Entry[]; bytes: number; unreadable: number }>;

/**
 * Batches, each of what was read at once: `bytes` counts what was passed over too, `unreadable` lines that were no
 * events.
 *
 * @param mayMatter of a file, which lines are worth being read
 */
export async function* readPart(
  part: Part,
  { since, until }: TimeRange = {},
  mayMatter: (line: string) => boolean = () => true,
): AsyncGenerator<Batch> {
  if (part.kind === 'rows') {
    for await (const rows of readRows(part)) yield { ...rows, unreadable: 0 };
    return;
  }
  const reader = new EntryReader();
  // As text, times of this form compare as the moments do.
  const from = since === undefined ? '' : new Date(since).toISOString();
  const to = until === undefined ? '\uffff' : new Date(until).toISOString();
  for await (const { lines, bytes } of readLines(part)) {
    const entries: Entry[] = [];
    const before = reader.unreadable;
    for (const line of lines) {
      if (!mayMatter(line)) continue;
      for (const entry of reader.read(line))
        if (entry.event.time >= from && entry.event.time < to) entries.push(entry);
    }
    yield { entries, bytes, unreadable: reader.unreadable - before };
  }
}
