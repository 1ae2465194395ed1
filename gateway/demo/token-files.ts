// Keeps a file with a fresh token for each identity, so that pasted lines work as long as the demo runs.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../lib/index.ts';
import { demoIdentities } from './identities.ts';
import type { DemoIssuer } from './issuer.ts';

/** Half of an hour's life: a session that starts just before the change still has half an hour. */
const renewalMs = 30 * 60_000;

export async function keepTokenFiles(issuer: DemoIssuer, folder: string): Promise<() => Promise<void>> {
  const write = () =>
    Promise.all(
      demoIdentities.map(async ({ account, file }) =>
        writeWhole(join(folder, file), `${await issuer.token(account)}\n`),
      ),
    );
  await write();
  // A failed renewal is tried again at the next one; the files there are good for the rest of their hour.
  const timer = setInterval(() => void write().catch(() => undefined), renewalMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(demoIdentities.map(({ file }) => rm(join(folder, file), { force: true })));
  };
}
