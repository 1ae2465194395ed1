// One client's life: greeted, logged in, joined to a server connection of its own, and ended when its right ends.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { LimitsConfig } from '../config/index.ts';
import { type Identity, LoginRefused, type Principal } from '../identity/index.ts';
import { type Clock, Fault, type Log, toFault } from '../lib/index.ts';
import { loadGrammar } from '../sql/index.ts';
import { ServerRefused, type UpstreamConnection } from '../upstream/index.ts';
import { authenticationOk, backend, backendKeyData, errorResponse } from '../wire/index.ts';
import { authenticate } from './authenticate.ts';
import type { Entry, Login } from './entry.ts';
import { type Greeting, greet } from './greeting.ts';
import { Relay } from './relay.ts';
import { purposeOf, serverParameters } from './startup-parameters.ts';
import { ClientGone, type StartupReader } from './startup-reader.ts';
import type { TlsOffer } from './tls-upgrade.ts';

/** Refused logins are answered at the next multiple of this, so that the time says nothing about the reason. */
const REFUSAL_STEP_MS = 250;
/** How long a client may take to read why it was refused. */
const REFUSAL_READ_MS = 2_000;

/** What names a session to a CancelRequest. */
export type CancelKey = Readonly<{ processId: number; secret: Buffer }>;

/** What a session needs of the process it runs in. */
export interface SessionHost {
  readonly log: Log;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly limits: LimitsConfig;
  readonly tls: TlsOffer | undefined;
  /** Throws when the address has failed too often of late. */
  checkAddress(address: string): Promise<void>;
  loginFailed(address: string): void;
  /** Lets a principal in, and counts its session; throws when it may not be, or there are too many. */
  enter(login: Login): Promise<Entry>;
  /** Throws when the gateway takes no further connection. */
  checkRoom(): void;
  register(session: Session, processId: number, secretBytes: number): CancelKey;
  unregister(key: CancelKey): void;
  /** It begins: before its client hears so. Throws when that can't be recorded. */
  opened(login: Login, told: Told): void;
  /** Nobody was let in. */
  refused(sessionId: string, told: Told): void;
  /** Everything of it has ended; what was told of it before counts. */
  ended(sessionId: string, told: Told): void;
  /** Cancels what runs in the session that the key names, if there is one. */
  requestCancel(key: CancelKey): Promise<void>;
}

/** What is recorded of a session's beginning and end. */
export type Told = Readonly<Record<string, unknown>>;

type Startup = Extract<Greeting, { kind: 'startup' }>;

export class Session {
  readonly id = randomUUID();
  readonly #host: SessionHost;
  readonly #log: Log;
  readonly #socket: Socket;
  readonly #address: string;
  readonly startedAt: number;
  #reader: StartupReader | undefined;
  #principal: Principal | undefined;
  #login: Login | undefined;
  #entry: Entry | undefined;
  #relay: Relay | undefined;
  #draining = false;
  /** It was told its last word while it logged in. */
  #over = false;
  /** Why it was refused, beside what the client is told. */
  #why: Told = {};
  #bytesSeen = 0;
  #activeAt: number;

  constructor(socket: Socket, host: SessionHost) {
    this.#host = host;
    this.#socket = socket;
    this.#address = socket.remoteAddress ?? '';
    this.startedAt = host.clock.now();
    this.#activeAt = this.startedAt;
    this.#log = host.log.child({ session_id: this.id, client_addr: this.#address });
  }

  /** Sees the client through to its end; resolves when nothing of it is left. */
  async run(): Promise<void> {
    const seconds = this.#host.limits.login_seconds;
    const abort = new AbortController();
    const deadline = setTimeout(() => {
      abort.abort();
      const fault = new Fault('login_timeout', { seconds });
      this.#tellRefused(fault);
      this.#refuse(fault);
    }, seconds * 1000);
    try {
      const greeting = await greet(this.#socket, this.#host.tls, (reader) => {
        this.#reader = reader;
        reader.onGone = () => abort.abort();
      });
      if (greeting.kind === 'cancel') {
        // The client takes the closed connection as the sign that its cancel was delivered.
        await this.#host.requestCancel(greeting);
        greeting.reader.socket.destroy();
        return;
      }
      this.#host.checkRoom();
      const { principal, lastWord } = await this.#logIn(greeting);
      this.#principal = principal;
      const resource = greeting.parameters.get('database') ?? greeting.parameters.get('user') ?? '';
      // What isn't accepted is refused before anybody is asked.
      const requested = serverParameters(greeting.parameters, principal.name);
      const entry = await this.#enter(greeting, principal, resource);
      const connection = await this.#connect(entry, requested, abort.signal);
      clearTimeout(deadline);
      await this.#relayUntilEnd(greeting, principal, resource, entry, connection, lastWord);
    } catch (thrown) {
      if (!abort.signal.aborted) this.#failed(thrown);
      // The client left, or has been told already that it took too long.
      else if (this.#reader?.socket.writableEnded === false) this.#reader.socket.destroy();
    } finally {
      clearTimeout(deadline);
      this.#entry?.leave();
      this.#host.ended(this.id, { why: 'client left before it was let in' });
    }
    await closed(this.#reader?.socket ?? this.#socket);
  }

  /** Who it is of, once that is proven; undefined before. */
  get login(): Login | undefined {
    return this.#login;
  }

  /** Undefined until it is logged in, and once it ends. */
  get doing(): 'idle' | 'in_transaction' | 'running' | undefined {
    const relay = this.#relay;
    if (relay === undefined || relay.ending) return undefined;
    if (relay.busy) return 'running';
    return relay.transaction === 'idle' ? 'idle' : 'in_transaction';
  }

  /** Once a second: ends the session when its right or its time has ended. */
  tick(now: number): void {
    const relay = this.#relay;
    if (relay === undefined || this.#principal === undefined) return;
    const standing = this.#host.identity.standing(this.#principal);
    if (standing !== 'valid') {
      relay.end(new Fault(standing === 'expired' ? 'session_right_expired' : 'session_right_revoked'));
      return;
    }
    const given = this.#entry?.seconds;
    if (given !== undefined && now - this.startedAt >= given * 1000) {
      relay.end(new Fault('session_time_over', { seconds: given }));
      return;
    }
    if (this.#draining && relay.idle) relay.end(new Fault('shutting_down'));
    // Under TLS the socket that was accepted counts nothing any more.
    const bytesRead = this.#reader?.socket.bytesRead ?? 0;
    if (bytesRead !== this.#bytesSeen || relay.busy) {
      this.#bytesSeen = bytesRead;
      this.#activeAt = now;
    }
    const seconds = this.#host.limits.idle_seconds;
    if (seconds > 0 && now - this.#activeAt > seconds * 1000)
      relay.end(new Fault('idle_timeout', { seconds }));
  }

  /** Ends the session as soon as nothing of it is under way. */
  drain(): void {
    this.#draining = true;
    if (this.#relay === undefined) this.#refuse(new Fault('shutting_down'));
    else if (this.#relay.idle) this.#relay.end(new Fault('shutting_down'));
  }

  /** Ends the session at once. */
  end(fault: Fault): void {
    if (this.#relay === undefined) this.#refuse(fault);
    else this.#relay.end(fault);
  }

  cancel(): Promise<void> {
    return this.#relay?.cancel() ?? Promise.resolve();
  }

  async #logIn(greeting: Startup): ReturnType<typeof authenticate> {
    const host = this.#host;
    const user = greeting.parameters.get('user') ?? '';
    if (user === '') throw new Fault('protocol_violation', { what: 'no user name in the startup packet' });
    await host.checkAddress(this.#address);
    const connection = {
      reader: greeting.reader,
      tls: greeting.tls,
      channelBinding: host.tls?.channelBinding,
    };
    const begun = performance.now();
    try {
      return await authenticate(
        user,
        greeting.tls ? connection : { ...connection, channelBinding: undefined },
        host.identity,
      );
    } catch (thrown) {
      if (!(thrown instanceof LoginRefused)) throw thrown;
      host.loginFailed(this.#address);
      this.#log.warn(
        { user: user.slice(0, 63), reason: thrown.reason, why: thrown.message },
        'login refused',
      );
      const spent = performance.now() - begun;
      this.#why = { reason: thrown.reason, because: thrown.message, user: user.slice(0, 63) };
      // Timers count whole milliseconds, and may be early by a part of one.
      await sleep(Math.ceil(REFUSAL_STEP_MS - (spent % REFUSAL_STEP_MS)) + 1);
      throw new Fault('login_failed');
    }
  }

  async #enter({ parameters, tls }: Startup, principal: Principal, resource: string): Promise<Entry> {
    this.#login = {
      sessionId: this.id,
      principal,
      resource,
      address: this.#address,
      tls,
      applicationName: parameters.get('application_name') ?? '',
      purpose: purposeOf(parameters),
    };
    this.#entry = await this.#host.enter(this.#login);
    return this.#entry;
  }

  async #connect(
    { upstream, credential, settings }: Entry,
    requested: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<UpstreamConnection> {
    const startupParameters = { ...requested, ...settings };
    return await upstream.connect({ startupParameters, credential, signal, log: this.#log });
  }

  async #relayUntilEnd(
    greeting: Startup,
    principal: Principal,
    resource: string,
    { upstream, guard }: Entry,
    connection: UpstreamConnection,
    lastWord: Buffer,
  ): Promise<void> {
    const host = this.#host;
    const { reader } = greeting;
    // Protocol 3.0 has room for 4 bytes.
    const key = host.register(this, processIdOf(connection), greeting.minor >= 2 ? 32 : 4);
    const log = this.#log.child({ principal: principal.name, resource });
    try {
      await loadGrammar();
      if (this.#over) {
        connection.socket.destroy();
        return;
      }
      const { method } = principal.auth;
      this.#tellOpened(connection, key.processId);
      const clientRest = reader.release();
      reader.socket.write(
        Buffer.concat([lastWord, authenticationOk, ...withOwnKey(connection.greeting, key)]),
      );
      log.info({ tls: greeting.tls, method, backend_pid: key.processId }, 'session opened');
      const why = await new Promise<string>((resolve) => {
        this.#relay = new Relay({
          client: reader.socket,
          server: connection.socket,
          principal: principal.name,
          guard,
          log,
          statementBytesMax: host.limits.statement_bytes,
          lingerMs: host.limits.linger_seconds * 1000,
          cancelUpstream: () => upstream.cancel(connection.backendKey),
          onSchemaChange: () => guard.onSchemaChange?.(resource),
          onEnded: resolve,
        });
        this.#relay.start(clientRest, connection.rest);
      });
      const milliseconds = host.clock.now() - this.startedAt;
      log.info({ why, milliseconds }, 'session ended');
      host.ended(this.id, { why, milliseconds });
    } finally {
      host.unregister(key);
    }
  }

  #tellOpened(connection: UpstreamConnection, backendPid: number): void {
    if (this.#login === undefined) return;
    try {
      this.#host.opened(this.#login, { backend_pid: backendPid });
    } catch (thrown) {
      connection.socket.destroy();
      throw thrown;
    }
  }

  #tellRefused({ code, sqlstate }: Readonly<{ code: string; sqlstate: string | undefined }>): void {
    const principal = this.#principal?.name;
    this.#host.refused(this.id, {
      ...(principal === undefined ? { client: { address: this.#address } } : { principal }),
      refusal: { code, sqlstate, ...this.#why },
    });
  }

  #failed(thrown: unknown): void {
    if (thrown instanceof ClientGone) {
      this.#log.debug({ why: thrown.message }, 'client left before it was logged in');
      this.#reader?.socket.destroy();
      return;
    }
    if (thrown instanceof ServerRefused) {
      this.#log.warn({ sqlstate: thrown.sqlstate }, 'the database refused the session');
      this.#tellRefused({ code: 'server_error', sqlstate: thrown.sqlstate });
      this.#farewell(thrown.response);
      return;
    }
    const fault = toFault(thrown);
    const level = fault.code === 'internal_error' ? 'error' : 'info';
    this.#log[level](
      { code: fault.code, err: fault.cause, principal: this.#principal?.name },
      'session refused',
    );
    this.#tellRefused(fault);
    this.#refuse(fault);
  }

  /** Tells the client before it is logged in, and closes. */
  #refuse(fault: Fault): void {
    this.#farewell(errorResponse('FATAL', fault));
  }

  #farewell(lastWord: Buffer): void {
    this.#over = true;
    const socket = this.#reader?.socket;
    if (socket === undefined || socket.destroyed || socket.writableEnded) return;
    socket.end(lastWord);
    const timer = setTimeout(() => socket.destroy(), REFUSAL_READ_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('end', () => socket.destroy());
  }
}

/** The server's own process id; a server that gives no key can't be asked to cancel either. */
const processIdOf = ({ backendKey }: UpstreamConnection): number =>
  backendKey.length >= 4 ? backendKey.readInt32BE(0) : 0;

/** The server's greeting in its order, with the gateway's cancel key in the place of the server's. */
function withOwnKey(greeting: readonly Buffer[], key: CancelKey): Buffer[] {
  const own = backendKeyData(key.processId, key.secret);
  const messages = greeting.map((message) => (message[0] === backend.backendKeyData ? own : message));
  if (!messages.includes(own)) messages.splice(-1, 0, own);
  return messages;
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}
