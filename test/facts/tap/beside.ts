// The resolver of a database beside a session: for what can't be asked in the session itself, as in a READ ONLY transaction.
import pg from 'pg';
import { createResolver, type Resolution, type Resolver } from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import type { Postgres } from '../../support/postgres.ts';
import type { SessionQuestions } from './session-questions.ts';

export class Beside {
  readonly #server: Postgres;
  readonly #resolvers = new Map<string, Promise<Resolver>>();

  constructor(server: Postgres) {
    this.#server = server;
  }

  /** On the path of the session. */
  async resolve(
    database: string,
    session: SessionQuestions,
    text: string,
    parameterTypes: readonly number[],
  ): Promise<Resolution> {
    const resolver = this.#resolvers.get(database) ?? this.#open(database);
    this.#resolvers.set(database, resolver);
    const [rows] = await session.run([
      { text: 'SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true))' },
    ]);
    const path: readonly string[] = JSON.parse(String(rows?.[0]?.[0]));
    const searchPath = path.filter((schema) => !schema.startsWith('pg_temp_'));
    const context = { searchPath, settings: {} };
    return (await resolver).resolve({ text, parameterTypes, context, catalogVersion: '' });
  }

  async close(): Promise<void> {
    for (const resolver of this.#resolvers.values()) (await resolver).close();
  }

  #open(database: string): Promise<Resolver> {
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: this.#server.connectionString(database) });
      await client.connect();
      return client;
    };
    return createResolver({ connect, log: silentLog }, { connections: 1, cacheBytes: 0 });
  }
}
