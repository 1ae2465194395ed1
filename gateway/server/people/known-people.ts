// People who proved lately who they are, by their verified e-mail addresses: for answers from where only that is known.
import type { Config } from '../../config/index.ts';
import type { Principal } from '../../identity/index.ts';
import type { Log } from '../../lib/index.ts';
import type { State } from '../../state/index.ts';

export type KnownPeopleOptions = Readonly<{
  config: () => Config['approvals'];
  log: Log;
}>;

/** The same token is written down again only after this long. */
const AGAIN_MS = 3_600_000;
/** Before there is a state database, no more of them are kept. */
const PENDING_MOST = 1_000;
/** As long as a configuration may ask for. */
const KEEP_DAYS = 90;

export class KnownPeople {
  readonly #options: KnownPeopleOptions;
  /** When a principal was written down last. A token that is used again is the same principal. */
  readonly #written = new WeakMap<Principal, number>();
  readonly #pending = new Map<string, Principal>();
  #state: State | undefined;

  constructor(options: KnownPeopleOptions) {
    this.#options = options;
  }

  /** There is a state database from now on. */
  start(state: State): void {
    this.#state = state;
    for (const principal of this.#pending.values()) this.seen(principal);
    this.#pending.clear();
  }

  /** Somebody has shown a token that was verified. Nobody waits for this. */
  seen(principal: Principal): void {
    if (!this.#options.config().notify.some(({ kind }) => kind === 'slack')) return;
    const last = this.#written.get(principal);
    if (last !== undefined && performance.now() - last < AGAIN_MS) return;
    const email = this.#emailOf(principal);
    if (email === undefined) return;
    if (this.#state === undefined) {
      if (this.#pending.size < PENDING_MOST) this.#pending.set(principal.name, principal);
      return;
    }
    this.#written.set(principal, performance.now());
    this.#write(this.#state, principal, email).catch((error: unknown) => {
      this.#written.delete(principal);
      this.#options.log.debug({ err: error }, 'not written down who logged in');
    });
  }

  /** Those whose address it is: one, or nobody can say who is meant. */
  async find(email: string): Promise<readonly Principal[]> {
    const rows = await this.#state?.query<{ principal: Principal }>(
      `SELECT principal FROM portcullis.known_person
       WHERE email = $1 AND seen_at > clock_timestamp() - make_interval(days => $2)`,
      [email, this.#options.config().people.seen_within_days],
    );
    return (rows ?? []).map(({ principal }) => principal);
  }

  /** Of a person in their own name, as their issuer has verified it. */
  #emailOf({ kind, actor, auth, claims }: Principal): string | undefined {
    if (kind !== 'human' || actor !== undefined || auth.method !== 'oidc') return undefined;
    const { email_claim: claim, unverified_email: isUnverified } = this.#options.config().people;
    const email = claims[claim];
    if (typeof email !== 'string' || !email.includes('@')) return undefined;
    return isUnverified || claims.email_verified === true ? email.toLowerCase() : undefined;
  }

  async #write(state: State, principal: Principal, email: string): Promise<void> {
    const { issuer, subject } = principal;
    await state.query(
      `INSERT INTO portcullis.known_person (issuer, subject, email, principal) VALUES ($1, $2, $3, $4)
       ON CONFLICT (issuer, subject) DO UPDATE SET email = EXCLUDED.email, principal = EXCLUDED.principal,
         seen_at = clock_timestamp()`,
      [issuer, subject, email, principal],
    );
    await state.query(
      'DELETE FROM portcullis.known_person WHERE seen_at < clock_timestamp() - make_interval(days => $1)',
      [KEEP_DAYS],
    );
  }
}
