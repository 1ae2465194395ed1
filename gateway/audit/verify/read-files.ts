// Evidence from files: a journal's folder, its segments, and events as JSON Lines.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectIn } from '../event/line.ts';
import { hashOf } from '../event/subject.ts';
import { segmentFile, segmentsIn } from '../journal/segments.ts';
import { type Evidence, evidenceInLine, evidenceOf, isEvent, type KnownSubjects } from './evidence.ts';
import type { Unreadable } from './verification.ts';

/** Folders of chains: the place itself, or those in it. */
export async function chainFolders(place: string): Promise<readonly string[]> {
  if (segmentsIn(place).length > 0) return [place];
  const inside = await readdir(place, { withFileTypes: true });
  const folders = inside.filter((each) => each.isDirectory()).map(({ name }) => join(place, name));
  return folders.filter((folder) => segmentsIn(folder).length > 0).sort();
}

/** Segment by segment; what a writer has not finished at the very end is passed over. */
export async function* readChainFolder(folder: string): AsyncGenerator<Evidence | Unreadable> {
  const segments = segmentsIn(folder);
  for (const segment of segments) {
    const isLast = segment === segments.at(-1);
    yield* readJournalLines(createReadStream(segmentFile(folder, segment)), isLast);
  }
}

/** A file, or what a program writes to standard output. */
export async function* readEventLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Evidence | Unreadable> {
  yield* readJournalLines(bytes, false);
}

export async function* readFile(file: string): AsyncGenerator<Evidence | Unreadable> {
  if (!(await stat(file)).isFile()) throw new Error('not a file');
  yield* readEventLines(createReadStream(file));
}

/** Lines of a journal and events as they are shipped: they may stand beside each other. */
async function* readJournalLines(
  chunks: AsyncIterable<Buffer>,
  mayEndTorn: boolean,
): AsyncGenerator<Evidence | Unreadable> {
  const subjects = new SubjectLines();
  let number = 0;
  for await (const { bytes, isWhole } of linesOf(chunks)) {
    number += 1;
    if (bytes.length === 0 || (!isWhole && mayEndTorn)) continue;
    const evidence = evidenceInLine(bytes, subjects) ?? (subjects.take(bytes) ? undefined : shipped(bytes));
    if (evidence === 'none') yield { unreadable: `line ${number} is no event`, chain: undefined };
    else if (evidence !== undefined) yield evidence;
  }
}

class SubjectLines implements KnownSubjects {
  readonly #standing = new Map<string, 'whole' | 'changed'>();

  take(bytes: Buffer): boolean {
    const subject = subjectIn(bytes.toString('utf8'));
    if (subject === undefined) return false;
    const isWhole = hashOf(subject.json) === subject.hash;
    if (isWhole || !this.#standing.has(subject.hash))
      this.#standing.set(subject.hash, isWhole ? 'whole' : 'changed');
    return true;
  }

  standing(hash: string): 'whole' | 'changed' | 'missing' {
    return this.#standing.get(hash) ?? 'missing';
  }
}

function shipped(bytes: Buffer): Evidence | 'none' {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isEvent(value) ? evidenceOf(value) : 'none';
  } catch {
    return 'none';
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<{ bytes: Buffer; isWhole: boolean }> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      yield { bytes: bytes.subarray(from, end), isWhole: true };
      from = end + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
  }
  if (rest.length > 0) yield { bytes: rest, isWhole: false };
}
