// A TCP proxy in front of a real PostgreSQL that keeps what programs send, connection by connection.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { decodeStartupPacket, startupPacketLength } from '../../../gateway/wire/index.ts';
import type { RawAddress } from '../../support/raw-client.ts';

export type Sent = Readonly<{
  type: string;
  body: Buffer;
  /** How many ReadyForQuery messages the client had been sent by then, the login's not counted. */
  answered: number;
}>;

export type RecordedSession = Readonly<{ startup: ReadonlyMap<string, string>; sent: readonly Sent[] }>;

export type Recorder = RawAddress &
  Readonly<{
    /** What was recorded since the last time, in the order in which the sessions began. */
    take(): readonly RecordedSession[];
    stop(): Promise<void>;
  }>;

export async function startRecorder(target: RawAddress): Promise<Recorder> {
  const sockets = new Set<Socket>();
  let recordings: Recording[] = [];
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection({ ...target, noDelay: true });
    const recording = new Recording();
    recordings.push(recording);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from));
    }
    client.on('data', (bytes: Buffer) => recording.fromClient(bytes));
    upstream.on('data', (bytes: Buffer) => recording.fromServer(bytes));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = recordings.flatMap((recording) => recording.session ?? []);
      recordings = [];
      return taken;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Both directions of one connection, framed as the bytes come. */
class Recording {
  #startup: ReadonlyMap<string, string> | undefined;
  #ready = 0;
  readonly #sent: Sent[] = [];
  #client = Buffer.alloc(0);
  #server = Buffer.alloc(0);

  /** Undefined for what never became a session: requests to cancel, refused logins. */
  get session(): RecordedSession | undefined {
    return this.#startup && this.#ready > 0 ? { startup: this.#startup, sent: this.#sent } : undefined;
  }

  fromClient(bytes: Buffer): void {
    this.#client = Buffer.concat([this.#client, bytes]);
    while (this.#startup === undefined) {
      if (this.#client.length < 4) return;
      const length = startupPacketLength(this.#client);
      if (this.#client.length < length) return;
      const packet = decodeStartupPacket(this.#client.subarray(0, length));
      this.#client = this.#client.subarray(length);
      if (packet.kind === 'startup') this.#startup = packet.parameters;
    }
    // Until the server is ready for the first time, the client proves who it is.
    for (const { type, body } of this.#messages('client'))
      if (this.#ready > 0) this.#sent.push({ type, body, answered: this.#ready - 1 });
  }

  fromServer(bytes: Buffer): void {
    // Nobody offers TLS here: the answer to each request for it is a byte without a frame.
    const refusals = this.#startup === undefined ? bytes.length : 0;
    this.#server = Buffer.concat([this.#server, bytes.subarray(refusals)]);
    for (const { type } of this.#messages('server')) if (type === 'Z') this.#ready += 1;
  }

  *#messages(side: 'client' | 'server'): Generator<{ type: string; body: Buffer }> {
    for (;;) {
      const bytes = side === 'client' ? this.#client : this.#server;
      if (bytes.length < 5) return;
      const end = 1 + bytes.readUInt32BE(1);
      if (bytes.length < end) return;
      if (side === 'client') this.#client = bytes.subarray(end);
      else this.#server = bytes.subarray(end);
      yield { type: String.fromCharCode(bytes[0] as number), body: bytes.subarray(5, end) };
    }
  }
}
