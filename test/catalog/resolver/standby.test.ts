// A standby can't be asked: statements are said to be read-only there, the primary can be asked in its place.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResolver, type Resolver } from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import type { Postgres } from '../../support/postgres.ts';
import { context, patience, resolverClient, type Stage, startStage } from './fixture.ts';
import { PlayingSession } from './playing-session.ts';

let stage: Stage;
let standby: Postgres;
let resolver: Resolver;

beforeAll(async () => {
  stage = await startStage(15);
  const other = await startStage(15);
  other.resolver.close();
  await other.admin.end();
  standby = await other.server.restartAsStandby();
});
afterAll(async () => {
  resolver?.close();
  await standby?.stop();
  await stage?.stop();
});

test('the resolver says that the server is read-only, and its status that it is a standby', async () => {
  const connect = async (): Promise<pg.Client> => {
    const client = resolverClient(standby);
    await client.connect();
    return client;
  };
  resolver = await createResolver(
    { connect, log: silentLog },
    { ...patience, retryMilliseconds: { first: 600_000, longest: 600_000 } },
  );
  const request = { text: 'SELECT name FROM customers', parameterTypes: [], context, catalogVersion: '1' };
  expect(await resolver.resolve(request)).toMatchObject({ kind: 'unresolvable', reason: 'read_only' });
  expect(await resolver.resolve(request)).toMatchObject({ kind: 'unresolvable', reason: 'read_only' });
  expect(resolver.status()).toMatchObject({ standby: true, connections: 0 });
});

test('a session on the standby can have no probe of its own, and the primary says what its statement means', async () => {
  const { host, port, superuser } = standby;
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
