// A PostgreSQL client that sends exactly the bytes a test chooses and keeps every byte that comes back.
import type { ConnectionOptions } from 'node:tls';
import { BackendMessage, ServerError } from './raw-backend.ts';
import { frontend, PROTOCOL_3_0 } from './raw-frontend.ts';
import { authenticate, type RawCredential } from './raw-login.ts';
import { type RawAddress, RawSocket } from './raw-socket.ts';
import { WaitTimeout, within } from './wait.ts';

export { BackendMessage, type RawColumn, ServerError, type ServerFields, summary } from './raw-backend.ts';
export * from './raw-frontend.ts';
export { authenticate, mechanismsOf, type RawCredential } from './raw-login.ts';
export { ConnectionEnded, type RawAddress } from './raw-socket.ts';

export type RawConnectOptions = RawAddress &
  Readonly<{
    /** `request`: SSLRequest first. `direct`: the ClientHello is the first byte, as PostgreSQL 17 allows. */
    tls?: 'none' | 'request' | 'direct';
    /** Certificates aren't checked unless the test says so; direct TLS sends the ALPN `postgresql` unless named here. */
    tlsOptions?: ConnectionOptions;
    /** The bound of every wait of this client. */
    milliseconds?: number;
    /** false: what was read isn't kept, for results that are larger than memory allows. */
    keep?: boolean;
  }>;

export type RawLogin = RawCredential &
  Readonly<{ database?: string; version?: number; parameters?: Readonly<Record<string, string>> }>;

export class RawClient {
  readonly socket: RawSocket;
  readonly closed: Promise<Error | undefined>;
  readonly ended: Promise<void>;
  /** ParameterStatus values in the order of their first arrival. */
  readonly parameters = new Map<string, string>();
  /** The body of BackendKeyData: process id and secret. */
  backendKey: Buffer = Buffer.alloc(0);
  #address: RawConnectOptions;
  #recent: string[] = [];

  private constructor(socket: RawSocket, address: RawConnectOptions) {
    this.socket = socket;
    this.closed = socket.closed;
    this.ended = socket.ended;
    this.#address = address;
  }

  /** A connection on which no startup packet was sent yet; TLS is on where the options ask for it. */
  static async connect(options: RawConnectOptions): Promise<RawClient> {
    const { tls = 'none', tlsOptions = {} } = options;
    const client = new RawClient(await RawSocket.open(options, options), options);
    if (tls === 'direct') await client.socket.startTls({ ALPNProtocols: ['postgresql'], ...tlsOptions });
    if (tls === 'request') {
      client.send(frontend.sslRequest());
      const answer = (await client.receiveRaw(1)).toString('latin1');
      if (answer !== 'S') throw new Error(`the server answered ${JSON.stringify(answer)} to SSLRequest`);
      await client.socket.startTls(tlsOptions);
    }
    return client;
  }

  /** Connects and logs in; what a test of anything after the login starts with. */
  static async open(options: RawConnectOptions & RawLogin): Promise<RawClient> {
    const client = await RawClient.connect(options);
    try {
      await client.login(options);
    } catch (thrown) {
      client.destroy();
      throw thrown;
    }
    return client;
  }

  /** Sends a CancelRequest on a connection of its own and resolves once the server has closed that. */
  static async cancel(options: RawConnectOptions, key: Uint8Array): Promise<void> {
    const client = await RawClient.connect(options);
    client.send(frontend.cancelRequest(key));
    await client.#untilEnded().finally(() => client.destroy());
  }

  get receivedBytes(): Buffer {
    return this.socket.receivedBytes;
  }

  get pid(): number {
    return this.backendKey.readInt32BE(0);
  }

  /** Startup packet, authentication, and everything up to the first ReadyForQuery, which it returns. */
  async login(login: RawLogin): Promise<BackendMessage[]> {
    const named = { user: login.user, ...(login.database === undefined ? {} : { database: login.database }) };
    this.send(frontend.startup({ ...named, ...login.parameters }, login.version ?? PROTOCOL_3_0));
    await authenticate(this, login);
    const greeting = await this.until('Z');
    const refusal = greeting.find((message) => message.type === 'E');
    if (refusal) throw new ServerError(refusal.fields);
    for (const message of greeting) if (message.type === 'K') this.backendKey = Buffer.from(message.body);
    return greeting;
  }

  /** Cancels whatever this session runs, as a driver does: on a second connection, with this session's key. */
  cancel(): Promise<void> {
    return RawClient.cancel(this.#address, this.backendKey);
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.send(...parts);
  }

  sendFully(bytes: Uint8Array, milliseconds?: number): Promise<void> {
    return this.socket.sendFully(bytes, milliseconds);
  }

  /** Bytes without a frame around them: the answer to SSLRequest or GSSENCRequest. */
  receiveRaw(count: number): Promise<Buffer> {
    return this.socket.take(count);
  }

  /** The next message, whole. */
  async receive(milliseconds?: number): Promise<BackendMessage> {
    try {
      const header = await this.socket.peek(5, milliseconds);
      const message = new BackendMessage(await this.socket.take(1 + header.readUInt32BE(1), milliseconds));
      if (message.type === 'S') this.parameters.set(message.parameter.name, message.parameter.value);
      this.#recent = [...this.#recent.slice(-15), message.toString()];
      return message;
    } catch (thrown) {
      if (thrown instanceof WaitTimeout) thrown.message += `; before that came: ${this.#recent.join(' ')}`;
      throw thrown;
    }
  }

  /** All messages up to and including the first of this type; an ErrorResponse FATAL ends the wait as well. */
  async until(type: string, milliseconds?: number): Promise<BackendMessage[]> {
    const messages: BackendMessage[] = [];
    for (;;) {
      const message = await this.receive(milliseconds);
      messages.push(message);
      if (message.type === type) return messages;
      if (message.type === 'E' && ['FATAL', 'PANIC'].includes(message.fields.S ?? '')) return messages;
    }
  }

  /** A simple query and its whole answer, errors included. */
  async query(text: string, milliseconds?: number): Promise<BackendMessage[]> {
    this.send(frontend.query(text));
    return await this.until('Z', milliseconds);
  }

  /** The rows of a simple query as text; an ErrorResponse is thrown. */
  async rows(text: string, milliseconds?: number): Promise<(string | null)[][]> {
    const messages = await this.query(text, milliseconds);
    const refusal = messages.find((message) => message.type === 'E');
    if (refusal) throw new ServerError(refusal.fields);
    return messages.filter((message) => message.type === 'D').map((message) => message.texts);
  }

  /** Everything up to the end of the connection: what a refused client is told last. */
  async untilEnd(milliseconds?: number): Promise<BackendMessage[]> {
    const messages: BackendMessage[] = [];
    try {
      for (;;) messages.push(await this.receive(milliseconds));
    } catch (thrown) {
      if (thrown instanceof WaitTimeout) throw thrown;
      return messages;
    }
  }

  halfClose(): void {
    this.socket.halfClose();
  }

  reset(): void {
    this.socket.reset();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Says Terminate and waits for the server to close. */
  async end(): Promise<void> {
    if (!this.socket.isOver) this.send(frontend.terminate());
    await this.#untilEnded();
    this.destroy();
  }

  #untilEnded(): Promise<void> {
    return within(this.socket.milliseconds, 'the server to close the connection', this.ended);
  }
}
