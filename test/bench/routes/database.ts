// The database under load: PostgreSQL 15 with pgbench's tables, settled so that only the traffic costs anything.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '../../support/postgres.ts';
import type { Address, Login } from './route.ts';

export type Database = Address & Login & Readonly<{ version: string; stop(): Promise<void> }>;

const scale = 10;
const name = 'bench';

const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};

/** `connections`: as many as a server that is started here takes. */
export async function openDatabase(upstream: string | undefined, connections = 200): Promise<Database> {
  if (upstream !== undefined) return prepare(parseDatabaseUrl(upstream), async () => {});
  const own = { ...settings, max_connections: String(connections) };
  const postgres = await startPostgres({ version: 15, settings: own });
  const { host, port, superuser } = postgres;
  try {
    await run({ host, port, ...superuser, database: 'postgres' }, `create database ${name}`);
    return await prepare({ host, port, ...superuser, database: name }, () => postgres.stop());
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function parseDatabaseUrl(text: string): Address & Login {
  const url = new URL(text);
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}

async function prepare(target: Address & Login, stop: () => Promise<void>): Promise<Database> {
  const [found] = await run(target, "select to_regclass('pgbench_accounts') is not null as filled");
  if (!found?.filled) await fill(target);
  await run(target, 'select count(*) from pgbench_accounts');
  const [server] = await run(target, 'show server_version');
  return { ...target, version: String(server?.server_version).split(' ')[0] ?? '', stop };
}

async function fill(target: Address & Login): Promise<void> {
  const { host, port, user, database, password } = target;
  const address = ['-h', host, '-p', String(port), '-U', user];
  await promisify(execFile)('pgbench', ['-i', '-q', '-s', String(scale), ...address, database], {
    env: { ...process.env, PGPASSWORD: password },
    timeout: 120_000,
  });
}

async function run(target: Address & Login, sql: string): Promise<Record<string, unknown>[]> {
  const { host, port, user, password, database } = target;
  const client = new Client({ host, port, user, password, database, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
