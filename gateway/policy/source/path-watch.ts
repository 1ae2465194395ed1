// Notices that what is at a path changed: a file rewritten or replaced, its folder replaced, a symbolic link turned.
import { type BigIntStats, type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The folder is watched, and the path looked at twice a second beside that: not every file system tells. */
const LOOK_EVERY_MS = 500;

export type PathWatch = Readonly<{ close(): void }>;

export type PathEvents = Readonly<{
  /** Called once at the start, and then after each change. */
  changed(): void;
  /** Called at each look that found nothing else. */
  same?(): void;
}>;

export function watchPath(path: string, events: PathEvents): PathWatch {
  const watched = new WatchedPath(path, events);
  return { close: () => watched.close() };
}

/** What tells one version of a file from another; the error's code where there is none. */
export async function stampOf(path: string): Promise<string> {
  return await stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs, ctimeNs }: BigIntStats) => `${ino} ${size} ${mtimeNs} ${ctimeNs}`,
    (error: NodeJS.ErrnoException) => `absent ${error.code}`,
  );
}

class WatchedPath {
  readonly #path: string;
  readonly #folder: string;
  readonly #events: PathEvents;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #watchedFolder: bigint | undefined;
  #stamp: string | undefined;
  #looking = false;
  #lookAgain = false;
  #closed = false;

  constructor(path: string, events: PathEvents) {
    this.#path = path;
    this.#folder = dirname(path);
    this.#events = events;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  async #look(): Promise<void> {
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#lookAgain && !this.#closed) {
      this.#lookAgain = false;
      await this.#followFolder();
      const stamp = await stampOf(this.#path);
      if (this.#closed) break;
      const changed = stamp !== this.#stamp;
      this.#stamp = stamp;
      if (changed) this.#events.changed();
      else this.#events.same?.();
    }
    this.#looking = false;
  }

  /** A folder that was replaced by another of its name is watched anew. */
  async #followFolder(): Promise<void> {
    const folder = await stat(this.#folder, { bigint: true }).then(
      ({ ino }) => ino,
      () => undefined,
    );
    if (this.#closed || (folder === this.#watchedFolder && this.#watcher !== undefined)) return;
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#watchedFolder = folder;
    if (folder === undefined) return;
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => void this.#look());
      this.#watcher.on('error', () => {
        this.#watcher?.close();
        this.#watcher = undefined;
      });
    } catch {
      // The looks from time to time do without it.
    }
  }
}
