// Reads a client's bytes one packet at a time until the relay takes the socket over.
import type { Socket } from 'node:net';
import { Fault } from '../lib/index.ts';
import { frontend, HEADER_BYTES, startupPacketLength } from '../wire/index.ts';

/** PostgreSQL's PG_MAX_AUTH_TOKEN_LENGTH: tokens are the largest thing a client sends before it is known. */
const AUTHENTICATION_MESSAGE_MAX = 65_535;

/** The client closed the connection before it was logged in; nobody is left to tell. */
export class ClientGone extends Error {}

export class StartupReader {
  readonly socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #gone = false;
  readonly #onData = (chunk: Buffer): void => {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    // Nobody may send much before being known.
    if (this.#buffered.length > AUTHENTICATION_MESSAGE_MAX) this.socket.pause();
    this.#wake?.();
  };
  readonly #onGone = (): void => {
    this.#gone = true;
    this.#wake?.();
    this.onGone?.();
  };
  /** Called when the client leaves while something else is waited for. */
  onGone: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onGone);
    socket.on('close', this.#onGone);
    socket.on('error', this.#onGone);
    socket.resume();
  }

  /** Bytes that have arrived and were not asked for yet. */
  get pending(): number {
    return this.#buffered.length;
  }

  /** The first byte, which stays. */
  async peekByte(): Promise<number> {
    await this.#available(1);
    return this.#buffered[0] as number;
  }

  /** A whole start-up packet, length included. */
  async startupPacket(): Promise<Buffer> {
    await this.#available(4);
    const length = startupPacketLength(this.#buffered);
    await this.#available(length);
    return this.#take(length);
  }

  /** The body of the next message, which must be an answer to an authentication request. */
  async authenticationMessage(): Promise<Buffer> {
    await this.#available(HEADER_BYTES);
    const type = this.#buffered[0] as number;
    const length = this.#buffered.readInt32BE(1);
    if (type !== frontend.password) {
      throw new Fault('protocol_violation', { what: 'expected an authentication message' });
    }
    if (length < 4 || length > AUTHENTICATION_MESSAGE_MAX) {
      throw new Fault('protocol_violation', { what: 'invalid length of authentication message' });
    }
    await this.#available(length + 1);
    return this.#take(length + 1).subarray(HEADER_BYTES);
  }

  /** Leaves the socket to somebody else, paused; returns what was read beyond. */
  release(): Buffer {
    const { socket } = this;
    socket.pause();
    socket.removeListener('data', this.#onData);
    socket.removeListener('end', this.#onGone);
    socket.removeListener('close', this.#onGone);
    const rest = this.#buffered;
    this.#buffered = Buffer.alloc(0);
    return rest;
  }

  #take(length: number): Buffer {
    const taken = this.#buffered.subarray(0, length);
    this.#buffered = this.#buffered.subarray(length);
    if (!this.#gone) this.socket.resume();
    return taken;
  }

  async #available(length: number): Promise<void> {
    while (this.#buffered.length < length) {
      if (this.#gone) throw new ClientGone('client left before it was logged in');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
