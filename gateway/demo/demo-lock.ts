// One demo a folder: a file with the running one's process id.

import { open, readFile, rm } from 'node:fs/promises';
import { isRunning } from '../lib/index.ts';

/** Throws when another demo runs; a file that a killed one left is taken over. */
export async function takeDemoLock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (await isDemo(pid)) throw new Error(`the demo runs already, as process ${pid}: stop that one first`);
    await rm(file, { force: true });
  }
}

/** Process numbers come round again: where it can be seen, it must be a demo too. */
async function isDemo(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid || !isRunning(pid)) return false;
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /demo\/main\.ts|task\.mjs/.test(commandLine);
}
