// A chain that no process writes: it is taken while its files change, and nothing is written behind its end.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findEnd } from '../journal/find-end.ts';
import { segmentFile } from '../journal/segments.ts';
import { SinkPositions } from '../journal/sink-positions.ts';
import { JournalLocked, WriterLock } from '../journal/writer-lock.ts';

/** `written`: by a process that lives. `behind`: a statement has no outcome yet, or a sink lacks an event. */
export type NotTaken = 'written' | 'behind';

export type LeftChain = Readonly<{
  /** Its segments, of which all are complete, the oldest first. */
  files: readonly string[];
  /** As its events carry it; undefined: nothing is left of it. */
  id: string | undefined;
}>;

/** Its files change meanwhile in nobody else's hands. */
export async function withLeftChain<T>(
  { folder, sinks }: Readonly<{ folder: string; sinks: readonly string[] }>,
  work: (chain: LeftChain) => Promise<T>,
): Promise<T | NotTaken> {
  const lock = await WriterLock.take(folder).catch((error: unknown) => {
    if (error instanceof JournalLocked) return undefined;
    throw error;
  });
  if (lock === undefined) return 'written';
  try {
    const end = findEnd(folder);
    if (end === undefined) return await work({ files: [], id: undefined });
    const positions = new SinkPositions(folder, sinks, () => undefined);
    if (!end.wasClosed || positions.acknowledgedByAll < end.last.seq) return 'behind';
    const files = [...end.before.map(({ file }) => file), segmentFile(folder, end.segment)];
    return await work({ files, id: end.last.chain });
  } finally {
    lock.giveBack();
  }
}

/** All of it but the lock. Where sinks had come to goes first: another chain that begins here has nothing to do with that. */
export async function removeChain(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !/^\.?writer-/.test(name));
  for (const name of names.sort((one, other) => rank(one) - rank(other) || one.localeCompare(other)))
    await rm(join(folder, name), { recursive: true, force: true });
}

const rank = (name: string): number => (name.startsWith('positions.json') ? 0 : 1);
