// The indexes that questions leave beside segments: whom they name is to be found nowhere once a segment is gone.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const indexFile = (segment: string): string =>
  join(dirname(segment), 'index', `${basename(segment)}.json`);

/** Also those that a question left meanwhile. Whose folder it may not look into, its owner has to see to. */
export function removeLostIndexes(folder: string): void {
  const indexes = join(folder, 'index');
  try {
    for (const name of readdirSync(indexes))
      if (!existsSync(join(folder, basename(name, '.json'))))
        rmSync(join(indexes, name), { recursive: true, force: true });
  } catch {
    // Most often there is none: nobody asked yet.
  }
}
