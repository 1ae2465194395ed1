// Asks the server to stop the running statement: a connection of its own that carries a CancelRequest.

import net from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';

export type CancelTarget = Readonly<{
  host: string;
  port: number;
  tls: ConnectionOptions | undefined;
  processID: number;
  secretKey: number;
}>;

const patienceMs = 10_000;

/** The answer comes on the session's own connection, as SQLSTATE 57014; a lost cancel is no error. */
export function sendCancel({ host, port, tls: options, processID, secretKey }: CancelTarget): void {
  const socket = net.connect({ host, port });
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('connect', () => {
    if (options === undefined) socket.end(cancelRequest(processID, secretKey));
    else socket.write(sslRequest());
  });
  socket.once('data', (answer: Buffer) => {
    if (options === undefined || answer.toString('latin1') !== 'S') {
      socket.destroy();
      return;
    }
    const secure = tls.connect({ ...options, socket }, () => secure.end(cancelRequest(processID, secretKey)));
    secure.on('error', () => socket.destroy());
  });
}

function sslRequest(): Buffer {
  const packet = Buffer.alloc(8);
  packet.writeInt32BE(8, 0);
  packet.writeInt32BE(80877103, 4);
  return packet;
}

function cancelRequest(processID: number, secretKey: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(80877102, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  return packet;
}
