// Connections to one resource's database server: logged in with the gateway's own credential, or only to cancel.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ResourceConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import { tlsServerEndPoint } from '../wire/index.ts';
import { sendCancelRequest } from './cancel-request.ts';
import { Credential } from './credential.ts';
import { Deadline } from './deadline.ts';
import { dial, isLocal, type Target } from './dial.ts';
import { ConnectFailure, toFailure, toPublic } from './failure.ts';
import { checkStartupParameters, type Greeting, type Login, logIn } from './login.ts';
import { TlsSettings } from './tls-settings.ts';

export type ConnectRequest = Readonly<{
  /** Already allow-listed, application_name included. */
  startupParameters: Readonly<Record<string, string>>;
  /** Which of the resource's credentials; `default` when absent. */
  credential?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Writes the failure's details, with the session's id when it is the session's own log. */
  log?: Log | undefined;
}>;

/**
 * A connection that is ready for its first query. The socket is paused and has no listener but one that keeps an error
 * from ending the process; nothing is lost before the caller attaches its own and resumes it.
 */
export type UpstreamConnection = Greeting & Readonly<{ socket: Socket }>;

export interface Upstream {
  /** Throws a Fault, or ServerRefused with the server's own words where they are the client's business. */
  connect(request: ConnectRequest): Promise<UpstreamConnection>;
  /**
   * Resolves when the server has taken the request and closed. Given the very Buffer that `connect` returned, it goes to
   * the very address of that session.
   */
  cancel(backendKey: Buffer): Promise<void>;
  /** New connections use it. */
  reload(resource: ResourceConfig): void;
  /** Ends the attempts under way; connections that were handed out live on. */
  close(): void;
}

/** All that one version of the configuration gives; connections begun with it end with it. */
type Settings = Readonly<{
  resource: ResourceConfig;
  tls: TlsSettings;
  credentials: ReadonlyMap<string, Credential>;
}>;

type Attempt = Readonly<{ settings: Settings; credential: Credential; plaintext: boolean }>;

export function createUpstream(resource: ResourceConfig, deps: { log: Log; clock: Clock }): Upstream {
  return new DatabaseUpstream(resource, deps);
}

class DatabaseUpstream implements Upstream {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #attempts = new Set<Deadline>();
  /** Where each session's server is: the host name may stand for several. */
  readonly #origins = new WeakMap<Buffer, Target>();
  #settings: Settings;
  #closed = false;

  constructor(resource: ResourceConfig, { log, clock }: { log: Log; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
    this.#settings = this.#prepare(resource);
  }

  async connect(request: ConnectRequest): Promise<UpstreamConnection> {
    const settings = this.#settings;
    checkStartupParameters(request.startupParameters);
    try {
      return await this.#within(settings, request.signal, (signal) =>
        this.#connect(settings, request, signal),
      );
    } catch (error) {
      throw this.#report(error, settings, request);
    }
  }

  async cancel(backendKey: Buffer): Promise<void> {
    if (backendKey.length === 0) {
      return;
    }
    const settings = this.#settings;
    const target = this.#origins.get(backendKey) ?? { config: settings.resource.upstream, tls: settings.tls };
    try {
      await this.#within(settings, undefined, (signal) => sendCancelRequest(target, backendKey, signal));
    } catch (error) {
      throw this.#report(error, settings, {});
    }
  }

  reload(resource: ResourceConfig): void {
    this.#settings = this.#prepare(resource);
  }

  close(): void {
    this.#closed = true;
    for (const attempt of this.#attempts) {
      attempt.end('the gateway is closing');
    }
  }

  #prepare(resource: ResourceConfig): Settings {
    const credentials = Object.entries(resource.credentials).map(
      ([name, config]) => [name, new Credential(config, this.#clock)] as const,
    );
    return {
      resource,
      tls: new TlsSettings(resource.upstream, this.#clock),
      credentials: new Map(credentials),
    };
  }

  async #within<T>(
    { resource }: Settings,
    outer: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(resource.upstream.connect_timeout_seconds, outer);
    this.#attempts.add(deadline);
    if (this.#closed) {
      deadline.end('the gateway is closing');
    }
    try {
      return await run(deadline.signal);
    } finally {
      deadline.clear();
      this.#attempts.delete(deadline);
    }
  }

  /** One attempt, and another one where that can help. */
  async #connect(
    settings: Settings,
    request: ConnectRequest,
    signal: AbortSignal,
  ): Promise<UpstreamConnection> {
    const credential = settings.credentials.get(request.credential ?? 'default');
    if (credential === undefined) {
      throw new ConnectFailure('upstream_refused', 'credential', `no credential "${request.credential}"`);
    }
    let refreshed = false;
    let plaintext = false;
    for (;;) {
      try {
        return await this.#attempt({ settings, credential, plaintext }, request, signal);
      } catch (error) {
        const failure = toFailure(error, 'login');
        if (signal.aborted) {
          throw failure;
        }
        if (!refreshed && isAboutCredential(failure)) {
          refreshed = true;
          const changes = await Promise.all([credential.refresh(), settings.tls.refresh()]);
          if (changes.includes(true)) {
            continue;
          }
        }
        if (plaintext || !allowsPlaintext(failure, settings.resource)) {
          throw failure;
        }
        plaintext = true;
      }
    }
  }

  async #attempt(
    { settings, credential, plaintext }: Attempt,
    request: ConnectRequest,
    signal: AbortSignal,
  ): Promise<UpstreamConnection> {
    const config = settings.resource.upstream;
    const password = await credential.password();
    const target = { config, tls: settings.tls, plaintext };
    const socket = await dial(target, signal);
    try {
      const encrypted = socket instanceof TLSSocket;
      const login: Login = {
        user: credential.user,
        password,
        scramKeys: credential.scramKeys,
        channelBinding: { policy: config.channel_binding, data: bindingData(socket) },
        confidential: encrypted || isLocal(socket, config),
        database: config.database,
        startupParameters: request.startupParameters,
      };
      const greeting = await logIn(socket, login, signal);
      this.#origins.set(greeting.backendKey, {
        ...target,
        address: socket.remoteAddress,
        plaintext: !encrypted,
      });
      return { socket, ...greeting };
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  #report(error: unknown, { resource }: Settings, request: Pick<ConnectRequest, 'log' | 'signal'>): Error {
    const failure = toFailure(error, 'login');
    const { host, port } = resource.upstream;
    const fields = failure.refusal?.fields;
    const log = request.log ?? this.#log;
    log[request.signal?.aborted ? 'debug' : 'warn'](
      {
        resource: resource.name,
        host,
        port,
        stage: failure.stage,
        reason: failure.message,
        sqlstate: fields?.get('C'),
        server_message: fields?.get('M'),
      },
      'upstream connection failed',
    );
    return toPublic(failure, resource.name);
  }
}

function bindingData(socket: Socket): Buffer | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? undefined : tlsServerEndPoint(certificate.raw);
}

function isAboutCredential({ refusal }: ConnectFailure): boolean {
  return refusal?.sqlstate === '28P01' || refusal?.sqlstate === '28000';
}

/** libpq's `prefer` goes on without TLS where TLS failed, or where pg_hba.conf has no line for it. */
function allowsPlaintext({ stage, code, refusal }: ConnectFailure, { upstream }: ResourceConfig): boolean {
  return (
    upstream.sslmode === 'prefer' &&
    upstream.ca === undefined &&
    upstream.channel_binding !== 'require' &&
    ((stage === 'tls' && code !== 'upstream_protocol') || refusal?.sqlstate === '28000')
  );
}
