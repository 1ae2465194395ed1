// A real server with a table of values for each type, and what its catalog says of types.
import pg from 'pg';
import type { ColumnType, TypeFacts } from '../../gateway/mask/index.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';

export type Wire = Buffer | null;
/** The same values in both formats of the protocol, and the column's type as RowDescription has it. */
export type Sample = Readonly<{
  type: ColumnType;
  values: readonly Readonly<{ text: Wire; binary: Wire }>[];
}>;

const raw = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;
const kinds: Readonly<Record<string, TypeFacts['kind']>> = {
  b: 'base',
  d: 'domain',
  e: 'enum',
  c: 'composite',
  r: 'range',
  m: 'multirange',
  p: 'pseudo',
};

export class Database {
  readonly client: pg.Client;
  readonly #server: Postgres;
  #types: ReadonlyMap<number, TypeFacts> = new Map();
  readonly #senders = new Map<number, string>();

  private constructor(server: Postgres, client: pg.Client) {
    this.#server = server;
    this.client = client;
  }

  static async start(version: 15 | 18, setUp: string): Promise<Database> {
    // A zone whose offset had seconds before there were time zones.
    const server = await startPostgres({ version, settings: { timezone: 'America/New_York' } });
    const client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    const database = new Database(server, client);
    await client.query(setUp);
    database.#types = await database.#readTypes();
    return database;
  }

  async stop(): Promise<void> {
    await this.client.end();
    await this.#server.stop();
  }

  typeNamed(name: string): ColumnType {
    const facts = [...this.#types.values()].find((type) => type.name === name);
    if (facts === undefined) throw new Error(`no type ${name}`);
    return { oid: facts.oid, typmod: -1, typeOf: (oid) => this.#types.get(oid) };
  }

  /** The values of `column` in a query's rows. */
  async sample(query: string, column: string): Promise<Sample> {
    const shown = await this.client.query({ text: query, rowMode: 'array', types: raw });
    const [field] = shown.fields;
    if (field === undefined) throw new Error('the query has no column');
    // The driver reads rows as texts: what the server would send comes through the function that makes it.
    const sent = await this.client.query({
      text: `SELECT encode(${this.#senders.get(field.dataTypeID)}(${column}), 'hex') FROM (${query}) sampled`,
      rowMode: 'array',
      types: raw,
    });
    return {
      type: {
        oid: field.dataTypeID,
        typmod: field.dataTypeModifier,
        typeOf: (oid) => this.#types.get(oid),
      },
      values: shown.rows.map(([text], at) => ({
        text: text === null ? null : Buffer.from(text),
        binary: text === null ? null : Buffer.from(sent.rows[at]?.[0], 'hex'),
      })),
    };
  }

  /** The first row; buffers go as binary parameters, strings as text. */
  async ask(query: string, values: readonly (Buffer | string)[]): Promise<unknown[]> {
    const { rows } = await this.client.query({ text: query, values: [...values], rowMode: 'array' });
    return rows[0] ?? [];
  }

  async #readTypes(): Promise<ReadonlyMap<number, TypeFacts>> {
    const { rows } = await this.client.query(`
      SELECT oid::int, typname AS name, typtype AS type, typbasetype::int AS base, typelem::int AS element,
             EXISTS (SELECT FROM pg_type of WHERE of.oid = type.typelem AND of.typarray = type.oid) AS array,
             typsend::text AS sender
      FROM pg_type type`);
    for (const { oid, sender } of rows) this.#senders.set(oid, sender);
    return new Map(
      rows.map(({ oid, name, type, base, element, array }) => [
        oid,
        { oid, name, kind: array ? 'array' : (kinds[type] ?? 'pseudo'), base, element },
      ]),
    );
  }
}
