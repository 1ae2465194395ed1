// Keeps a file with a fresh token for each identity, so that pasted lines work as long as the demo runs.

import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoIdentities } from './identities.ts';
import type { DemoIssuer } from './issuer.ts';

/** Half of an hour's life: a session that starts just before the change still has half an hour. */
const renewalMs = 30 * 60_000;

export async function keepTokenFiles(issuer: DemoIssuer, folder: string): Promise<() => Promise<void>> {
  const write = () =>
    Promise.all(
      demoIdentities.map(async ({ account, file }) =>
        replace(join(folder, file), await issuer.token(account)),
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

/** In one step: a reader never sees half a token. */
async function replace(file: string, token: string): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, `${token}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}
