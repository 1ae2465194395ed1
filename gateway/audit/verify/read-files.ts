// Evidence from files: a journal's folder, its segments, and events as JSON Lines.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentFile, segmentsIn } from '../journal/segments.ts';
import { evidenceInLine, evidenceOf } from './event-evidence.ts';
import { isEvent } from './event-form.ts';
import type { Evidence } from './evidence.ts';
import { SharedLines } from './shared-lines.ts';
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

/** A folder of chains, one chain's own, one of exports, or a file; `isJournal`: nothing of it may be missing. */
export async function evidenceIn(
  place: string,
): Promise<Readonly<{ isJournal: boolean; all: AsyncIterable<Evidence | Unreadable> }>> {
  if ((await stat(place)).isFile()) return { isJournal: false, all: readEventLines(createReadStream(place)) };
  const folders = await chainFolders(place);
  if (folders.length > 0) return { isJournal: true, all: oneAfterTheOther(folders.map(readChainFolder)) };
  const files = (await readdir(place)).filter((name) => name.endsWith('.jsonl')).sort();
  const exports = files.map((name) => readEventLines(createReadStream(join(place, name))));
  return { isJournal: false, all: oneAfterTheOther(exports) };
}

async function* oneAfterTheOther<T>(all: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  for (const each of all) yield* each;
}

/** Lines of a journal and events as they are shipped: they may stand beside each other. */
async function* readJournalLines(
  chunks: AsyncIterable<Buffer>,
  mayEndTorn: boolean,
): AsyncGenerator<Evidence | Unreadable> {
  const shared = new SharedLines();
  let number = 0;
  for await (const { bytes, isWhole } of linesOf(chunks)) {
    number += 1;
    if (bytes.length === 0 || (!isWhole && mayEndTorn)) continue;
    const evidence = understood(bytes, shared);
    if (evidence === undefined) yield { unreadable: `line ${number} is no event`, chain: undefined };
    else yield* evidence;
  }
}

/** An event as it is shipped may be spelt by others so that it looks like a journal's line: it is good as either. */
function understood(bytes: Buffer, shared: SharedLines): readonly Evidence[] | undefined {
  const own = evidenceInLine(bytes, shared);
  if (own?.every(({ flaw }) => flaw === undefined)) return own;
  if (own === undefined && shared.take(bytes)) return [];
  const other = shipped(bytes);
  if (own === undefined) return other === undefined ? undefined : [other];
  return other !== undefined && other.flaw === undefined ? [other] : own;
}

function shipped(bytes: Buffer): Evidence | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isEvent(value) ? evidenceOf(value) : undefined;
  } catch {
    return undefined;
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
