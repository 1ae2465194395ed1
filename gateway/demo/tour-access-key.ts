// The tour's access key: made, used and revoked as with the keys commands.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccessKey, revokeAccessKey } from '../identity/index.ts';
import type { Demo } from './start.ts';
import { type Client, connect, query } from './tour-client.ts';

export async function accessKeyStep(demo: Demo): Promise<string> {
  const file = join(demo.folder, 'keys.json');
  const { id, secret } = await createAccessKey(file, {
    name: 'nightly-report',
    kind: 'service',
    groups: ['analytics'],
    expires: new Date(Date.now() + 3_600_000),
  });
  try {
    const client = await firstLogin(demo, id, secret);
    const ended = new Promise<Error & { code?: string }>((done) => client.on('error', done));
    const [row] = await query(client, 'SHOW application_name');
    if (row?.application_name !== 'nightly-report tour') throw new Error(`it is "${row?.application_name}"`);
    await revokeAccessKey(file, id);
    const error = await ended;
    if (error.code !== '28000')
      throw new Error(`it ended with ${error.code ?? error.message} instead of 28000`);
    return `"${error.message}"`;
  } finally {
    await revokeAccessKey(file, id);
  }
}

/** The gateway reads a changed key file within seconds; until then the key is unknown. */
async function firstLogin(demo: Demo, id: string, secret: string): Promise<Client> {
  for (let tries = 10; ; tries -= 1) {
    try {
      return await connect(demo, secret, id);
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(500);
    }
  }
}
