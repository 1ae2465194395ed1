// The database that items are played in: a copy of the seed, made anew whenever an item may have changed it.
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolverRoleSql } from '../../gateway/catalog/index.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { findPostgres, type PostgresVersion, postgresOwner } from '../support/postgres-binaries.ts';
import { RawClient } from '../support/raw-client.ts';
import type { Announcement } from './announcement.ts';
import type { Target } from './connection.ts';

/** Items name it, so it is part of what they mean. */
export const database = 'atk';
export const resolver = { user: 'score_resolver', password: 'password-of-the-resolver' } as const;
const template = 'seed';

type Server = Pick<Postgres, 'host' | 'port' | 'superuser' | 'stop'> & Readonly<{ version: number }>;
type Contents = Readonly<{ seeds: readonly string[]; mayMakeTables: boolean }>;

export class ScoreDatabase {
  readonly postgres: Server;
  /** A folder that the server may write. */
  readonly folder: string;
  readonly #mayMakeTables: boolean;

  private constructor(postgres: Server, folder: string, mayMakeTables: boolean) {
    this.postgres = postgres;
    this.folder = folder;
    this.#mayMakeTables = mayMakeTables;
  }

  static async start(version: PostgresVersion, { seeds, mayMakeTables }: Contents): Promise<ScoreDatabase> {
    const settings = {
      ...(await preloaded(version)),
      wal_level: 'logical',
      max_prepared_transactions: '10',
      autovacuum: 'off',
    };
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-score-'));
    const owner = postgresOwner();
    if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
    const stage = new ScoreDatabase(await startPostgres({ version, settings }), folder, mayMakeTables);
    await stage.#seed(seeds);
    await stage.renew();
    return stage;
  }

  /** In a server that runs already, where it takes the place of a database of this name. */
  static async attach(
    { admin_dsn, database: named }: Pick<Announcement, 'admin_dsn' | 'database'>,
    { seeds, mayMakeTables }: Contents,
  ): Promise<ScoreDatabase> {
    if (named !== database) throw new Error(`the database has to be named ${database}, not ${named}`);
    const { hostname: host, port, username, password } = new URL(admin_dsn);
    const superuser = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    const address = { host, port: Number(port) };
    const admin = await RawClient.open({ ...address, ...superuser, database: 'postgres' });
    const version = Math.floor(Number((await admin.rows('SHOW server_version_num'))[0]?.[0]) / 10_000);
    await admin.end();
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-score-'));
    await chmod(folder, 0o777);
    const server = { ...address, superuser, version, stop: () => Promise.resolve() };
    const attached = new ScoreDatabase(server, folder, mayMakeTables);
    await attached.#seed(seeds);
    await attached.renew();
    return attached;
  }

  /** Beside the one that items are played in; its owner has its name, for a password too. */
  async createDatabase(name: string): Promise<void> {
    const { host, port, superuser } = this.postgres;
    const admin = await RawClient.open({ host, port, ...superuser, database: 'postgres' });
    await admin.rows(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
    await admin.rows(`CREATE DATABASE ${name} OWNER ${name}`);
    await admin.end();
  }

  /** For what judges as somebody else does. */
  get adminDsn(): string {
    const { host, port, superuser } = this.postgres;
    return `postgres://${superuser.user}:${superuser.password}@${host}:${port}/${database}`;
  }

  /** As the gateway logs in. */
  target(role: string): Target {
    const { host, port } = this.postgres;
    return { host, port, user: role, password: role, database };
  }

  /** A fresh copy; `setup` runs in it as a superuser. All sessions of the old one end. */
  async renew(setup?: string): Promise<void> {
    await this.#as('postgres', async (admin) => {
      await admin.rows(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await admin.rows(`CREATE DATABASE ${database} TEMPLATE ${template}`);
      await admin.rows(`REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC;
        GRANT TEMPORARY ON DATABASE ${database} TO ${resolver.user}`);
      if (this.#mayMakeTables) await admin.rows(`GRANT TEMPORARY, CREATE ON DATABASE ${database} TO gw_app`);
    });
    if (setup !== undefined) await this.admin(setup);
  }

  /** The first value of the first row, as a superuser sees it. */
  async admin(sql: string): Promise<string | null> {
    return await this.#as(database, async (admin) => (await admin.rows(sql))[0]?.[0] ?? null);
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #seed(seeds: readonly string[]): Promise<void> {
    await this.#as('postgres', async (admin) => {
      const locale = `ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`;
      for (const name of [database, template])
        await admin.rows(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.rows(`CREATE DATABASE ${template} TEMPLATE template0 ${locale}`);
    });
    await this.#as(template, async (admin) => {
      for (const seed of seeds) await admin.rows(seed);
      // As `portcullis role-sql` makes roles: the profile has it that no session takes that away.
      await admin.rows("ALTER ROLE gw_app SET statement_timeout = '5min'");
      const role = { role: resolver.user, database: template, schemas: ['public', 'hr'] };
      await admin.rows(`DROP ROLE IF EXISTS ${resolver.user}`);
      await admin.rows(
        `${resolverRoleSql(role)} ALTER ROLE ${resolver.user} PASSWORD '${resolver.password}'`,
      );
    });
  }

  async #as<T>(name: string, use: (admin: RawClient) => Promise<T>): Promise<T> {
    const { host, port, superuser } = this.postgres;
    const admin = await RawClient.open({ host, port, ...superuser, database: name });
    try {
      return await use(admin);
    } finally {
      await admin.end();
    }
  }
}

/** What some items read is there only where the server was built with it. */
async function preloaded(version: PostgresVersion): Promise<Record<string, string>> {
  const { folder } = await findPostgres(version);
  const libraries = [join(folder, '..', 'lib'), join(folder, '..', 'lib', 'postgresql')];
  const isThere = libraries.some((library) => existsSync(join(library, 'pg_stat_statements.so')));
  return isThere ? { shared_preload_libraries: 'pg_stat_statements' } : {};
}
