// The indexes of segments, kept in a folder beside them by whoever may write there.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { indexFile } from '../../journal/index-files.ts';
import { isIndexOf, type SegmentIndex } from './segment-index.ts';

export type FileState = Readonly<{ bytes: number; modified: number }>;

export async function stateOf(file: string): Promise<FileState> {
  const { size, mtimeMs } = await stat(file);
  return { bytes: size, modified: mtimeMs };
}

/** Undefined: there is none, or it is of what the file was before. */
export async function keptIndex(segment: string, state: FileState): Promise<SegmentIndex | undefined> {
  try {
    const index = JSON.parse(await readFile(indexFile(segment), 'utf8')) as Partial<SegmentIndex>;
    return isIndexOf(index, state) ? index : undefined;
  } catch {
    return undefined;
  }
}

/** One that is of what the segment was before goes: it may name who isn't in it any more. */
export async function removeOldIndex(segment: string): Promise<void> {
  if ((await keptIndex(segment, await stateOf(segment))) === undefined)
    await rm(indexFile(segment), { force: true }).catch(() => undefined);
}

/** An export is somebody's own, in a folder of theirs. */
const isSegment = (file: string): boolean => /^\d{12,}\.jsonl$/.test(basename(file));

/** Questions are answered without it too: that it can't be kept is nobody's trouble. */
export async function keepIndex(segment: string, index: SegmentIndex): Promise<void> {
  if (!isSegment(segment)) return;
  const file = indexFile(segment);
  try {
    // What went from it while it was read must not come back.
    if (!isIndexOf(index, await stateOf(segment))) return;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, JSON.stringify(index), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // A folder that may only be read, for example.
  }
}
