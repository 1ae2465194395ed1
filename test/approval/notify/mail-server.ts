// A mail server as the RFCs have it, as far as one is needed here: EHLO, STARTTLS, AUTH, recipients, dots; and it refuses
// what a test tells it to refuse.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer, TLSSocket } from 'node:tls';

export type Mail = Readonly<{
  from: string;
  to: readonly string[];
  /** Without the dots that were added for the way. */
  data: string;
  isSecure: boolean;
  user: string | undefined;
}>;

export type MailServerOptions = Readonly<{
  tls: { cert: Buffer; key: Buffer };
  isImplicit?: boolean;
  /** Absent: nobody has to log in. */
  login?: { user: string; password: string; mechanism: 'PLAIN' | 'LOGIN' };
  /** It knows no STARTTLS, as after somebody on the way took it out. */
  isStripped?: boolean;
  /** Says this in the clear behind its answer to STARTTLS, as somebody on the way would. */
  injected?: string;
  port?: number;
}>;

export type MailServer = Readonly<{
  port: number;
  mails: readonly Mail[];
  /** What was sent before TLS. */
  inTheClear: readonly string[];
  /** By the beginning of a command, or `.` for the end of a mail: what the next of them are answered. */
  refusals: Map<string, string[]>;
  stop(): Promise<void>;
}>;

export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const mails: Mail[] = [];
  const inTheClear: string[] = [];
  const refusals = new Map<string, string[]>();
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    new Dialogue(socket, options, { mails, inTheClear, refusals }).begin();
  };
  const server = options.isImplicit === true ? createTlsServer(options.tls, serve) : createServer(serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ...{ mails, inTheClear, refusals },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

class Dialogue {
  readonly #options: MailServerOptions;
  readonly #seen: { mails: Mail[]; inTheClear: string[]; refusals: Map<string, string[]> };
  #socket: Socket;
  #text = '';
  #user: string | undefined;
  #from: string | undefined;
  #to: string[] = [];
  #data: string[] | undefined;
  /** What AUTH LOGIN was told so far. */
  #words: string[] | undefined;

  constructor(
    socket: Socket,
    options: MailServerOptions,
    seen: { mails: Mail[]; inTheClear: string[]; refusals: Map<string, string[]> },
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#seen = seen;
  }

  begin(): void {
    this.#attach();
    this.#say(this.#refusal('CONNECT') ?? '220 mail.example.com ESMTP');
  }

  get #isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  #attach(): void {
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => {
      if (!this.#isSecure) this.#seen.inTheClear.push(chunk.toString());
      this.#text += chunk.toString();
      for (let end = this.#text.indexOf('\r\n'); end >= 0; end = this.#text.indexOf('\r\n')) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        this.#line(line);
      }
    });
  }

  #say(reply: string): void {
    this.#socket.write(`${reply}\r\n`);
  }

  /** Undefined: as it should be. `hang up` hangs up. */
  #refusal(command: string): string | undefined {
    for (const [beginning, replies] of this.#seen.refusals) {
      if (!command.startsWith(beginning) || replies.length === 0) continue;
      const reply = replies.shift();
      if (reply === 'hang up') this.#socket.destroy();
      return reply;
    }
    return undefined;
  }

  #line(line: string): void {
    if (this.#data !== undefined) this.#dataLine(line);
    else if (this.#words !== undefined) this.#loginWord(line);
    else this.#say(this.#refusal(line) ?? this.#answer(line));
    if (line === 'STARTTLS' && !this.#isSecure && this.#options.isStripped !== true) this.#secure();
  }

  #answer(line: string): string {
    const { login, isStripped } = this.#options;
    const [verb = '', argument = ''] = line.split(' ');
    switch (verb) {
      case 'EHLO': {
        const offers = ['mail.example.com', 'SIZE 1000000', '8BITMIME'];
        if (!this.#isSecure && isStripped !== true) offers.push('STARTTLS');
        if (this.#isSecure && login !== undefined) offers.push(`AUTH ${login.mechanism}`);
        return offers.map((offer, at) => `250${at === offers.length - 1 ? ' ' : '-'}${offer}`).join('\r\n');
      }
      case 'STARTTLS':
        return isStripped === true ? '502 5.5.1 unknown command' : '220 go ahead';
      case 'AUTH':
        return this.#auth(argument, line.split(' ')[2]);
      case 'MAIL':
        if (login !== undefined && this.#user === undefined) return '530 5.7.0 Authentication required';
        this.#from = /<(.*)>/.exec(line)?.[1];
        this.#to = [];
        return '250 2.1.0 ok';
      case 'RCPT':
        this.#to.push(/<(.*)>/.exec(line)?.[1] ?? '');
        return '250 2.1.5 ok';
      case 'DATA':
        this.#data = [];
        return '354 end with a dot';
      case 'QUIT':
        return '221 bye';
      default:
        return '500 5.5.2 what?';
    }
  }

  #auth(mechanism: string, initial: string | undefined): string {
    const { login } = this.#options;
    if (!this.#isSecure || login?.mechanism !== mechanism) return '504 5.5.4 not like that';
    if (mechanism === 'LOGIN') {
      this.#words = [];
      return '334 VXNlcm5hbWU6';
    }
    const [, user, password] = decoded(initial ?? '').split('\0');
    return this.#checked(user, password);
  }

  #loginWord(line: string): void {
    const words = [...(this.#words ?? []), decoded(line)];
    this.#words = words.length < 2 ? words : undefined;
    this.#say(words.length < 2 ? '334 UGFzc3dvcmQ6' : this.#checked(words[0], words[1]));
  }

  #checked(user: string | undefined, password: string | undefined): string {
    const { login } = this.#options;
    if (user !== login?.user || password !== login?.password) return '535 5.7.8 bad credentials';
    this.#user = user;
    return '235 2.7.0 welcome';
  }

  #dataLine(line: string): void {
    if (line !== '.') {
      this.#data?.push(line.replace(/^\./, ''));
      return;
    }
    const data = (this.#data ?? []).join('\r\n');
    this.#data = undefined;
    const refusal = this.#refusal('.');
    if (refusal === undefined)
      this.#seen.mails.push({
        ...{ from: this.#from ?? '', to: this.#to, data, isSecure: this.#isSecure, user: this.#user },
      });
    this.#say(refusal ?? '250 2.0.0 queued');
  }

  #secure(): void {
    const { tls, injected } = this.#options;
    if (injected !== undefined) this.#say(injected);
    const plain = this.#socket;
    plain.removeAllListeners('data');
    this.#text = '';
    this.#socket = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(tls) });
    this.#attach();
  }
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
