// What was granted for a time, as the sessions of one process have it: known at once, and gone with its time.
import { ActiveGrants, type Grant, Grants, type Wish } from '../../grants/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import type { GrantsInput, PolicyTracks } from '../../policy/index.ts';
import type { Session } from '../../session/index.ts';
import { Remembered } from '../state/remembered.ts';
import type { StateSource } from '../state/state-source.ts';
import { decideAccess, type Question } from './decide-access.ts';

export type GrantOfficeOptions = Readonly<{
  source: StateSource;
  log: Log;
  clock: Clock;
  tracks: () => PolicyTracks | undefined;
  /** Those that run in this process. */
  sessions: () => Iterable<Session>;
  /** Before a request is made: whoever is to be told of it has to be known. */
  beforeRequests: () => Promise<unknown>;
}>;

/** Timers can't wait for longer than 24 days. */
const WAIT_MOST = 2 ** 31 - 1;

export class GrantOffice {
  readonly #options: GrantOfficeOptions;
  readonly #known: Remembered<ActiveGrants>;
  /** By the session's id: whether it would be let in as it is with what is granted now. */
  readonly #leaning = new Map<string, () => boolean>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GrantOfficeOptions) {
    this.#options = options;
    const { source, log } = options;
    this.#known = new Remembered<ActiveGrants>({
      ...{ source, log, topics: ['grant'], nothing: new ActiveGrants([]) },
      read: async (query) => new ActiveGrants(await Grants.running(query), this.#known.current),
      onRead: () => this.#changed(),
    });
  }

  /** Resolves once it is known what is granted, or that nobody can say it now: then nothing is. */
  async start(): Promise<void> {
    await this.#known.start();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#known.close();
  }

  /** Undefined where there is nothing; the same object until something of it changes. */
  of(identity: Question['identity'], resource: string): GrantsInput | undefined {
    const { current } = this.#known;
    // Most gateways have none, most of the time.
    return current.isEmpty ? undefined : current.of(identity, resource, this.#now());
  }

  /** The session stands on what is granted now: it ends when `isLetIn` says no. */
  leans(sessionId: string, isLetIn: () => boolean): void {
    this.#leaning.set(sessionId, isLetIn);
  }

  left(sessionId: string): void {
    this.#leaning.delete(sessionId);
  }

  /** Throws `state_unavailable` while there is no state database. */
  async grants(): Promise<Grants> {
    return new Grants(await this.#options.source.open());
  }

  /** Whether there is a state database; one isn't started only to find nothing in it. */
  hasState(): Promise<boolean> {
    return this.#options.source.isNeeded();
  }

  /** Begins it, or asks the approvers. Throws where the policy doesn't grant it. */
  async request(question: Question): Promise<Grant> {
    const { decision, wish } = this.#decide(question);
    await this.#options.beforeRequests();
    const grants = await this.grants();
    const grant =
      decision.effect === 'allow'
        ? await grants.begin(wish)
        : await grants.request(wish, decision.approval, decision.reason);
    this.#tell(grant, wish, 'access asked for');
    await this.refresh();
    return grant;
  }

  /** So many seconds longer than now; the policy is asked about all of its time. */
  async extend(
    grant: Grant,
    question: Omit<Question, 'access'>,
    more: number,
    reason: string,
  ): Promise<Grant> {
    const { id, status, rights, from = 0, until: end = 0 } = grant;
    if (status !== 'active') throw new Fault('grant_over', { status });
    const until = end + more * 1000;
    const seconds = Math.round((until - from) / 1000);
    const access = { rights, seconds, reason, extends: id };
    const { decision, wish } = this.#decide({ ...question, access });
    const grants = await this.grants();
    const extended =
      decision.effect === 'allow'
        ? await grants.extend(id, until)
        : await grants.requestExtension(grant, until, wish, decision.approval, decision.reason);
    this.#tell(extended, wish, 'more time asked for');
    await this.refresh();
    return extended;
  }

  async revoke(id: string, by: string, words: string | undefined): Promise<Grant> {
    const grant = await (await this.grants()).revoke(id, by, words);
    this.#options.log.warn({ grant: id, principal: grant.principal, by }, 'grant revoked');
    await this.refresh();
    return grant;
  }

  /** Resolves when whatever stands in the state database counts here. */
  refresh(): Promise<void> {
    return this.#known.refresh();
  }

  /** Once a second, for what a timer missed: sessions that log in at this moment. */
  tick(): void {
    if (this.#leaning.size > 0) this.#endSessions();
  }

  #decide(question: Question): ReturnType<typeof decideAccess> {
    const tracks = this.#options.tracks();
    if (tracks === undefined) throw new Fault('no_policy');
    return decideAccess(question, { tracks, clock: this.#options.clock });
  }

  #tell({ id, status }: Grant, { resource, identity, rule, decisionId }: Wish, what: string): void {
    const { principal } = identity;
    this.#options.log.info({ grant: id, status, resource, principal, rule, decision_id: decisionId }, what);
  }

  /** By the clock of the state database. */
  #now(): number {
    return this.#known.now() ?? this.#options.clock.now();
  }

  #changed(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    const end = this.#known.current.nextEnd(now);
    if (end !== undefined) {
      this.#timer = setTimeout(() => this.#changed(), Math.min(Math.max(1, Math.ceil(end - now)), WAIT_MOST));
      this.#timer.unref();
    }
    this.#endSessions();
  }

  #endSessions(): void {
    if (this.#leaning.size === 0) return;
    for (const session of this.#options.sessions()) {
      const isLetIn = this.#leaning.get(session.id);
      if (isLetIn === undefined || isLetIn()) continue;
      this.#leaning.delete(session.id);
      const principal = session.login?.principal.name;
      this.#options.log.warn({ session_id: session.id, principal }, 'session ends with its grant');
      session.end(new Fault('grant_ended'));
    }
  }
}
