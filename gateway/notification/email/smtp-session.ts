// Sends a mail (RFC 5321): greets, encrypts (RFC 3207), logs in (RFC 4954), and hands it over for each recipient.
import { hostname } from 'node:os';
import { isWell, type Reply, SmtpRefused } from './reply.ts';
import { type SmtpAddress, SmtpConnection } from './smtp-connection.ts';

export type SmtpLogin = Readonly<{ user: string; password: string }>;

export type Envelope = Readonly<{ from: string; to: readonly string[]; data: string }>;

/** Of each recipient: it was handed over, never will be, or may be later. */
export type Handed = Readonly<{
  accepted: readonly string[];
  refused: readonly string[];
  later: readonly string[];
  /** Why the last of those wasn't accepted. */
  problem: string | undefined;
}>;

export class SmtpSession {
  readonly #connection: SmtpConnection;

  private constructor(connection: SmtpConnection) {
    this.#connection = connection;
  }

  /** Connected, encrypted as the address says, and logged in. */
  static async open(
    address: SmtpAddress,
    login: SmtpLogin | undefined,
    signal: AbortSignal,
  ): Promise<SmtpSession> {
    const connection = await SmtpConnection.open(address, signal);
    try {
      await connection.expect('greeting', 220);
      let extensions = await ehlo(connection);
      if (address.tls === 'starttls') {
        if (!extensions.has('STARTTLS')) throw new Error('the mail server offers no STARTTLS');
        connection.send('STARTTLS');
        await connection.expect('STARTTLS', 220);
        await connection.startTls();
        extensions = await ehlo(connection);
      }
      if (login !== undefined) await logIn(connection, login, extensions.get('AUTH') ?? []);
      return new SmtpSession(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Throws SmtpRefused where the mail itself isn't wanted. */
  async send({ from, to, data }: Envelope): Promise<Handed> {
    const connection = this.#connection;
    connection.send(`MAIL FROM:<${from}>`);
    await connection.expect('MAIL', 250);
    const handed = { accepted: [] as string[], refused: [] as string[], later: [] as string[] };
    let problem: string | undefined;
    for (const recipient of to) {
      connection.send(`RCPT TO:<${recipient}>`);
      const reply = await connection.next();
      if (!isWell(reply)) problem = new SmtpRefused('RCPT', reply).message;
      handed[placeOf(reply)].push(recipient);
    }
    if (handed.accepted.length > 0) {
      connection.send('DATA');
      await connection.expect('DATA', 354);
      connection.write(`${stuffed(data)}.\r\n`);
      await connection.expect('the mail', 250);
    }
    return { ...handed, problem };
  }

  close(): void {
    this.#connection.send('QUIT');
    this.#connection.close();
  }
}

function placeOf(reply: Reply): 'accepted' | 'refused' | 'later' {
  if (isWell(reply)) return 'accepted';
  return reply.code >= 500 ? 'refused' : 'later';
}

/** What the server offers, with its parameters. */
async function ehlo(connection: SmtpConnection): Promise<ReadonlyMap<string, readonly string[]>> {
  const name = hostname();
  connection.send(`EHLO ${/^[A-Za-z\d.-]+$/.test(name) ? name : '[127.0.0.1]'}`);
  const { lines } = await connection.expect('EHLO', 250);
  return new Map(
    lines.slice(1).map((line) => {
      const [extension = '', ...parameters] = line.toUpperCase().split(' ');
      return [extension, parameters];
    }),
  );
}

async function logIn(
  connection: SmtpConnection,
  { user, password }: SmtpLogin,
  mechanisms: readonly string[],
): Promise<void> {
  if (mechanisms.includes('PLAIN')) {
    connection.send(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
  } else if (mechanisms.includes('LOGIN')) {
    connection.send('AUTH LOGIN');
    await connection.expect('AUTH LOGIN', 334);
    connection.send(base64(user));
    await connection.expect('AUTH LOGIN', 334);
    connection.send(base64(password));
  } else {
    throw new Error('the mail server offers neither AUTH PLAIN nor AUTH LOGIN');
  }
  await connection.expect('AUTH', 235);
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** A line that begins with a dot gets another one (section 4.5.2). */
const stuffed = (data: string): string => data.replace(/^\./gm, '..');
