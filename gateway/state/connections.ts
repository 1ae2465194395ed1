// The few connections that questions to the state database take turns on; one that fails or is slow is given up.
import type { Client } from 'pg';
import { within } from './deadline.ts';

export type ConnectionsOptions = Readonly<{
  connect: () => Promise<Client>;
  size: number;
  /** For one question or transaction, with the time that it waits for a connection. */
  milliseconds: number;
}>;

type Waiter = (free: Client | undefined) => void;

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #idle: Client[] = [];
  readonly #waiting: Waiter[] = [];
  #open = 0;
  #closed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Throws what the work throws. A connection is used again only after work that went well or that the server refused. */
  async use<T>(work: (client: Client) => Promise<T>, isHarmless: (error: unknown) => boolean): Promise<T> {
    let client: Client | undefined;
    let isOver = false;
    const run = async (): Promise<T> => {
      const taken = await this.#take();
      if (isOver) {
        this.#release(taken);
        throw new Error('the connection came too late');
      }
      client = taken;
      return await work(client);
    };
    try {
      const result = await within(this.#options.milliseconds, run(), () => undefined);
      this.#release(client);
      return result;
    } catch (error) {
      isOver = true;
      if (isHarmless(error)) this.#release(client);
      else this.#discard(client);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#idle.splice(0)) this.#discard(client);
    for (const waiter of this.#waiting.splice(0)) waiter(undefined);
  }

  async #take(): Promise<Client> {
    if (this.#closed) throw new Error('the state database is closed');
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#open < this.#options.size) return await this.#connect();
    const free = await new Promise<Client | undefined>((resolve) => this.#waiting.push(resolve));
    return free ?? (await this.#take());
  }

  async #connect(): Promise<Client> {
    this.#open += 1;
    try {
      const client = await this.#options.connect();
      client.on('error', () => this.#lost(client));
      client.on('end', () => this.#lost(client));
      return client;
    } catch (error) {
      this.#open -= 1;
      this.#waiting.shift()?.(undefined);
      throw error;
    }
  }

  #release(client: Client | undefined): void {
    if (client === undefined) return;
    const waiter = this.#closed ? undefined : this.#waiting.shift();
    if (waiter !== undefined) waiter(client);
    else if (this.#closed) this.#discard(client);
    else this.#idle.push(client);
  }

  /** While it was idle; one in use fails by itself. */
  #lost(client: Client): void {
    const index = this.#idle.indexOf(client);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    this.#discard(client);
  }

  #discard(client: Client | undefined): void {
    if (client === undefined) return;
    this.#open -= 1;
    destroyClient(client);
    this.#waiting.shift()?.(undefined);
  }
}

/** At once, whatever it is doing. */
export function destroyClient(client: Client): void {
  client.on('error', () => undefined);
  // Marks it as ended by us; the promise settles with the socket, or never.
  client.end().catch(() => undefined);
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
