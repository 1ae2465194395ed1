// Reaches a database server: TCP (or a Unix socket), then SSLRequest and TLS as its sslmode says.
import * as net from 'node:net';
import * as tls from 'node:tls';
import { serialize } from 'pg-protocol';
import type { UpstreamConfig } from '../config/index.ts';
import { ConnectFailure, toFailure } from './failure.ts';
import type { TlsSettings } from './tls-settings.ts';

export type Target = Readonly<{
  config: UpstreamConfig;
  tls: TlsSettings;
  /** Instead of what the host name resolves to: a cancel must reach the very server of its session. */
  address?: string | undefined;
  /** `prefer` after TLS has failed. */
  plaintext?: boolean;
}>;

const KEEPALIVE_DELAY_MS = 60_000;
const SSL_YES = 0x53;
const SSL_NO = 0x4e;

/** A socket that stays here for its whole life: an error with nobody listening would end the process. */
export const ignoreError = (): void => undefined;

/** A connected socket; encrypted when it is a TLSSocket. */
export async function dial(target: Target, signal: AbortSignal): Promise<net.Socket> {
  const { sslmode } = target.config;
  if (sslmode === 'disable' || target.plaintext || isUnixSocket(target.config)) {
    return reach(target, signal);
  }
  const options = await target.tls.options();
  let socket = await reach(target, signal);
  try {
    if (!(await askForTls(socket, signal))) {
      if (sslmode === 'prefer') {
        return socket;
      }
      throw new ConnectFailure('upstream_refused', 'tls', `the server has no TLS and sslmode is ${sslmode}`);
    }
    socket = tls.connect({ ...options, socket });
    socket.on('error', ignoreError);
    await happens(socket, 'secureConnect', signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw toFailure(error, 'tls');
  }
}

/** Whether bytes between here and the server pass through this machine alone. */
export function isLocal(socket: net.Socket, config: UpstreamConfig): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return isUnixSocket(config) || address === '::1' || (net.isIPv4(address) && address.startsWith('127.'));
}

async function reach({ config, address }: Target, signal: AbortSignal): Promise<net.Socket> {
  signal.throwIfAborted();
  const { host, port } = config;
  const socket = net.connect(
    isUnixSocket(config)
      ? { path: `${host}/.s.PGSQL.${port}` }
      : {
          host: address ?? host,
          port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: KEEPALIVE_DELAY_MS,
        },
  );
  socket.on('error', ignoreError);
  try {
    await happens(socket, 'connect', signal);
  } catch (error) {
    socket.destroy();
    throw toFailure(error, 'connect');
  }
  return socket;
}

function isUnixSocket({ host }: UpstreamConfig): boolean {
  return host.startsWith('/');
}

async function askForTls(socket: net.Socket, signal: AbortSignal): Promise<boolean> {
  socket.write(serialize.requestSsl());
  const [answer] = (await happens(socket, 'data', signal)) as [Buffer];
  socket.pause();
  if (answer.length !== 1) {
    // Whoever sits between could have put bytes there for us to read as if they had come encrypted (CVE-2021-23222).
    throw new ConnectFailure(
      'upstream_protocol',
      'tls',
      'the server sent unencrypted bytes after its answer to SSLRequest',
    );
  }
  if (answer[0] !== SSL_YES && answer[0] !== SSL_NO) {
    throw new ConnectFailure(
      'upstream_protocol',
      'tls',
      'the server answered SSLRequest with neither S nor N',
    );
  }
  return answer[0] === SSL_YES;
}

/** The arguments of the next such event, or whatever ends the socket first. */
function happens(
  socket: net.Socket,
  event: 'connect' | 'secureConnect' | 'data',
  signal: AbortSignal,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      socket.off(event, succeed).off('error', fail).off('close', closed);
      signal.removeEventListener('abort', abort);
      run();
    };
    const succeed = (...values: unknown[]): void => settle(() => resolve(values));
    const fail = (error: Error): void => settle(() => reject(error));
    const closed = (): void =>
      fail(
        new ConnectFailure(
          'upstream_unreachable',
          'connect',
          'the server closed the connection before the login',
        ),
      );
    const abort = (): void => fail(signal.reason);
    socket.once(event, succeed).once('error', fail).once('close', closed);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) {
      abort();
    } else if (socket.destroyed) {
      closed();
    }
  });
}
