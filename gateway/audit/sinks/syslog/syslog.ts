// Events to a syslog server. The protocol has no acknowledgement: what comes closest is a server that has read a connection
// to its end and closes it in turn, so each batch has a connection of its own unless the configuration says otherwise.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure, type TLSSocket } from 'node:tls';
import type { TlsFiles } from '../../../lib/index.ts';
import { NotStored, type Shipment, type Sink } from '../sink.ts';
import { type Facility, framed } from './message.ts';

export type SyslogConfig = TlsFiles &
  Readonly<{
    host: string;
    port: number;
    tls: boolean;
    facility: Facility;
    /** `close`: the server has read it to its end. `sent`: this machine has sent it. */
    confirm: 'close' | 'sent';
  }>;

/** Messages are put together to writes of about this size. */
const PART = 256 * 1024;

export class SyslogSink implements Sink {
  readonly #config: SyslogConfig;
  /** Kept between batches where nothing is confirmed by closing. */
  #socket: Socket | undefined;
  #session: Buffer | undefined;

  constructor(config: SyslogConfig) {
    this.#config = config;
  }

  async deliver({ chain, events }: Shipment, signal: AbortSignal): Promise<void> {
    const { confirm, facility } = this.#config;
    const socket = this.#socket ?? (await this.#connect(signal));
    this.#socket = undefined;
    const failed = failureOf(socket, signal);
    try {
      let part: Buffer[] = [];
      let length = 0;
      for (const event of events) {
        const message = framed(event, chain, facility);
        part.push(message);
        length += message.length;
        if (length < PART) continue;
        await Promise.race([write(socket, Buffer.concat(part)), failed.promise]);
        [part, length] = [[], 0];
      }
      await Promise.race([write(socket, Buffer.concat(part)), failed.promise]);
      if (confirm === 'sent') {
        this.#socket = socket;
        return;
      }
      const closed = once(socket, 'close');
      socket.end();
      await Promise.race([closed, failed.promise]);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      failed.forget();
    }
  }

  async check(signal: AbortSignal): Promise<string> {
    const socket = await this.#connect(signal);
    socket.destroy();
    const { host, port, tls } = this.#config;
    return `${host}:${port} can be reached${tls ? ' by TLS' : ''}`;
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
  }

  async #connect(signal: AbortSignal): Promise<Socket> {
    const { host, port, tls, ca, cert, key } = this.#config;
    const socket = tls
      ? connectSecure({
          ...{ host, port, servername: /^[\d.]+$|:/.test(host) ? '' : host, minVersion: 'TLSv1.2' },
          ...(ca === undefined ? {} : { ca: await readFile(ca) }),
          ...(cert === undefined ? {} : { cert: await readFile(cert) }),
          ...(key === undefined ? {} : { key: await readFile(key) }),
          ...(this.#session === undefined ? {} : { session: this.#session }),
        })
      : connectPlain({ host, port, noDelay: true });
    if (tls) socket.on('session', (session: Buffer) => (this.#session = session));
    const failed = failureOf(socket, signal);
    try {
      await Promise.race([once(socket, tls ? 'secureConnect' : 'connect'), failed.promise]);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      failed.forget();
    }
    // Nothing is expected from it, and its end is only seen by reading.
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }
}

/** Rejects as soon as the connection fails, ends before we end it, or the time is over. */
function failureOf(socket: Socket, signal: AbortSignal) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const failed = (error: Error) => reject(error);
  const ended = () => {
    if (!socket.writableEnded) reject(new NotStored('unavailable', 'it closed the connection'));
  };
  const closed = (hadError: boolean) => {
    if (hadError || !socket.writableEnded) reject(new NotStored('unavailable', 'the connection was cut'));
  };
  const late = () => reject(new NotStored('unavailable', 'it took too long'));
  socket.on('error', failed).on('end', ended).on('close', closed);
  signal.addEventListener('abort', late);
  if (signal.aborted) late();
  return {
    promise,
    forget: () => {
      socket.off('error', failed).off('end', ended).off('close', closed);
      signal.removeEventListener('abort', late);
    },
  };
}

/** Resolves when it has been handed to the system: a receiver that is slow is felt here. */
const write = (socket: Socket | TLSSocket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())));
