// How an attempt to connect can fail, told twice: to the log with every detail, to the client with what is its business.
import { Fault } from '../lib/index.ts';
import { type ErrorFields, HEADER_BYTES, readErrorFields } from '../wire/index.ts';

export type Stage = 'credential' | 'connect' | 'tls' | 'login';

/** The database's own refusal, for the client to read: it asked for something that only it can change. */
export class ServerRefused extends Error {
  readonly #response: Buffer;
  readonly #fields: ErrorFields;

  constructor(response: Buffer) {
    const fields = readErrorFields(response, HEADER_BYTES, response.length);
    super(fields.get('M') ?? 'the database refused the connection');
    this.name = 'ServerRefused';
    this.#response = response;
    this.#fields = fields;
  }

  /** The whole ErrorResponse as the server sent it. */
  get response(): Buffer {
    return this.#response;
  }

  get fields(): ErrorFields {
    return this.#fields;
  }

  get sqlstate(): string | undefined {
    return this.#fields.get('C');
  }
}

type FailureCode = 'upstream_unreachable' | 'upstream_refused' | 'upstream_protocol';

/** A failed attempt; its message is for the log alone. */
export class ConnectFailure extends Error {
  readonly code: FailureCode;
  readonly stage: Stage;
  /** The database's answer, when it was one. */
  readonly refusal: ServerRefused | undefined;

  constructor(code: FailureCode, stage: Stage, reason: string, refusal?: ServerRefused) {
    super(reason);
    this.name = 'ConnectFailure';
    this.code = code;
    this.stage = stage;
    this.refusal = refusal;
  }
}

/** What the caller of `connect` gets to see of a failure. */
export function toPublic(failure: ConnectFailure, resource: string): Fault | ServerRefused {
  const { refusal } = failure;
  if (refusal !== undefined && isClientsBusiness(refusal.sqlstate) && isWellFormed(refusal)) {
    return refusal;
  }
  return new Fault(failure.code, { resource }, failure);
}

/**
 * Class 22, 42704 and 55P02: a startup parameter's value. Class 53 and 57P: the server is full, starting or stopping.
 * Everything else (28xxx above all, and 3D000, which names a database that the client never named) is between the
 * gateway and its database.
 */
function isClientsBusiness(sqlstate = ''): boolean {
  return /^(?:22...|42704|55P02|53...|57P..)$/.test(sqlstate);
}

/** It goes to the client as it came: a message cut short would be our protocol violation there. */
function isWellFormed({ response, fields }: ServerRefused): boolean {
  return fields.has('M') && response.at(-1) === 0 && response.at(-2) === 0;
}

/** The failure behind whatever a socket or TLS threw. */
export function toFailure(thrown: unknown, stage: Stage): ConnectFailure {
  if (thrown instanceof ConnectFailure) {
    return thrown;
  }
  const { message, code } = describe(thrown);
  // An alert of TLS 1.3 (a client certificate that the server refuses) arrives only after the handshake.
  const aboutTls = stage === 'tls' || code.startsWith('ERR_SSL');
  const lost = /^E(?!RR_|PROTO)/.test(code) || !aboutTls;
  return new ConnectFailure(
    lost ? 'upstream_unreachable' : 'upstream_refused',
    aboutTls ? 'tls' : stage,
    message,
  );
}

function describe(thrown: unknown): { message: string; code: string } {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    // One error for each address of the host name.
    const parts = thrown.errors.map((error) => describe(error).message);
    return { message: parts.join('; '), code: 'code' in thrown ? String(thrown.code) : '' };
  }
  if (!(thrown instanceof Error)) {
    return { message: 'failed without an error', code: '' };
  }
  return { message: thrown.message, code: 'code' in thrown ? String(thrown.code) : '' };
}

/** The failure behind a password or certificate file that can't be used. */
export function unusable(thrown: unknown, stage: 'credential' | 'tls'): ConnectFailure {
  return thrown instanceof ConnectFailure
    ? thrown
    : new ConnectFailure('upstream_refused', stage, describe(thrown).message);
}
