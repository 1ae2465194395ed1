// A standby can't be asked: statements are said to be read-only there, the primary can be asked in its place.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResolver, type Resolver } from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { findPostgres, postgresOwner } from '../../support/postgres-binaries.ts';
import { waitUntil } from '../../support/wait.ts';
import { context, resolverClient, type Stage, startStage } from './fixture.ts';
import { PlayingSession } from './playing-session.ts';

let stage: Stage;
let standby: ChildProcess;
let folder: string;
let port: number;
let resolver: Resolver;

beforeAll(async () => {
  stage = await startStage(15);
  const { folder: binaries } = await findPostgres(15);
  const owner = postgresOwner();
  folder = await mkdtemp(join(tmpdir(), 'portcullis-standby-'));
  if (owner) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const { host, superuser } = stage.server;
  const primary = `host=${host} port=${stage.server.port} user=${superuser.user} password=${superuser.password}`;
  const backup = ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '-d', primary];
  await promisify(execFile)(join(binaries, 'pg_basebackup'), backup, { ...owner, cwd: folder });
  await appendFile(join(data, 'postgresql.conf'), 'hot_standby = on\n');
  port = stage.server.port > 40_000 ? stage.server.port - 7_919 : stage.server.port + 7_919;
  standby = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port)], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  });
  const connects = async (): Promise<boolean> => {
    const client = resolverClient(stage.server, port);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  };
  await waitUntil('the standby', connects, { milliseconds: 40_000, every: 100 });
});
afterAll(async () => {
  resolver?.close();
  if (standby?.exitCode === null) {
    const gone = once(standby, 'exit');
    standby.kill('SIGQUIT');
    await gone;
  }
  await stage.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the resolver says that the server is read-only, and its status that it is a standby', async () => {
  const connect = async (): Promise<pg.Client> => {
    const client = resolverClient(stage.server, port);
    await client.connect();
    return client;
  };
  resolver = await createResolver(
    { connect, log: silentLog },
    { retryMilliseconds: { first: 60_000, longest: 60_000 } },
  );
  const request = { text: 'SELECT name FROM customers', parameterTypes: [], context, catalogVersion: '1' };
  expect(await resolver.resolve(request)).toMatchObject({ kind: 'unresolvable', reason: 'read_only' });
  expect(await resolver.resolve(request)).toMatchObject({ kind: 'unresolvable', reason: 'read_only' });
  expect(resolver.status()).toMatchObject({ standby: true, connections: 0 });
});

test('a session on the standby can have no probe of its own, and the primary says what its statement means', async () => {
  const { host, superuser } = stage.server;
  const client = new pg.Client({ host, port, ...superuser, database: 'postgres' });
  await client.connect();
  try {
    const session = new PlayingSession(client);
    const request = { text: 'SELECT name FROM customers', parameterTypes: [] };
    expect(await stage.resolver.resolveInSession(request, session)).toMatchObject({ reason: 'read_only' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(session.transaction).toBe('idle');
    await client.query('BEGIN');
    expect(await stage.resolver.resolveInSession(request, session)).toMatchObject({ reason: 'read_only' });
    expect(session.transaction).toBe('open');
    await client.query('COMMIT');
    expect((await stage.resolve(request.text)).kind).toBe('tree');
  } finally {
    await client.end();
  }
});
