// Reads a server's messages one by one during the login, and then lets go of the socket without losing a byte.
import type { Socket } from 'node:net';
import { HEADER_BYTES } from '../wire/index.ts';
import { ConnectFailure, toFailure } from './failure.ts';

export type BackendMessage = Readonly<{
  type: number;
  body: Buffer;
  /** Type, length and body as they came. */
  whole: Buffer;
}>;

// A login is a few hundred bytes; a server that sends more than this isn't one.
const MAX_LOGIN_BYTES = 64 * 1024;

export class BackendStream {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #needed = HEADER_BYTES;
  #total = 0;
  #failure: ConnectFailure | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    socket.on('data', this.#read).on('error', this.#fail).on('end', this.#ended).on('close', this.#ended);
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) {
      this.#abort();
    }
    if (socket.destroyed) {
      this.#ended();
    }
    socket.resume();
  }

  /** The next message, which must be of one of these types. What has arrived counts before what has gone wrong. */
  async next(allowed: string): Promise<BackendMessage> {
    for (;;) {
      const message = this.#take(allowed);
      if (message !== undefined) {
        return message;
      }
      if (this.#failure !== undefined) {
        throw this.#failure;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Pauses the socket and takes everything off it; returns the bytes behind the last message. */
  detach(): Buffer {
    const socket = this.#socket;
    socket.pause();
    socket.off('data', this.#read).off('error', this.#fail).off('end', this.#ended).off('close', this.#ended);
    this.#signal.removeEventListener('abort', this.#abort);
    const rest = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return rest;
  }

  #take(allowed: string): BackendMessage | undefined {
    if (this.#buffered < this.#needed) {
      return undefined;
    }
    const bytes = this.#join();
    const type = bytes.readUInt8(0);
    const length = bytes.readUInt32BE(1) + 1;
    if (!allowed.includes(String.fromCharCode(type))) {
      throw violation(`an unexpected message of type 0x${type.toString(16).padStart(2, '0')}`);
    }
    if (length < HEADER_BYTES || length > MAX_LOGIN_BYTES - this.#total) {
      throw violation('a message of impossible length');
    }
    if (bytes.length < length) {
      this.#needed = length;
      return undefined;
    }
    this.#total += length;
    this.#needed = HEADER_BYTES;
    const rest = bytes.subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
    return { type, body: bytes.subarray(HEADER_BYTES, length), whole: bytes.subarray(0, length) };
  }

  #join(): Buffer {
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    const all = only ?? Buffer.concat(this.#chunks, this.#buffered);
    this.#chunks = [all];
    return all;
  }

  #read = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    this.#wake?.();
  };

  #fail = (error: unknown): void => {
    this.#failure ??= toFailure(error, 'login');
    this.#wake?.();
  };

  #ended = (): void =>
    this.#fail(
      new ConnectFailure(
        'upstream_unreachable',
        'login',
        'the server closed the connection during the login',
      ),
    );

  #abort = (): void => {
    this.#fail(this.#signal.reason);
    this.#socket.destroy();
  };
}

export function violation(what: string): ConnectFailure {
  return new ConnectFailure('upstream_protocol', 'login', `the server sent ${what}`);
}
