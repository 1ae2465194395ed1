// Reads a bundle from a file, and again whenever it is changed or replaced.
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BundleConfig } from '../../config/index.ts';
import { backoffMs } from './backoff.ts';
import { type BundleSource, type SourceEvents, SourceFailure } from './bundle-source.ts';
import { stampOf, watchPath } from './path-watch.ts';

/** A file that changes while it is read is read again after this pause, so many times. */
const PAUSE_MS = 50;
const READS_AT_MOST = 20;

/** A file that was refused is read again for as long as it is: the key that it is verified with may be the one that changes. */
const AFTER_REFUSAL_AT_MOST_MS = 5000;

export function openFileSource({ url, max_bytes }: BundleConfig, events: SourceEvents): BundleSource {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  let running: Promise<void> = Promise.resolve();
  let waiting = false;
  let good = false;
  let refusals = 0;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  async function round(): Promise<void> {
    waiting = false;
    good = false;
    events.requested();
    const started = performance.now();
    try {
      const bytes = await readSettled(path, max_bytes);
      const requestMs = performance.now() - started;
      const outcome = await events.received({ bytes, etag: undefined, requestMs });
      good = outcome !== 'damaged';
      refusals = good ? 0 : refusals + 1;
      if (!good) again = setTimeout(readAgain, backoffMs(refusals, AFTER_REFUSAL_AT_MOST_MS, Math.random));
    } catch (thrown) {
      events.failed(toFailure(thrown, path));
    }
  }

  function readAgain(): void {
    // One read that has not begun yet is enough for any number of changes.
    if (waiting || closed) return;
    waiting = true;
    clearTimeout(again);
    running = running.then(round);
  }

  const watch = watchPath(path, {
    changed: () => {
      refusals = 0;
      readAgain();
    },
    same: () => {
      if (!good) return;
      events.requested();
      events.unchanged();
    },
  });
  return {
    close: async () => {
      closed = true;
      watch.close();
      await running;
      clearTimeout(again);
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
