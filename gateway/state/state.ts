// The state database as the gateway uses it: questions, transactions, changes that others made, and its clock.
import pg, { type Client } from 'pg';
import { Fault, type Log } from '../lib/index.ts';
import { ChangeFeed } from './change-feed.ts';
import { Connections } from './connections.ts';
import { migrate } from './migrate.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Query = <R extends Row>(text: string, values?: readonly unknown[]) => Promise<readonly R[]>;

/** `what`: the id of what changed; undefined where whatever there is may have changed. */
export type ChangeListener = (what: string | undefined) => void;

export type StateStatus = Readonly<{
  available: boolean;
  /** Milliseconds since the epoch, by our own clock. */
  since: number;
  reason?: string;
}>;

export interface State {
  /** One statement. Throws `state_unavailable`, or what the server refused of its own (a constraint). */
  query: Query;
  /** All of it or nothing. When the answer to its COMMIT is lost it throws, though it may have happened. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** Returns how to stop listening. */
  listen(topic: string, listener: ChangeListener): () => void;
  /** Milliseconds since the epoch by the database's clock, however wrong our own is. Throws where it was never reached. */
  now(): number;
  readonly status: StateStatus;
  close(): Promise<void>;
}

export type StateOptions = Readonly<{
  /** A connection that is logged in. */
  connect: () => Promise<Client>;
  log: Log;
  /** For one question or transaction. */
  milliseconds?: number;
}>;

const CONNECTIONS = 4;
const QUESTION_MS = 5_000;
/** A server that forgot, as it crashed, that an approval was used would let the statement run again. */
const keepsWhatItSays = `SELECT pg_catalog.set_config('synchronous_commit', 'on', false)
WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`;

/** Throws when the database can't be reached or is of another version. */
export async function openState(options: StateOptions): Promise<State> {
  const state = new PostgresState(options);
  await state.start();
  return state;
}

class PostgresState implements State {
  readonly #connect: StateOptions['connect'];
  readonly #connections: Connections;
  readonly #feed: ChangeFeed;
  readonly #listeners = new Map<string, Set<ChangeListener>>();
  #available = false;
  #since = Date.now();

  constructor(options: StateOptions) {
    const { log, milliseconds = QUESTION_MS } = options;
    // What becomes of a connection is told in our own words.
    const connect = () =>
      options.connect().catch((cause: unknown) => {
        throw new Error('the state database cannot be reached', { cause });
      });
    this.#connect = connect;
    // What we have given up must not happen later: a server that waits for a lock doesn't notice that nobody listens.
    const connectToAsk = async () => {
      const client = await connect();
      await client.query(`SET statement_timeout = ${milliseconds}`);
      await client.query(keepsWhatItSays);
      return client;
    };
    this.#connections = new Connections({ connect: connectToAsk, size: CONNECTIONS, milliseconds });
    this.#feed = new ChangeFeed({
      connect,
      log,
      onChange: (topic, what) => this.#changed(topic, what),
      onAvailable: (available) => {
        if (available && !this.#available) log.info('state database reached');
        if (available !== this.#available) this.#since = Date.now();
        this.#available = available;
      },
    });
  }

  async start(): Promise<void> {
    try {
      const client = await this.#connect();
      try {
        await migrate(client);
      } finally {
        await client.end();
      }
      await this.#feed.start();
    } catch (error) {
      await this.close();
      throw error instanceof Fault ? error : new Fault('state_unavailable', {}, error);
    }
  }

  get status(): StateStatus {
    const since = this.#since;
    return this.#available
      ? { available: true, since }
      : { available: false, since, reason: 'the state database cannot be reached' };
  }

  query: Query = (text, values) => this.#use((client) => ask(client, text, values));

  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#use(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work((text, values) => ask(client, text, values));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    });
  }

  listen(topic: string, listener: ChangeListener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  now(): number {
    const now = this.#feed.now;
    if (now === undefined) throw new Fault('state_unavailable');
    return now;
  }

  async close(): Promise<void> {
    this.#feed.close();
    this.#connections.close();
  }

  async #use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    // While nobody answers there, nobody waits for it.
    if (!this.#available) throw new Fault('state_unavailable');
    try {
      return await this.#connections.use(work, isRefusal);
    } catch (error) {
      throw isRefusal(error) ? error : new Fault('state_unavailable', {}, error);
    }
  }

  #changed(topic: string | undefined, what: string | undefined): void {
    for (const [name, listeners] of this.#listeners) {
      if (topic !== undefined && topic !== name) continue;
      for (const listener of listeners) listener(what);
    }
  }
}

async function ask<R extends Row>(
  client: Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const { rows } = await client.query<R>(text, [...values]);
  return rows;
}

/** What the server says of the statement itself, and what the work throws of its own; the connection is as good as before. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Fault || (error instanceof pg.DatabaseError && /^(2[23]|P0|40)/.test(error.code ?? ''));
