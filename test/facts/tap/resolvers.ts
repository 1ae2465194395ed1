// The resolvers of a server's databases: in the session that asks, and beside it where the session can't be asked.
import pg from 'pg';
import {
  createResolver,
  type Resolution,
  type Resolver,
  type SessionQuestions,
} from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import type { Postgres } from '../../support/postgres.ts';

const STATEMENT_BYTES = 1 << 26;
const PATIENCE = 60_000;

export class Resolvers {
  readonly #server: Postgres;
  readonly #resolvers = new Map<string, Promise<Resolver>>();

  constructor(server: Postgres) {
    this.#server = server;
  }

  /** A transaction that is READ ONLY takes no question: then beside it, on the session's path. */
  async resolve(
    database: string,
    session: SessionQuestions,
    text: string,
    parameterTypes: readonly number[],
  ): Promise<Resolution> {
    const resolver = await this.#of(database);
    const resolution = await resolver.resolveInSession({ text, parameterTypes }, session);
    if (resolution.kind !== 'unresolvable' || resolution.reason !== 'read_only') return resolution;
    const searchPath = (await searchPathOf(session)).filter((schema) => !schema.startsWith('pg_temp_'));
    const context = { searchPath, settings: {} };
    return resolver.resolve({ text, parameterTypes, context, catalogVersion: '' });
  }

  async close(): Promise<void> {
    for (const resolver of this.#resolvers.values()) (await resolver).close();
  }

  #of(database: string): Promise<Resolver> {
    const resolver = this.#resolvers.get(database) ?? this.#open(database);
    this.#resolvers.set(database, resolver);
    return resolver;
  }

  #open(database: string): Promise<Resolver> {
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: this.#server.connectionString(database) });
      await client.connect();
      return client;
    };
    const options = {
      connections: 1,
      cacheBytes: 0,
      statementBytes: STATEMENT_BYTES,
      probeMilliseconds: PATIENCE,
    };
    return createResolver({ connect, log: silentLog }, options);
  }
}

/** The effective path of the session, which must not be in a failed transaction. */
export async function searchPathOf(session: SessionQuestions): Promise<readonly string[]> {
  const [rows] = await session.run([
    { text: 'SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true))' },
  ]);
  return JSON.parse(String(rows?.[0]?.[0])) as string[];
}
