// A host that begins with a slash is the folder of a Unix socket, as in libpq: local, and without TLS.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait.ts';
import { createBench, query } from './fixture.ts';

test('connect and cancel through a Unix socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-socket-'));
  await chmod(folder, 0o777);
  const server = await startPostgres({
    settings: { unix_socket_directories: folder },
    hba: 'local all postgres password',
  });
  const bench = await createBench();
  try {
    const { connect, upstream } = await bench.subject({
      host: folder,
      port: server.port,
      password: server.superuser.password,
      sslmode: 'verify-full',
    });
    const connection = await connect();
    let answer = '';
    query(connection, 'SELECT pg_sleep(3600)').then((text) => {
      answer = text;
    });
    // A cancel that comes before the statement runs hits nothing.
    await waitUntil('the statement to be cancelled', async () => {
      await upstream.cancel(connection.backendKey);
      return answer !== '';
    });
    expect(answer).toContain('57014');
    await bench.finish();
  } finally {
    await server.stop();
    await bench.stop();
    await rm(folder, { recursive: true });
  }
});
