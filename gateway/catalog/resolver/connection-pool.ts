// The few connections of a resolver: opened when they are needed, given up when they fail, opened again with patience.
import type { Client } from 'pg';
import {
  destroyClient,
  openConnection,
  type ResolverConnection,
  StandbyServer,
} from './resolver-connection.ts';

export type PoolOptions = Readonly<{
  /** A connected client of the resolver role. */
  connect: () => Promise<Client>;
  size: number;
  /** How many may wait for a connection. */
  waiting: number;
  connectMilliseconds: number;
  /** The first pause after a connection that couldn't be opened, and the longest: each is twice the one before. */
  retryMilliseconds: Readonly<{ first: number; longest: number }>;
  onFailure: (error: unknown) => void;
}>;

/** There is no connection, or none in time. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
  readonly reason: 'timed_out' | 'unavailable' | 'read_only';

  constructor(reason: NoConnection['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export type PoolStatus = Readonly<{
  connections: number;
  idle: number;
  waiting: number;
  /** Connections that couldn't be opened, one after the other, since the last that could. */
  failures: number;
  /** The last of them was refused since the server is a standby. */
  standby: boolean;
}>;

type Waiter = Readonly<{ resolve: (connection: ResolverConnection) => void; reject: (error: Error) => void }>;

export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #connections = new Set<ResolverConnection>();
  readonly #idle: ResolverConnection[] = [];
  readonly #waiters = new Set<Waiter>();
  #opening = 0;
  #failures = 0;
  #standby = false;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get status(): PoolStatus {
    const [connections, idle, waiting] = [this.#connections.size, this.#idle.length, this.#waiters.size];
    return { connections, idle, waiting, failures: this.#failures, standby: this.#standby };
  }

  /** Rejects with {@link NoConnection}. What it gives must come back by `release` or `discard`. */
  acquire(milliseconds: number): Promise<ResolverConnection> {
    if (this.#closed) return Promise.reject(new NoConnection('unavailable', 'the resolver is closed'));
    const idle = this.#idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    if (this.#pause === undefined && this.#connections.size + this.#opening < this.#options.size)
      void this.#open();
    if (this.#connections.size + this.#opening === 0) return Promise.reject(this.#cannotConnect());
    if (this.#waiters.size >= this.#options.waiting)
      return Promise.reject(new NoConnection('unavailable', 'too many statements wait for the resolver'));
    return this.#wait(milliseconds);
  }

  release(connection: ResolverConnection): void {
    if (!this.#connections.has(connection)) return;
    const [waiter] = this.#waiters;
    if (waiter === undefined) this.#idle.push(connection);
    else waiter.resolve(connection);
  }

  /** Gives up a connection that failed or was too slow. */
  discard(connection: ResolverConnection): void {
    this.#forget(connection);
    connection.destroy();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pause);
    this.#refuseWaiters(new NoConnection('unavailable', 'the resolver is closed'));
    for (const connection of this.#connections) this.discard(connection);
  }

  #wait(milliseconds: number): Promise<ResolverConnection> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        resolve: (connection) => {
          done();
          resolve(connection);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      const late = new NoConnection('timed_out', 'no connection of the resolver became free in time');
      const timer = setTimeout(() => waiter.reject(late), milliseconds);
      this.#waiters.add(waiter);
    });
  }

  async #open(): Promise<void> {
    this.#opening++;
    try {
      const connection = await this.#connect();
      this.#failures = 0;
      this.#standby = false;
      this.#connections.add(connection);
      if (this.#closed) this.discard(connection);
      else this.release(connection);
    } catch (error) {
      if (!this.#closed) this.#pauseAfter(error);
    } finally {
      this.#opening--;
      if (this.#opening + this.#connections.size === 0) this.#refuseWaiters(this.#cannotConnect());
    }
  }

  async #connect(): Promise<ResolverConnection> {
    let late = false;
    let client: Client | undefined;
    let connection: ResolverConnection | undefined;
    const opened = this.#options.connect().then((connected) => {
      client = connected;
      if (late) destroyClient(connected);
      return openConnection(connected, () => {
        if (connection !== undefined) this.#forget(connection);
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        late = true;
        if (client !== undefined) destroyClient(client);
        reject(new Error('the connection took too long'));
      }, this.#options.connectMilliseconds);
    });
    // One that comes too late fails on a destroyed socket, and nobody waits for it.
    opened.catch(() => {});
    try {
      connection = await Promise.race([opened, limit]);
      return connection;
    } finally {
      clearTimeout(timer);
    }
  }

  #pauseAfter(error: unknown): void {
    const { first, longest } = this.#options.retryMilliseconds;
    const pause = Math.min(longest, first * 2 ** this.#failures);
    this.#failures++;
    this.#standby = error instanceof StandbyServer;
    this.#options.onFailure(error);
    if (this.#pause !== undefined) return;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      void this.#open();
    }, pause);
    // The pause keeps no process alive.
    this.#pause.unref();
  }

  #forget(connection: ResolverConnection): void {
    if (!this.#connections.delete(connection)) return;
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    if (this.#closed || this.#waiters.size === 0) return;
    if (this.#pause === undefined) void this.#open();
    else if (this.#opening + this.#connections.size === 0) this.#refuseWaiters(this.#cannotConnect());
  }

  #cannotConnect(): NoConnection {
    return this.#standby
      ? new NoConnection('read_only', 'the server is a standby: the resolver needs the primary')
      : new NoConnection('unavailable', 'the resolver cannot connect');
  }

  #refuseWaiters(error: NoConnection): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
