// A gateway that was installed without the embedded PostgreSQL, and that no database was named for, says what to do.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { LocalKeeper, StateSource } from '../../../gateway/server/state/state-source.ts';

vi.mock('../../../gateway/state/embedded/programs.ts', () => ({
  hasEmbeddedPrograms: () => false,
  findPostgresHome: () => Promise.reject(new Error('there is none')),
}));

test('what needs a state database is refused, with what would help', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-without-'));
  const source = (config: object) =>
    new StateSource(config, {
      keeper: new LocalKeeper(folder, silentLog),
      log: silentLog,
      clock: systemClock,
    });
  try {
    const missing = source({});
    expect(missing.health).toEqual({ kind: 'none yet' });
    await expect(missing.open()).rejects.toMatchObject({
      code: 'state_unavailable',
      hint: 'This gateway has no database for them: whoever runs it has to name one under state.url.',
    });
    expect(missing.health).toMatchObject({ kind: 'embedded', available: false });
    await expect(source({ url: 'postgres://nobody@127.0.0.1:1/none' }).open()).rejects.toMatchObject({
      code: 'state_unavailable',
      hint: 'Try again in a moment; nothing was run.',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
