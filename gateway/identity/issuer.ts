// One issuer of the configuration: its keys, its endpoints, and what its tokens say about a principal.
import type { IssuerConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { VerifiedClaims } from './claims.ts';
import { discoverEndpoints, type Endpoints } from './discovery.ts';
import { introspect } from './introspection.ts';
import { createIssuerFetch, type IssuerFetch } from './issuer-fetch.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { openKeyFile } from './key-file.ts';
import type { KeySource } from './key-source.ts';
import { mapPrincipal } from './map-principal.ts';
import { checkRequiredClaims } from './required-claims.ts';
import type { Verdict } from './token-cache.ts';
import { verifyJwt } from './verify-jwt.ts';

export type IssuerDeps = Readonly<{ log: Log; clock: Clock }>;

const endpointsMilliseconds = 60 * 60_000;
/** How long an issuer's "active" is repeated without asking again: a revoked opaque token logs in at most this long. */
const introspectedMilliseconds = 60_000;
/** The right of an opaque token whose issuer doesn't say when it ends. */
const unstatedLifetimeSeconds = 3600;

export class Issuer {
  readonly config: IssuerConfig;
  readonly #keys: KeySource;
  readonly #fetch: IssuerFetch;
  readonly #endpoints: () => Promise<Endpoints>;
  readonly #clock: Clock;

  private constructor(
    config: IssuerConfig,
    keys: KeySource,
    fetch: IssuerFetch,
    endpoints: () => Promise<Endpoints>,
    clock: Clock,
  ) {
    this.config = config;
    this.#keys = keys;
    this.#fetch = fetch;
    this.#endpoints = endpoints;
    this.#clock = clock;
  }

  /** Never fails because the issuer does: its logins are refused until it answers. */
  static async open(config: IssuerConfig, { log, clock }: IssuerDeps): Promise<Issuer> {
    const fetch = createIssuerFetch(config.ca);
    const endpoints = rememberEndpoints(() => discoverEndpoints(config, fetch), clock);
    const keys =
      config.jwks_file === undefined
        ? new IssuerKeys(config, { log, clock, fetch, endpoints })
        : await openKeyFile(config.jwks_file, config.issuer, log);
    return new Issuer(config, keys, fetch, endpoints, clock);
  }

  /** @throws LoginRefused */
  async verifySigned(token: string, skewSeconds: number): Promise<Verdict> {
    const nowMilliseconds = this.#clock.now();
    const claims = await verifyJwt(token, this.#keys, { issuer: this.config, skewSeconds, nowMilliseconds });
    const generation = this.#keys.generation();
    const expiresAt = (claims.exp as number) + skewSeconds;
    return {
      principal: this.#principalOf(claims, expiresAt),
      until: expiresAt * 1000,
      stillStands: () => this.#keys.generation() === generation && this.#keys.usable(),
    };
  }

  /** @throws LoginRefused */
  async verifyOpaque(token: string, skewSeconds: number): Promise<Verdict> {
    const how = this.config.introspection;
    if (how === undefined) throw new TypeError('this issuer has no introspection');
    const nowMilliseconds = this.#clock.now();
    const deps = { fetch: this.#fetch, endpoints: this.#endpoints, skewSeconds, nowMilliseconds };
    const claims = await introspect(token, this.config, how, deps);
    const now = Math.floor(nowMilliseconds / 1000);
    const expiresAt =
      typeof claims.exp === 'number' ? claims.exp + skewSeconds : now + unstatedLifetimeSeconds;
    return {
      principal: this.#principalOf(claims, expiresAt),
      until: Math.min(expiresAt * 1000, nowMilliseconds + introspectedMilliseconds),
      stillStands: () => true,
    };
  }

  close(): void {
    this.#keys.close();
  }

  #principalOf(claims: VerifiedClaims, expiresAt: number) {
    checkRequiredClaims(claims, this.config.required_claims);
    return mapPrincipal(claims, this.config, expiresAt);
  }
}

/** Endpoints hardly ever change: one discovery an hour, and one for everybody who asks meanwhile. */
function rememberEndpoints(discover: () => Promise<Endpoints>, clock: Clock): () => Promise<Endpoints> {
  let known: { endpoints: Promise<Endpoints>; at: number } | undefined;
  return async () => {
    if (known === undefined || clock.now() - known.at > endpointsMilliseconds) {
      const fresh = { endpoints: discover(), at: clock.now() };
      known = fresh;
      fresh.endpoints.catch(() => {
        if (known === fresh) known = undefined;
      });
    }
    return await known.endpoints;
  };
}
