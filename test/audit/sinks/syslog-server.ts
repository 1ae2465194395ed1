// A syslog server that takes messages counted in octets (RFC 5425, RFC 6587), by TLS or in the clear, and tells what it read.
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { Certificates } from '../../support/certificates.ts';

export type SyslogServer = Readonly<{
  port: number;
  messages: string[];
  connections: () => number;
  behaviour: {
    /** Called with each connection; true: it is dealt with. */
    greet?: (socket: Socket) => boolean;
    /** It never reads. */
    isStuck?: boolean;
    /** It ends the connection after so many bytes, in the midst of things. */
    endsAfter?: number;
  };
  stop(): Promise<void>;
}>;

export async function startSyslogServer(certificates?: Certificates): Promise<SyslogServer> {
  const messages: string[] = [];
  const behaviour: SyslogServer['behaviour'] = {};
  const sockets = new Set<Socket>();
  let connections = 0;
  const serve = (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (behaviour.greet?.(socket) === true) return;
    if (behaviour.isStuck === true) return;
    let rest = Buffer.alloc(0);
    let read = 0;
    socket.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (behaviour.endsAfter !== undefined && read > behaviour.endsAfter) {
        socket.destroy();
        return;
      }
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0x20); end > 0; end = rest.indexOf(0x20)) {
        const length = Number(rest.subarray(0, end).toString('latin1'));
        if (!Number.isInteger(length)) throw new Error('no length before the message');
        if (rest.length < end + 1 + length) break;
        messages.push(rest.subarray(end + 1, end + 1 + length).toString('utf8'));
        rest = rest.subarray(end + 1 + length);
      }
    });
  };
  const server =
    certificates === undefined
      ? createServer(serve)
      : createSecureServer(
          { cert: await readFile(certificates.cert), key: await readFile(certificates.key) },
          serve,
        );
  if (certificates !== undefined) server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ...{ messages, behaviour, connections: () => connections },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
