// Whether a principal's access still stands: what the state database says was withdrawn, known to this process at once.

import type { AgentKey } from '../../agent/index.ts';
import type { Config } from '../../config/index.ts';
import type { Standing as KeyStanding, Principal } from '../../identity/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import { deny, type Guard, type Login, type Session } from '../../session/index.ts';
import type { Asker } from '../asker.ts';
import { identityOf } from '../asker.ts';
import { Remembered } from '../state/remembered.ts';
import type { StateSource } from '../state/state-source.ts';
import { Known, type Place, type Withdrawal } from './known.ts';

export type StandingOptions = Readonly<{
  source: StateSource;
  log: Log;
  clock: Clock;
  config: () => Config['state'];
  /** Those that run in this process, or log in. */
  sessions: () => Iterable<Session>;
}>;

export class Standing {
  readonly #options: StandingOptions;
  readonly #known: Remembered<Known>;
  /** Since when it isn't certain what was withdrawn, by our own clock. */
  #uncertainSince: number | undefined;
  #away = false;
  /** They take a moment to end. */
  readonly #ended = new WeakSet<Session>();

  constructor(options: StandingOptions) {
    this.#options = options;
    const { source, log } = options;
    this.#known = new Remembered({
      ...{ source, log, topics: ['revocation', 'agent'], nothing: Known.nothing },
      read: (query) => Known.read(query, this.#known.current),
      onRead: () => this.tick(),
    });
  }

  /** Resolves once it is known what was withdrawn, or that nobody can say it now. */
  async start(): Promise<void> {
    await this.#known.start();
    this.tick();
  }

  close(): void {
    this.#known.close();
  }

  /** Resolves when sessions here are held against what was just written. */
  refresh(): Promise<void> {
    return this.#known.refresh();
  }

  /** After each change, and once a second: for what counts until a certain time, and for whoever logged in meanwhile. */
  tick(): void {
    this.#lookAtState();
    for (const session of this.#options.sessions())
      if (!this.#ended.has(session)) this.#endWithdrawn(session);
  }

  /** With what it runs and what it waits for. */
  #endWithdrawn(session: Session): void {
    const { login } = session;
    const withdrawal = login && this.withdrawalOf(login.principal, login);
    if (withdrawal === undefined) return;
    this.#ended.add(session);
    const { reason, message: why } = withdrawal.refusal;
    const principal = login?.principal.name;
    this.#options.log.warn({ session_id: session.id, principal, reason, why }, 'session withdrawn');
    session.end(withdrawal.fault);
  }

  #lookAtState(): void {
    const { clock, config, log } = this.#options;
    const wasAway = this.#away;
    this.#uncertainSince = this.#known.isCertain ? undefined : (this.#uncertainSince ?? clock.now());
    this.#away = !this.#known.isKnown || this.#isOverdue(clock.now(), config());
    if (this.#away === wasAway) return;
    if (this.#away) log.error('nobody can say whose access was withdrawn: logins and statements are refused');
    else log.info('it is known again whose access was withdrawn');
  }

  /** Nobody can say whose access was withdrawn, and that counts. */
  get isAway(): boolean {
    return this.#away;
  }

  /** Throws while nobody can say whether access was withdrawn. */
  check(): void {
    if (this.#away) throw new Fault('standing_unknown');
  }

  /** Throws where this login must not be; the log says why, the client reads the same as of every failed login. */
  checkLogin(login: Login): void {
    this.check();
    const withdrawal = this.withdrawalOf(login.principal, login);
    if (withdrawal === undefined) return;
    const { sessionId, principal, resource } = login;
    const { reason, message: why } = withdrawal.refusal;
    const who = { session_id: sessionId, principal: principal.name, resource };
    this.#options.log.warn({ ...who, reason, why }, 'login refused');
    throw new Fault('login_failed');
  }

  /** Undefined while the access stands. */
  withdrawalOf(principal: Principal, place: Place | undefined): Withdrawal | undefined {
    const known = this.#known.current;
    return known.withdrawalOf(principal, place, this.#now());
  }

  /** Why a principal of this name has no access as such. */
  whyNot(name: string): Withdrawal | undefined {
    return this.#known.current.whyNot(name, this.#now());
  }

  /** What policies are told of somebody: the same object for as long as it says the same. */
  identityOf(principal: Principal): Asker['identity'] {
    return identityOf(principal, this.#known.current.agentOf(principal)?.registration);
  }

  /** Of somebody whose token was verified before. Throws where their access was withdrawn since. */
  checkedIdentityOf(principal: Principal): Asker['identity'] {
    this.check();
    const withdrawal = this.withdrawalOf(principal, undefined);
    if (withdrawal !== undefined) throw withdrawal.fault;
    return this.identityOf(principal);
  }

  /** An agent's access key, whether it still counts or not. */
  agentKey(id: string): AgentKey | undefined {
    return this.#known.current.agents.key(id);
  }

  /** Undefined where no agent's key can be known. */
  get decoy(): Buffer | undefined {
    return this.#known.current.decoy;
  }

  /** Of an agent's access key, not of the agent. */
  keyStanding({ revokedBy, expiresAt }: AgentKey): KeyStanding {
    if (revokedBy !== undefined) return 'revoked';
    return expiresAt !== undefined && expiresAt <= this.#now() ? 'expired' : 'valid';
  }

  #now(): number {
    return this.#known.now() ?? this.#options.clock.now();
  }

  /** Refuses what is sent while nobody can say whether it still may be; a failed transaction can be ended all the same. */
  guarding(guard: Guard): Guard {
    return {
      ...guard,
      decide: (statement) =>
        this.#away && statement.transaction !== 'failed'
          ? deny(new Fault('standing_unknown'))
          : guard.decide(statement),
    };
  }

  #isOverdue(now: number, { when_away: whenAway, away_seconds: seconds }: Config['state']): boolean {
    if (whenAway === 'keep' || this.#uncertainSince === undefined) return false;
    return now - this.#uncertainSince > seconds * 1000;
  }
}
