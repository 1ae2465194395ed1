// A hold that somebody places through one process keeps the journals of all others from then on.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liftHold, placeHold } from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { noJournal } from '../../../gateway/server/audit/no-journal.ts';
import { Retention } from '../../../gateway/server/audit/retention/retention.ts';
import { LocalKeeper, StateSource } from '../../../gateway/server/state/state-source.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';

let postgres: Postgres;
let folder: string;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startPostgres(), mkdtemp(join(tmpdir(), 'portcullis-held-'))]);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

function processOf(): Readonly<{ source: StateSource; retention: Retention }> {
  const { host, port, superuser } = postgres;
  const url = `postgres://${superuser.user}@${host}:${port}/postgres`;
  const parts = { log: silentLog, clock: systemClock };
  const keeper = new LocalKeeper(folder, silentLog);
  const source = new StateSource({ url, password_file: join(folder, 'password') }, { keeper, ...parts });
  const retention = new Retention({
    ...{ index: 0, elsewhere: undefined, source, ...parts },
    ...{ config: () => ({}) as Config, journal: () => noJournal, tell: () => undefined },
  });
  return { source, retention };
}

test('it is known elsewhere as soon as it is placed, and as soon as it is lifted', async () => {
  const [here, there] = [processOf(), processOf()];
  expect(there.retention.mayBeHeld).toBe(true);
  await Promise.all([here.retention.start(), there.retention.start()]);
  expect(there.retention.mayBeHeld).toBe(false);
  const { query } = await here.source.open();
  const hold = await placeHold(query, { scope: {}, reason: 'case 7', by: 'sam' });
  await waitUntil('it to be known', () => there.retention.mayBeHeld, { milliseconds: 5_000 });
  await here.retention.look();
  expect(here.retention.mayBeHeld).toBe(true);
  await liftHold(query, hold.id, 'sam');
  await waitUntil('it to be lifted', () => !there.retention.mayBeHeld, { milliseconds: 5_000 });
  for (const { source, retention } of [here, there]) {
    await retention.close();
    await source.close();
  }
});
