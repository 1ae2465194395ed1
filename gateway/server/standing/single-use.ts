// Tokens that open one connection only, of issuers for which the configuration says so: whoever comes second is refused.
import { createHash } from 'node:crypto';
import type { IdentityConfig } from '../../config/index.ts';
import type { Principal, RefusalReason } from '../../identity/index.ts';
import { Fault, type Log } from '../../lib/index.ts';
import type { Login } from '../../session/index.ts';
import type { State } from '../../state/index.ts';

export type SingleUseOptions = Readonly<{
  config: () => IdentityConfig;
  /** Only asked for where an issuer wants it. */
  state: () => Promise<State>;
  log: Log;
}>;

/** Beyond the token's end: a gateway whose clock is behind still takes it. */
const REMEMBERED_LONGER_SECONDS = 24 * 3600;
/** With each token that comes, so that there are never many to forget. */
const FORGOTTEN_AT_ONCE = 10;

export class SingleUse {
  readonly #options: SingleUseOptions;

  constructor(options: SingleUseOptions) {
    this.#options = options;
  }

  /**
   * Uses up what somebody logs in with. Throws where that has opened a connection before, here or at another gateway, and
   * where nobody can say it.
   */
  async spend(login: Login): Promise<void> {
    const { principal } = login;
    if (!this.#isFor(principal)) return;
    const { tokenId } = principal.auth;
    if (tokenId === undefined) throw this.#refused(login, 'token_without_id');
    const state = await this.#options.state();
    if (!(await isFirst(state, tokenId, login))) throw this.#refused(login, 'token_used');
  }

  #isFor({ issuer, auth }: Principal): boolean {
    if (auth.method !== 'oidc') return false;
    return this.#options.config().issuers.some((known) => known.issuer === issuer && known.single_use);
  }

  /** Whoever has a token that was verified may know what is wrong with it. */
  #refused(
    { sessionId, principal, resource }: Login,
    reason: RefusalReason & ('token_used' | 'token_without_id'),
  ): Fault {
    const who = { session_id: sessionId, principal: principal.name, resource };
    this.#options.log.warn({ ...who, reason }, 'login refused');
    return new Fault(reason);
  }
}

/** One of any number that come at once. */
async function isFirst({ query }: State, tokenId: string, { principal, sessionId }: Login): Promise<boolean> {
  const { issuer, name, claims, auth } = principal;
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, tokenId]))
    .digest();
  const ends = typeof claims.exp === 'number' ? auth.expiresAt : undefined;
  const forgetAt = ends === undefined ? null : ends + REMEMBERED_LONGER_SECONDS;
  const rows = await query(
    `WITH forgotten AS (
       DELETE FROM portcullis.used_token WHERE digest IN (
         SELECT digest FROM portcullis.used_token WHERE forget_at < clock_timestamp()
         LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED))
     INSERT INTO portcullis.used_token (digest, principal, session_id, forget_at)
     VALUES ($1, $2, $3, to_timestamp($4)) ON CONFLICT DO NOTHING RETURNING 1`,
    [digest, name, sessionId, forgetAt],
  );
  return rows.length === 1;
}
