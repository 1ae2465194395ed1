// A connection to the gateway for `portcullis sql`: connect, run one statement, cancel it, notice its end.

import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import type { Access } from '../access.ts';
import { CommandError } from '../command.ts';
import { sendCancel } from './cancel.ts';
import { formatServerMessage, type ServerMessage } from './error-text.ts';
import { StatementQuery, type StatementResult } from './statement-query.ts';

/** Where things go that arrive beside the results. */
export type Asides = Readonly<{
  copyData(chunk: Buffer): void;
  notice(text: string): void;
}>;

/** The server refused a statement; the session may go on. */
export class StatementError extends Error {
  readonly fields: ServerMessage;

  constructor(fields: ServerMessage) {
    super(fields.message);
    this.fields = fields;
  }
}

export class SqlSession {
  readonly #client: pg.Client;
  readonly #asides: Asides;
  readonly #tls: ConnectionOptions | undefined;
  #ended: string | undefined;

  private constructor(client: pg.Client, tls: ConnectionOptions | undefined, asides: Asides) {
    this.#client = client;
    this.#tls = tls;
    this.#asides = asides;
    client.on('error', (error) => this.#end(error));
    client.on('notice', (notice) => asides.notice(formatServerMessage(notice)));
  }

  static async open(access: Access, database: string, asides: Asides): Promise<SqlSession> {
    const tls = await tlsOptions(access);
    try {
      return await SqlSession.#connect(access, database, tls, asides);
    } catch (error) {
      const isRefusedTls = error instanceof Error && error.message.includes('does not support SSL');
      if (access.sslmode === 'prefer' && isRefusedTls) {
        return SqlSession.#connect(access, database, undefined, asides).catch((again) => {
          throw connectionFailure(again, access);
        });
      }
      throw connectionFailure(error, access);
    }
  }

  static async #connect(
    access: Access,
    database: string,
    tls: ConnectionOptions | undefined,
    asides: Asides,
  ): Promise<SqlSession> {
    const { host, port, user, password } = access;
    const client = new pg.Client({
      host,
      port,
      user,
      password,
      database,
      ssl: tls ?? false,
      application_name: 'portcullis sql',
      connectionTimeoutMillis: 30_000,
    });
    const session = new SqlSession(client, tls, asides);
    await client.connect();
    return session;
  }

  /** Runs one statement. Throws StatementError when the server refuses it or the connection ends. */
  async run(statement: string): Promise<StatementResult[]> {
    const query = new StatementQuery(statement, (chunk) => this.#asides.copyData(chunk));
    this.#client.query(query);
    try {
      return await query.done;
    } catch (thrown) {
      const error = thrown as Error & ServerMessage;
      if (error.severity !== 'ERROR') this.#end(error);
      throw new StatementError(
        error.severity === undefined ? { severity: 'FATAL', message: error.message } : error,
      );
    }
  }

  cancel(): void {
    const { processID, secretKey } = this.#client as unknown as { processID: number; secretKey: number };
    const { host, port } = this.#client;
    sendCancel({ host, port, tls: this.#tls, processID, secretKey });
  }

  /** What the server or the network said when the connection ended; undefined while it stands. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Resolves when the connection has ended by itself. */
  untilEnded(): Promise<void> {
    return new Promise((resolve) => this.#client.once('end', () => resolve()));
  }

  /** psql's mark in the prompt: nothing, `*` in a transaction, `!` in a failed one. */
  get transactionMark(): '' | '*' | '!' {
    const status = this.#client.getTransactionStatus();
    return status === 'T' ? '*' : status === 'E' ? '!' : '';
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#client.end();
  }

  /** The first reason is the true one: after a FATAL the closed socket is no news. */
  #end(error: Error & ServerMessage): void {
    this.#ended ??= error.severity === undefined ? `${error.message}\n` : formatServerMessage(error);
  }
}

async function tlsOptions({ sslmode, ca, host }: Access): Promise<ConnectionOptions | undefined> {
  if (sslmode === 'disable') return undefined;
  const authority = ca === undefined ? {} : { ca: await readAuthority(ca) };
  const name = isIP(host) === 0 ? { servername: host } : { host };
  if (sslmode === 'verify-full') return { ...authority, ...name };
  if (sslmode === 'verify-ca') return { ...authority, ...name, checkServerIdentity: () => undefined };
  return { ...name, rejectUnauthorized: false };
}

async function readAuthority(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CommandError(
      `the authority file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}

/** A login refused by the server is shown as the server says it; the rest in our words. */
function connectionFailure(error: unknown, { host, port }: Access): CommandError {
  const fields = error as ServerMessage & { code?: string; message?: string };
  if (fields.severity !== undefined) return new CommandError(formatServerMessage(fields).trimEnd());
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'the name is unknown',
    ETIMEDOUT: 'it does not answer',
  };
  const reason = reasons[fields.code ?? ''] ?? fields.message ?? 'unknown failure';
  return new CommandError(`cannot connect to the gateway at ${host}:${port}: ${reason}`);
}
