// The bytes of one test connection: what arrived in order, waits for more, TLS on top, and every way to end it.
import { createConnection, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { within } from './wait.ts';

export type RawAddress = Readonly<{ host: string; port: number }>;

/** The other side ended the connection before what the test waited for had come. */
export class ConnectionEnded extends Error {
  constructor(unread: number, cause?: unknown) {
    super(`the connection ended with ${unread} bytes unread`, { cause });
    this.name = 'ConnectionEnded';
  }
}

export class RawSocket {
  readonly milliseconds: number;
  /** Resolves with the socket's error, or undefined, once it is closed in both directions. */
  readonly closed: Promise<Error | undefined>;
  /** Resolves once the other side sent its FIN, or the connection broke. */
  readonly ended: Promise<void>;
  readonly #tcp: Socket;
  readonly #keep: boolean;
  #stream: Socket | TLSSocket;
  #received: Buffer[] = [];
  #pending: Buffer[] = [];
  #pendingLength = 0;
  #error: Error | undefined;
  #over = false;
  #wake: (() => void) | undefined;
  #settleEnded: () => void = () => {};

  private constructor(tcp: Socket, milliseconds: number, keep: boolean) {
    this.#tcp = tcp;
    this.#stream = tcp;
    this.#keep = keep;
    this.milliseconds = milliseconds;
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
    this.closed = new Promise((resolve) => tcp.once('close', () => resolve(this.#error)));
    tcp.once('close', () => this.#finish());
    this.#listen();
  }

  static async open(
    address: RawAddress,
    options: { milliseconds?: number; keep?: boolean } = {},
  ): Promise<RawSocket> {
    const { milliseconds = 60_000, keep = true } = options;
    const tcp = createConnection({ ...address, noDelay: true, allowHalfOpen: true });
    const connected = new Promise<void>((resolve, reject) => {
      tcp.once('connect', resolve);
      tcp.once('error', reject);
    });
    await within(milliseconds, 'a TCP connection', connected).catch((thrown) => {
      tcp.destroy();
      throw thrown;
    });
    return new RawSocket(tcp, milliseconds, keep);
  }

  /** Every byte that ever arrived, decrypted where TLS is on. */
  get receivedBytes(): Buffer {
    if (!this.#keep) throw new Error('this connection was opened with keep: false');
    if (this.#received.length > 1) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0] ?? Buffer.alloc(0);
  }

  get stream(): Socket | TLSSocket {
    return this.#stream;
  }

  get unread(): number {
    return this.#pendingLength;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** What TLS agreed on, once it is on. */
  get tls(): TLSSocket | undefined {
    return 'alpnProtocol' in this.#stream ? (this.#stream as TLSSocket) : undefined;
  }

  async startTls(options: ConnectionOptions = {}): Promise<void> {
    this.#stream.removeAllListeners('data').removeAllListeners('end');
    const secured = connectTls({ rejectUnauthorized: false, ...options, socket: this.#tcp });
    this.#stream = secured;
    const done = new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('error', reject);
      secured.once('close', () => reject(new ConnectionEnded(0, this.#error)));
    });
    this.#listen();
    await within(this.milliseconds, 'the TLS handshake', done);
  }

  send(...parts: readonly Uint8Array[]): void {
    this.#stream.write(parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts));
  }

  /** Sends, and resolves once the kernel has taken all of it; for writers that must respect backpressure. */
  sendFully(bytes: Uint8Array, milliseconds = this.milliseconds): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    return within(milliseconds, `${bytes.length} bytes to be written`, written);
  }

  /** Looks at the next `count` bytes without taking them, waiting for them to come. */
  async peek(count: number, milliseconds = this.milliseconds): Promise<Buffer> {
    const arrived = async (): Promise<Buffer> => {
      while (this.#pendingLength < count) {
        if (this.#over) throw new ConnectionEnded(this.#pendingLength, this.#error);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      return this.#front(count);
    };
    return await within(milliseconds, `${count} bytes from the other side`, arrived());
  }

  async take(count: number, milliseconds = this.milliseconds): Promise<Buffer> {
    const bytes = await this.peek(count, milliseconds);
    const first = this.#pending[0] as Buffer;
    if (first.length === count) this.#pending.shift();
    else this.#pending[0] = first.subarray(count);
    this.#pendingLength -= count;
    return bytes;
  }

  /** Stops reading: the kernel's buffers fill, then the sender has to wait. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Hands the stream over, for who reads more than memory holds; `unread` is what had arrived. */
  takeOver(): { stream: Socket | TLSSocket; unread: Buffer } {
    this.#stream.pause().removeAllListeners('data');
    const unread = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingLength = 0;
    return { stream: this.#stream, unread };
  }

  /** Reads on after `takeOver`. */
  takeBack(): void {
    this.#stream.on('data', this.#take).resume();
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    this.#stream.end();
  }

  /** Sends RST, as a crashed peer's kernel does. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  destroy(): void {
    this.#stream.destroy();
    this.#tcp.destroy();
  }

  #front(count: number): Buffer {
    let first = this.#pending[0] ?? Buffer.alloc(0);
    if (first.length < count) {
      const merged: Buffer[] = [];
      for (let length = 0; length < count; ) {
        const next = this.#pending.shift() as Buffer;
        merged.push(next);
        length += next.length;
      }
      first = Buffer.concat(merged);
      this.#pending.unshift(first);
    }
    return first.subarray(0, count);
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#keep) this.#received.push(chunk);
    this.#pending.push(chunk);
    this.#pendingLength += chunk.length;
    this.#wake?.();
  };

  #listen(): void {
    this.#stream.on('data', this.#take);
    this.#stream.on('end', () => this.#finish());
    this.#stream.on('close', () => this.#finish());
    this.#stream.on('error', (error: Error) => {
      this.#error ??= error;
      this.#finish();
    });
  }

  #finish(): void {
    this.#over = true;
    this.#settleEnded();
    this.#wake?.();
  }
}
