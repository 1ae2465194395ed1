// A database with a resolver role, and a configuration that names both: for commands that ask the catalog.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { stringify } from 'yaml';
import { resolverRoleSql } from '../../gateway/catalog/index.ts';
import { startPostgres } from '../support/postgres.ts';
import type { PostgresVersion } from '../support/postgres-binaries.ts';

export type ResolverStage = Readonly<{
  folder: string;
  config: string;
  /** Writes a file beside the configuration and gives its path. */
  write(name: string, content: object | string | Buffer): Promise<string>;
  stop(): Promise<void>;
}>;

export async function startResolverStage(
  version: PostgresVersion,
  { sql, schemas }: Readonly<{ sql: string; schemas: readonly string[] }>,
): Promise<ResolverStage> {
  const server = await startPostgres({ version });
  const admin = new pg.Client({ connectionString: server.connectionString() });
  await admin.connect();
  await admin.query(sql);
  const role = { role: 'resolver', database: 'postgres', schemas };
  await admin.query(`${resolverRoleSql(role)} ALTER ROLE resolver PASSWORD 'of the resolver'`);
  await admin.end();
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-resolver-'));
  const write = async (name: string, content: object | string | Buffer): Promise<string> => {
    const path = join(folder, name);
    await writeFile(
      path,
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
    return path;
  };
  await write('password', 'of the resolver');
  const upstream = { host: server.host, port: server.port, database: 'postgres', sslmode: 'disable' };
  const credentials = {
    default: { kind: 'static', user: 'nobody' },
    resolver: { kind: 'static', user: 'resolver', password_file: 'password' },
  };
  const identity = { access_keys: { file: 'keys.json' } };
  const config = await write(
    'portcullis.yaml',
    stringify({ identity, policy: { open: true }, resources: [{ name: 'shop', upstream, credentials }] }),
  );
  const stop = async (): Promise<void> => {
    await rm(folder, { recursive: true });
    await server.stop();
  };
  return { folder, config, write, stop };
}
