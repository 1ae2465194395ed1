// The connection that snapshots are read over: opened when it is needed, kept while it works, never waited for too long.
import type { Client } from 'pg';
import { destroyClient } from '../resolver/resolver-connection.ts';
import { type CatalogQuery, catalogQuery } from './catalog-query.ts';

export class CatalogConnection {
  readonly #connect: () => Promise<Client>;
  readonly #limitMilliseconds: number;
  #client: Client | undefined;

  constructor(connect: () => Promise<Client>, limitMilliseconds: number) {
    this.#connect = connect;
    this.#limitMilliseconds = limitMilliseconds;
  }

  /** Whatever fails or takes too long ends the connection: the next use opens another one. */
  async use<Result>(read: (query: CatalogQuery) => Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    let late = false;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        late = true;
        reject(new Error('reading the catalog took too long'));
      }, this.#limitMilliseconds);
    });
    const reading = this.#opened().then((client) => {
      if (late) throw new Error('the connection came too late');
      return read(catalogQuery(client));
    });
    // When it is late nobody waits for it any more.
    reading.catch(() => {});
    try {
      return await Promise.race([reading, limit]);
    } catch (error) {
      this.close();
      // A connection that is still being opened is closed when it comes.
      if (late) void reading.catch(() => this.close());
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    if (this.#client !== undefined) destroyClient(this.#client);
    this.#client = undefined;
  }

  async #opened(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const client = await this.#connect();
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    this.#client = client;
    return client;
  }
}
