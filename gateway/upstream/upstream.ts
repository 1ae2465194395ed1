// Connections to one resource's database server: logged in with the gateway's own credential, or only to cancel.
import type { ResourceConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import { sendCancelRequest } from './cancel-request.ts';
import { Deadline } from './deadline.ts';
import type { Target } from './dial.ts';
import { type ConnectRequest, establish, type UpstreamConnection } from './establish.ts';
import { toFailure, toPublic } from './failure.ts';
import { checkStartupParameters } from './login.ts';
import { Settings } from './settings.ts';

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
    this.#settings = new Settings(resource, clock);
  }

  async connect(request: ConnectRequest): Promise<UpstreamConnection> {
    const settings = this.#settings;
    checkStartupParameters(request.startupParameters);
    try {
      const run = (signal: AbortSignal) => establish(settings, request, signal);
      const { connection, origin } = await this.#within(settings, request.signal, run);
      this.#origins.set(connection.backendKey, origin);
      return connection;
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
    this.#settings = new Settings(resource, this.#clock);
  }

  close(): void {
    this.#closed = true;
    for (const attempt of this.#attempts) {
      attempt.end('the gateway is closing');
    }
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
