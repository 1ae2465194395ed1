// A listening place between real programs and a server: shows every statement they send, in its own session.
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { decodeStartupPacket, startupPacketLength } from '../../../gateway/wire/index.ts';
import { Frames } from './frames.ts';
import { type Listener, TappedSession } from './tapped-session.ts';

export type Tap = Readonly<{ host: string; port: number; stop(): Promise<void> }>;
type Address = Readonly<{ host: string; port: number }>;

const host = '127.0.0.1';

export type StartupParameters = ReadonlyMap<string, string>;

/** A listener for each session, since programs open several at once. */
export async function startTap(
  server: Address,
  listen: (parameters: StartupParameters) => Listener,
): Promise<Tap> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const listening = createServer((client) => {
    keep(client);
    const upstream = createConnection(server.port, server.host);
    keep(upstream);
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.end());
    void serve(client, upstream, listen).catch(() => {
      client.destroy();
      upstream.destroy();
    });
  });
  listening.listen(0, host);
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  return {
    host,
    port,
    async stop() {
      listening.close();
      for (const socket of sockets) socket.destroy();
      await once(listening, 'close');
    },
  };
}

async function serve(
  client: Socket,
  upstream: Socket,
  listen: (parameters: StartupParameters) => Listener,
): Promise<void> {
  let session: TappedSession | undefined;
  const frames = new Frames();
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of client as AsyncIterable<Buffer>) {
    if (session === undefined) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length < 4) continue;
      const length = startupPacketLength(rest);
      if (rest.length < length) continue;
      const packet = rest.subarray(0, length);
      const startup = decodeStartupPacket(packet);
      const after = rest.subarray(length);
      rest = Buffer.alloc(0);
      if (startup.kind === 'ssl_request' || startup.kind === 'gssenc_request') {
        client.write('N');
        continue;
      }
      upstream.write(packet);
      if (startup.kind !== 'startup') continue;
      session = new TappedSession(client, upstream, listen(startup.parameters));
      for (const message of frames.push(after)) await session.forward(message);
    } else for (const message of frames.push(chunk)) await session.forward(message);
  }
}
