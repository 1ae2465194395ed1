// A disk of one mebibyte, for what happens when there is no room.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

export async function onSmallDisk(
  context: TestContext,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
  if (mounted.status !== 0) {
    await rm(folder, { recursive: true });
    context.skip('only root can make a small disk here');
  }
  try {
    await use(folder);
  } finally {
    spawnSync('umount', [folder]);
    await rm(folder, { recursive: true });
  }
}

/** Takes all the room that is left. */
export function fillDisk(folder: string): void {
  spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'full')}`, 'bs=4096']);
}
