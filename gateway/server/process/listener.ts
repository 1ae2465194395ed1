// The socket that clients connect to.
import { createServer, type Server, type Socket } from 'node:net';
import type { ListenConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import type { Core } from './core.ts';
import { type Host, SPARE_SOCKETS } from './session-host.ts';

/** PostgreSQL's postmaster takes as many waiting connections at most. */
const BACKLOG = 1024;

const socketOptions = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
  pauseOnConnect: true,
} as const;

export type Listener = Readonly<{ server: Server; port: number }>;

/** Every client that comes has a session of its own. */
export async function listen({ current, log, sessions, metrics }: Core, host: Host): Promise<Listener> {
  const accept = (socket: Socket): void => {
    socket.on('error', () => undefined);
    metrics.clientCame();
    if (sessions.size >= host.limits.connections + SPARE_SOCKETS) socket.destroy();
    else sessions.begin(socket, host);
  };
  return await opened(createServer(socketOptions, accept), current.config.listen, log);
}

async function opened(server: Server, { host, port }: ListenConfig, log: Log): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  server.on('error', (error) => log.error({ err: error }, 'listener failed'));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}
