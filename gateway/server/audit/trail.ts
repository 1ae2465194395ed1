// The audit of one process: its journal, the sinks that it goes to, and what is written into it of sessions and of those
// who run the gateway.
import { basename } from 'node:path';
import { type Draft, type Journal, type Shipping, startShipping } from '../../audit/index.ts';
import type { Config } from '../../config/index.ts';
import { type Family, Fault, toFault, version } from '../../lib/index.ts';
import type { Login, Statement } from '../../session/index.ts';
import { type EventListener, HeardJournal } from '../watch/heard-journal.ts';
import type { Basis } from './basis.ts';
import { cleaned } from './cleaned.ts';
import { hashKeyOf } from './hash-key.ts';
import { LeftChains } from './left-chains.ts';
import { noJournal } from './no-journal.ts';
import { type ChainOptions, openFreeChain } from './open-free-chain.ts';
import type { HashKey } from './said-values.ts';
import type { Asks } from './session-subject.ts';
import { type Records, SessionTrail } from './session-trail.ts';

export type TrailOptions = ChainOptions &
  Readonly<{
    /** Of a session whose statements can't be told of any more. */
    endSession: (id: string, fault: Fault) => void;
  }>;

type TrailParts = Readonly<{ journal: Journal; shipping: Shipping; left: LeftChains }>;

export type Members = Readonly<Record<string, unknown>>;

export class Trail {
  /** Who records the answers of statements, where anybody does. */
  records: Records | undefined;
  readonly #options: TrailOptions;
  readonly #journal: Journal;
  readonly #heard: HeardJournal;
  readonly #shipping: Shipping;
  readonly #left: LeftChains;
  readonly #sessions = new Map<string, SessionTrail>();
  #config: Config['audit'];
  #hashKey: HashKey;

  static async open(options: TrailOptions): Promise<Trail> {
    const { config, log, clock } = options;
    const { journal, folder } = await openFreeChain(options);
    const audit = journal === noJournal ? { ...config.audit, sinks: [] } : config.audit;
    const shipping = startShipping({ folder, journal, config: audit, log, clock });
    const left = new LeftChains(options, basename(folder));
    const trail = new Trail(options, { journal, shipping, left });
    trail.note('gateway.started', { gateway: { version } });
    return trail;
  }

  private constructor(options: TrailOptions, { journal, shipping, left }: TrailParts) {
    this.#options = options;
    this.#heard = new HeardJournal(journal);
    this.#journal = journal === noJournal ? journal : this.#heard;
    this.#shipping = shipping;
    this.#left = left;
    this.#config = options.config.audit;
    this.#hashKey = hashKeyOf(this.#config);
  }

  /** Who hears of the events of some sessions as they are written. */
  set listener(listener: EventListener) {
    this.#heard.listener = listener;
  }

  reload(config: Config): void {
    this.#hashKey = hashKeyOf(config.audit);
    this.#config = config.audit;
    this.#shipping.reload(config.audit);
    this.#left.reload(config);
  }

  get journal(): Journal {
    return this.#journal;
  }

  /** Throws while nothing can be recorded. */
  check(): void {
    if (this.problem !== undefined)
      throw new Fault(this.#journal.health.full ? 'audit_full' : 'audit_unavailable');
  }

  /** Why nothing may run. */
  get problem(): string | undefined {
    const { writable, full } = this.#journal.health;
    if (full) return 'there is no room to record statements: the audit journal is full';
    if (!writable) return 'statements cannot be recorded: the audit journal cannot be written';
    return undefined;
  }

  get health(): Members {
    const { writable, full, bytes, maxBytes, open, lastError, lastSeq } = this.#journal.health;
    return {
      chain: this.#journal.chain,
      ...{ events: lastSeq, bytes, max_bytes: maxBytes, open_statements: open, writable, full },
      ...(lastError === undefined ? {} : { problem: lastError }),
      sinks: this.#shipping.health,
      left: this.#left.health,
    };
  }

  families(): readonly Family[] {
    return [...this.#journal.families(), ...this.#shipping.families()];
  }

  /** Of somebody who is about to be let in. Throws when that can't be recorded. */
  session(login: Login, asks: Asks): SessionTrail {
    const { endSession } = this.#options;
    const trail = this;
    const session = new SessionTrail({
      ...{ journal: this.#journal, login, asks },
      claims: this.#config.claims,
      get hashKey() {
        return trail.#hashKey;
      },
      // As the journal is, which a reload doesn't change.
      isStrict: this.#options.config.audit.mode === 'strict',
      onLost: (fault) => {
        this.#options.log.error({ session_id: login.sessionId, err: fault }, 'audit event not written');
        endSession(login.sessionId, fault);
      },
      get records() {
        return trail.records;
      },
    });
    this.#sessions.set(login.sessionId, session);
    return session;
  }

  /** The session is let in; `members`: the decision on its login. */
  opened(login: Login, members: Members): void {
    const { sessionId, principal } = login;
    const session = this.#sessions.get(sessionId);
    const { method } = principal.auth;
    this.#journal.append(
      this.#ofSession('session.opened', sessionId, { ...session?.opening, ...members, method }),
    );
    if (session !== undefined) session.isOpened = true;
  }

  /** It is not: `why`, and what is known of whoever came. */
  refused(sessionId: string, members: Members): void {
    this.#lastOf('session.refused', sessionId, members);
  }

  ended(sessionId: string, members: Members): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#lastOf(session.isOpened ? 'session.ended' : 'session.refused', sessionId, members);
  }

  #lastOf(type: string, sessionId: string, members: Members): void {
    this.#keep(this.#ofSession(type, sessionId, withOwnWords(cleaned(members), members)));
    this.#sessions.delete(sessionId);
  }

  held(sessionId: string, statement: Statement, basis: Basis): void {
    this.#sessions.get(sessionId)?.held(statement, basis);
  }

  /** Something that stands for itself. Throws when it can't be written. */
  note(type: string, members: Members, session?: string): void {
    this.#journal.append({ type, members, ...(session === undefined ? {} : { session }) });
  }

  /** Of what has happened already, and can't be refused any more. */
  noted(type: string, members: Members, session?: string): void {
    this.#keep({ type, members, ...(session === undefined ? {} : { session }) });
  }

  async close(): Promise<void> {
    this.noted('gateway.stopped', {});
    // Sinks get the last head too: what is cut off behind another one is missed there.
    this.#journal.end();
    await Promise.all([this.#shipping.close(), this.#left.close()]);
    await this.#journal.close();
  }

  #ofSession(type: string, sessionId: string, members: Members): Draft {
    const subject = this.#sessions.get(sessionId)?.subject.of('idle');
    return {
      ...{ type, session: sessionId, members },
      ...(subject === undefined ? {} : { subjects: { session: subject } }),
    };
  }

  /** While nothing can be written, it waits until something can. */
  #keep(draft: Draft): void {
    const { type, session } = draft;
    try {
      this.#journal.append(draft);
    } catch {
      try {
        this.#journal.appendSoon(draft);
      } catch (thrown) {
        const { code } = toFault(thrown);
        this.#options.log.error({ type, session_id: session, code }, 'audit event not written');
      }
    }
  }
}

/** Why a login was refused is said in the gateway's own words, which look like secrets where they speak of passwords. */
function withOwnWords(said: Members, { refusal }: Members): Members {
  if (typeof refusal !== 'object' || refusal === null || !('because' in refusal)) return said;
  return { ...said, refusal: { ...(said.refusal as object), because: refusal.because } };
}
