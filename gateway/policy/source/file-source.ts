// Reads a bundle from a file, and again whenever it is changed or replaced.
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BundleConfig } from '../../config/index.ts';
import { type BundleSource, type SourceEvents, SourceFailure } from './bundle-source.ts';
import { stampOf, watchPath } from './path-watch.ts';

/** A file that changes while it is read is read again after this pause, so many times. */
const PAUSE_MS = 50;
const READS_AT_MOST = 20;

export function openFileSource({ url, max_bytes }: BundleConfig, events: SourceEvents): BundleSource {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  let running: Promise<void> = Promise.resolve();
  let waiting = false;
  let good = false;

  async function round(): Promise<void> {
    waiting = false;
    good = false;
    events.requested();
    const started = performance.now();
    try {
      const bytes = await readSettled(path, max_bytes);
      await events.received({ bytes, etag: undefined, requestMs: performance.now() - started });
      good = true;
    } catch (thrown) {
      events.failed(toFailure(thrown, path));
    }
  }

  const watch = watchPath(path, {
    changed: () => {
      // One read that has not begun yet is enough for any number of changes.
      if (waiting) return;
      waiting = true;
      running = running.then(round);
    },
    same: () => {
      if (!good) return;
      events.requested();
      events.unchanged();
    },
  });
  return {
    close: async () => {
      watch.close();
      await running;
    },
  };
}

/** The content of a file that nobody is writing meanwhile. */
async function readSettled(path: string, limit: number): Promise<Buffer> {
  for (let reads = 0; reads < READS_AT_MOST; reads += 1) {
    const before = await stampOf(path);
    const { size } = await stat(path);
    if (size > limit) {
      throw new SourceFailure(
        'too_large',
        `the bundle is larger than ${limit} bytes; make it smaller, or raise max_bytes`,
      );
    }
    const bytes = await readFile(path);
    if ((await stampOf(path)) === before && bytes.length === size) return bytes;
    await sleep(PAUSE_MS);
  }
  throw new SourceFailure('changing', `${path} is being written all the time; put it there whole, with mv`);
}

function toFailure(thrown: unknown, path: string): SourceFailure {
  if (thrown instanceof SourceFailure) return thrown;
  const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
  return new SourceFailure(
    'unreadable',
    `${path} cannot be read (${code}); see that it is there and may be read`,
    { cause: thrown },
  );
}
