// Servers that are no PostgreSQL: they say what a test tells them to, or nothing.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateFiles } from '../support/certificates.ts';

export type StubServer = Readonly<{
  port: number;
  /** Everything that clients have sent. */
  received(): string;
  /** Connections that are open now, and how many there have been. */
  open(): number;
  accepted(): number;
  stop(): Promise<void>;
}>;

/** Calls `serve` for each connection. */
export async function startStubServer(serve: (socket: Socket) => unknown): Promise<StubServer> {
  const sockets = new Set<Socket>();
  let received = '';
  let accepted = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    open: () => sockets.size,
    accepted: () => accepted,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Accepts TLS after SSLRequest and says nothing more; `received` is what came encrypted. */
export async function startTlsServer({ cert, key }: CertificateFiles): Promise<StubServer> {
  let received = '';
  const server = await startStubServer((socket) => {
    socket.once('data', () => {
      socket.removeAllListeners('data');
      socket.pause();
      socket.write('S');
      const secured = new TLSSocket(socket, {
        isServer: true,
        cert: readFileSync(cert),
        key: readFileSync(key),
      });
      secured.on('error', () => socket.destroy());
      secured.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
      });
    });
  });
  return { ...server, received: () => received };
}

/** A whole message of a server. */
export function message(type: string, ...parts: readonly (Buffer | string | number)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? int32(part) : Buffer.from(part))),
  );
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A greeting as short as it can be. */
export const greeting = Buffer.concat([
  message('R', 0),
  message('S', 'server_version\0', '15.0\0'),
  message('K', 4711, 815),
  message('Z', 'I'),
]);
