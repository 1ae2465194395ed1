// What sessions ask of the process that they run in: who may come in, what decides on them, and whom to tell.
import type { LimitsConfig } from '../../config/index.ts';
import type { Identity } from '../../identity/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import type { CancelKey, Entry, Login, Session, SessionHost, TlsOffer, Told } from '../../session/index.ts';
import type { SessionTrail } from '../audit/session-trail.ts';
import { countedGuard } from '../metrics/counted-guard.ts';
import { loginOutcome } from '../metrics/login-outcome.ts';
import type { Parts } from './parts.ts';
import { Registry } from './registry.ts';

/** Sockets that may be open beyond the limit of connections: logins under way, refusals, cancels. */
export const SPARE_SOCKETS = 256;

export class Host implements SessionHost {
  readonly log: Log;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly #parts: Parts;
  readonly #registry = new Registry();

  constructor(parts: Parts, identity: Identity) {
    this.log = parts.core.log;
    this.clock = parts.core.clock;
    this.identity = identity;
    this.#parts = parts;
  }

  get limits(): LimitsConfig {
    return this.#parts.core.current.config.limits;
  }

  get tls(): TlsOffer | undefined {
    return this.#parts.certificate.offer;
  }

  async checkAddress(address: string): Promise<void> {
    const { admission, core } = this.#parts;
    try {
      await admission.checkAddress(address);
    } catch (thrown) {
      core.metrics.logins.add('limited');
      throw thrown;
    }
  }

  loginFailed(address: string): void {
    const { admission, core } = this.#parts;
    core.metrics.logins.add('refused');
    admission.loginFailed(address);
  }

  async enter(login: Login): Promise<Entry> {
    const { core, offices } = this.#parts;
    try {
      const entry = await this.#admit(login);
      core.metrics.logins.add('accepted');
      return entry;
    } catch (thrown) {
      offices.grants.left(login.sessionId);
      core.metrics.logins.add(loginOutcome(thrown));
      throw thrown;
    }
  }

  async #admit(login: Login): Promise<Entry> {
    const { core, audit, offices, resources, admission, guard: replaced } = this.#parts;
    const { standing, grants, singleUse } = offices;
    const trail = this.#trailOf(login);
    standing.checkLogin(login);
    const entry = resources.get(login.resource)?.enter(login);
    trail.opening = entry?.members ?? {};
    audit.records.admit(login.sessionId, entry?.record);
    const { name } = login.principal;
    await admission.enter(name, entry?.sessions);
    const leave = () => {
      grants.left(login.sessionId);
      admission.leave(name);
    };
    try {
      if (entry === undefined) throw new Fault('unknown_resource', { name: login.resource.slice(0, 63) });
      await singleUse.spend(login);
    } catch (thrown) {
      leave();
      throw thrown;
    }
    const guard = countedGuard(standing.guarding(replaced(entry.guard)), core.metrics);
    return { ...entry, guard: trail.watching(guard), leave };
  }

  /** Who it is of, as events have it. */
  #trailOf(login: Login): SessionTrail {
    const { audit, offices, resources } = this.#parts;
    return audit.trail.session(login, {
      identity: () => offices.standing.identityOf(login.principal),
      resource: () => resources.get(login.resource)?.input,
      grants: (identity) => offices.grants.of(identity, login.resource),
    });
  }

  opened(login: Login, told: Told): void {
    this.#parts.audit.trail.opened(login, told);
  }

  refused(sessionId: string, told: Told): void {
    const { records, trail } = this.#parts.audit;
    records.ended(sessionId);
    trail.refused(sessionId, told);
  }

  ended(sessionId: string, told: Told): void {
    const { records, trail, watched } = this.#parts.audit;
    records.ended(sessionId);
    trail.ended(sessionId, told);
    watched.ended(sessionId);
  }

  checkRoom(): void {
    const { sessions, metrics } = this.#parts.core;
    if (sessions.isDraining) throw new Fault('shutting_down');
    const { connections } = this.limits;
    if (sessions.size > connections + SPARE_SOCKETS / 2) {
      metrics.logins.add('limited');
      throw new Fault('too_many_connections', { limit: connections });
    }
  }

  register(session: Session, processId: number, secretBytes: number): CancelKey {
    return this.#registry.register(session, processId, secretBytes);
  }

  unregister(key: CancelKey): void {
    this.#registry.unregister(key);
  }

  async requestCancel(key: CancelKey): Promise<void> {
    if (await this.cancel(key)) return;
    await this.#parts.core.worker?.cancelElsewhere(key);
  }

  /** False when no session of this process has the key. */
  async cancel(key: CancelKey): Promise<boolean> {
    const session = this.#registry.find(key);
    await session?.cancel();
    return session !== undefined;
  }
}
