// Deletes recordings whose time is over and of which nobody holds the session.
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { HoldScope } from './hold.ts';

export type RecordingsReport = Readonly<{
  deleted: number;
  held: number;
  /** What was deleted, below the folder, and of which session. */
  removed: readonly Readonly<{ file: string; session: string }>[];
}>;

export type RecordingsRequest = Readonly<{
  folder: string;
  /** Milliseconds since 1970; what was written last before then goes. */
  before: number;
  held: readonly HoldScope[];
  /** Sessions of which the journals say that something is held. */
  heldSessions: ReadonlySet<string>;
  isDry: boolean;
}>;

export async function applyToRecordings(request: RecordingsRequest): Promise<RecordingsReport> {
  const { folder, before, isDry } = request;
  const removed: { file: string; session: string }[] = [];
  let deleted = 0;
  let held = 0;
  // Each day has a folder of its own.
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const session = basename(name, '.rec');
    if (session === basename(name)) continue;
    const file = join(folder, name);
    const { mtimeMs, birthtimeMs } = await stat(file);
    if (mtimeMs >= before) continue;
    if (mayBeHeld(name, { from: birthtimeMs, to: mtimeMs }, request)) held += 1;
    else {
      deleted += 1;
      if (isDry) continue;
      await rm(file);
      removed.push({ file: name, session });
      await rmdir(dirname(file)).catch(() => undefined);
    }
  }
  return { deleted, held, removed };
}

/**
 * The journal may have forgotten the session: a hold that names a principal, a resource, a label or a relation then
 * keeps every recording of its time.
 */
function mayBeHeld(
  name: string,
  { from, to }: Readonly<{ from: number; to: number }>,
  { held, heldSessions }: RecordingsRequest,
): boolean {
  if ([...heldSessions].some((session) => name.includes(session))) return true;
  return held.some(({ session, since, until }) => {
    if (session !== undefined) return name.includes(session);
    return (
      (since === undefined || to >= Date.parse(since)) && (until === undefined || from < Date.parse(until))
    );
  });
}
