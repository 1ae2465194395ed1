// One connection to a mail server: commands and their replies, and TLS from the start or in between.
import { readFile } from 'node:fs/promises';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Reply, ReplyReader, SmtpRefused } from './reply.ts';

export type SmtpAddress = Readonly<{
  host: string;
  port: number;
  /** `none` is for this machine alone. */
  tls: 'starttls' | 'implicit' | 'none';
  ca: string | undefined;
}>;

type Waiter = Readonly<{ resolve: (reply: Reply) => void; reject: (error: unknown) => void }>;

export class SmtpConnection {
  #socket: Socket;
  #reader = new ReplyReader();
  #arrived: Reply[] = [];
  #waiter: Waiter | undefined;
  #failure: unknown;
  readonly #address: SmtpAddress;
  readonly #signal: AbortSignal;

  private constructor(socket: Socket, address: SmtpAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
    this.#socket = socket;
    this.#attach(socket);
    signal.addEventListener('abort', () => this.#fail(signal.reason), { once: true });
  }

  /** Ends with the signal, whatever it is doing. */
  static async open(address: SmtpAddress, signal: AbortSignal): Promise<SmtpConnection> {
    const { host, port, tls } = address;
    const socket =
      tls === 'implicit'
        ? connectTls({ host, port, ...(await tlsOptions(address)) })
        : connectPlain({ host, port });
    return new SmtpConnection(socket, address, signal);
  }

  /** The next reply; throws when it is none of these codes. */
  async expect(step: string, ...codes: readonly number[]): Promise<Reply> {
    const reply = await this.next();
    if (!codes.includes(reply.code)) throw new SmtpRefused(step, reply);
    return reply;
  }

  next(): Promise<Reply> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return Promise.resolve(arrived);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  send(line: string): void {
    this.write(`${line}\r\n`);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** What came before must not count behind it: somebody on the way could have put it there. */
  async startTls(): Promise<void> {
    if (!this.#reader.isEmpty || this.#arrived.length > 0)
      throw new Error('the mail server said something before TLS was there');
    const plain = this.#socket;
    plain.removeAllListeners();
    plain.on('error', (error) => this.#fail(error));
    const options = await tlsOptions(this.#address);
    const secure = connectTls({ socket: plain, ...options });
    this.#socket = secure;
    await new Promise<void>((resolve, reject) => {
      this.#waiter = {
        resolve: () => reject(new Error('the mail server spoke before TLS was there')),
        reject,
      };
      this.#attach(secure);
      secure.once('secureConnect', () => {
        this.#waiter = undefined;
        resolve();
      });
    });
  }

  close(): void {
    this.#failure ??= new Error('the connection is closed');
    this.#socket.destroy();
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const reply of this.#reader.read(chunk.toString('latin1'))) this.#take(reply);
      } catch (error) {
        this.#fail(error);
      }
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the mail server hung up')));
    if (this.#signal.aborted) this.#fail(this.#signal.reason);
  }

  #take(reply: Reply): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) this.#arrived.push(reply);
    else waiter.resolve(reply);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#socket.destroy();
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(this.#failure);
  }
}

async function tlsOptions({ host, ca }: SmtpAddress): Promise<object> {
  return {
    // An address is compared with the certificate's as well; SNI has names alone.
    host,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
  };
}
