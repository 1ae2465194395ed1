// A client of the driver (npm pg) on a connection that this room has made and logged in: for the gateway's own questions.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import pg from 'pg';
import type { UpstreamConnection } from './establish.ts';
import type { Upstream } from './upstream.ts';

export type ClientRequest = Readonly<{
  /** Which of the resource's credentials; `default` when absent. */
  credential?: string;
  applicationName: string;
  signal?: AbortSignal;
}>;

/**
 * Connected and ready. Addresses, TLS and passwords are this room's, so that they mean what they mean for sessions;
 * throws what `connect` throws. An `error` listener is the caller's to add.
 */
export async function openClient(upstream: Upstream, request: ClientRequest): Promise<pg.Client> {
  const { credential, applicationName, signal } = request;
  const connection = await upstream.connect({
    startupParameters: { application_name: applicationName },
    credential,
    signal,
  });
  // What the environment says of TLS is meant for other connections.
  const client = new pg.Client({ stream: () => new LoggedInStream(connection), ssl: false });
  // It may be told to go in the very moment that it is connected, before whoever asked can listen.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The driver speaks first: its startup message is taken from it, and the greeting that came long ago is the answer. */
class LoggedInStream extends Duplex {
  readonly #socket: Socket;
  #greeting: readonly Buffer[] | undefined;

  constructor({ socket, greeting, rest }: UpstreamConnection) {
    super();
    this.#socket = socket;
    this.#greeting = [authenticationOk, ...greeting, rest];
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** The driver calls it as it would a socket's. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#socket.ref();
    return this;
  }

  unref(): this {
    this.#socket.unref();
    return this;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#greeting === undefined) {
      this.#socket.write(chunk, done);
      return;
    }
    for (const message of this.#greeting) this.push(message);
    this.#greeting = undefined;
    this.#socket.resume();
    done();
  }

  override _read(): void {
    if (this.#greeting === undefined) this.#socket.resume();
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

const authenticationOk = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
