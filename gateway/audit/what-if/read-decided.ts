// Reads a part of the audit for what was decided in it, and counts the lines that nobody can read.
import { EntryReader } from '../query/source/entry.ts';
import { readLines } from '../query/source/lines.ts';
import { type Batch, type FilePart, type Part, readPart, type TimeRange } from '../query/source/parts.ts';
import { mayBeDecided } from './decided-line.ts';

/** `unreadable`: lines, of whatever time. */
export type DecidedBatch = Batch & Readonly<{ unreadable: number }>;

export async function* readDecided(part: Part, range: TimeRange): AsyncGenerator<DecidedBatch> {
  // A database gives events or fails.
  if (part.kind === 'rows') for await (const batch of readPart(part)) yield { ...batch, unreadable: 0 };
  else yield* readFile(part, range);
}

async function* readFile(part: FilePart, { since, until }: TimeRange): AsyncGenerator<DecidedBatch> {
  const reader = new EntryReader();
  // As text, times of this form compare as the moments do.
  const from = since === undefined ? '' : new Date(since).toISOString();
  const to = until === undefined ? '\uffff' : new Date(until).toISOString();
  for await (const { lines, bytes } of readLines(part)) {
    const before = reader.unreadable;
    let broken = 0;
    const entries = lines.filter(mayBeDecided).flatMap((line) => {
      try {
        return reader.read(line).filter(({ event }) => event.time >= from && event.time < to);
      } catch {
        // What it shares with other events is damaged.
        broken += 1;
        return [];
      }
    });
    yield { entries, bytes, unreadable: reader.unreadable - before + broken };
  }
}
