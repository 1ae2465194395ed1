// An issuer's keys from its own endpoint: refreshed in the background, kept through outages for a bounded time.
import type { LocalJWKSet } from 'jose';
import type { IssuerConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { Endpoints } from './discovery.ts';
import type { IssuerFetch } from './issuer-fetch.ts';
import { type KeySource, type LoadedKeys, readKeySet } from './key-source.ts';
import { LoginRefused } from './login-refused.ts';

/** Keys younger than this are used without another look, so a withdrawn key lives at most this long. */
const freshMilliseconds = 10 * 60_000;
const refreshMilliseconds = 5 * 60_000;
/** Between two looks that logins cause: tokens with made-up key ids can't hammer the issuer. */
const cooldownMilliseconds = 5_000;
const firstRetryMilliseconds = 1_000;
const lastRetryMilliseconds = 60_000;

export type IssuerKeysDeps = Readonly<{
  log: Log;
  clock: Clock;
  fetch: IssuerFetch;
  endpoints: () => Promise<Endpoints>;
}>;

export class IssuerKeys implements KeySource {
  readonly #issuer: string;
  readonly #staleMilliseconds: number;
  readonly #deps: IssuerKeysDeps;
  #loaded: LoadedKeys | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #unreachableSince: number | undefined;
  #generation = 0;
  #underWay: Promise<void> | undefined;
  #retryMilliseconds = firstRetryMilliseconds;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Starts looking at once, and doesn't wait: an issuer that is down must not keep the gateway from starting. */
  constructor(config: IssuerConfig, deps: IssuerKeysDeps) {
    this.#issuer = config.issuer;
    this.#staleMilliseconds = config.jwks_max_stale_seconds * 1000;
    this.#deps = deps;
    void this.#refresh();
  }

  async current(): Promise<LocalJWKSet> {
    const now = this.#deps.clock.now();
    if (this.#underWay !== undefined && this.#loaded === undefined) await this.#underWay;
    else if (this.#needsLook(now) && this.#mayTry(now)) await this.#refresh();
    return this.#resolver();
  }

  async lookAgain(): Promise<LocalJWKSet | undefined> {
    if (!this.#mayTry(this.#deps.clock.now())) {
      // Somebody else's look may be on its way with the very key.
      if (this.#underWay === undefined) return undefined;
      await this.#underWay;
    } else {
      await this.#refresh();
    }
    return this.#resolver();
  }

  generation(): number {
    return this.#generation;
  }

  usable(): boolean {
    if (this.#loaded === undefined) return false;
    const since = this.#unreachableSince;
    return since === undefined || this.#deps.clock.now() - since <= this.#staleMilliseconds;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** In an outage that is known already no login waits: the timer looks again, and the last good keys serve. */
  #needsLook(now: number): boolean {
    if (!this.usable()) return true;
    return this.#unreachableSince === undefined && now - this.#loadedAt > freshMilliseconds;
  }

  #mayTry(now: number): boolean {
    const wait = this.#loaded === undefined ? firstRetryMilliseconds : cooldownMilliseconds;
    return now - this.#triedAt >= wait;
  }

  #resolver(): LocalJWKSet {
    if (this.#loaded !== undefined && this.usable()) return this.#loaded.resolve;
    throw new LoginRefused(
      'issuer_unavailable',
      this.#loaded === undefined
        ? 'the keys of the issuer could not be fetched yet'
        : 'the issuer has been unreachable for longer than jwks_max_stale_seconds',
    );
  }

  /** One look at a time; it never rejects. */
  #refresh(): Promise<void> {
    if (this.#underWay !== undefined) return this.#underWay;
    clearTimeout(this.#timer);
    this.#triedAt = this.#deps.clock.now();
    this.#underWay = this.#load()
      .then(
        (fresh) => this.#succeed(fresh),
        (error: unknown) => this.#fail(error),
      )
      .finally(() => {
        this.#underWay = undefined;
      });
    return this.#underWay;
  }

  async #load(): Promise<LoadedKeys> {
    const { jwks } = await this.#deps.endpoints();
    if (jwks === undefined) throw new Error('its discovery document names no jwks_uri');
    const response = await this.#deps.fetch(jwks, { headers: { accept: 'application/json' } });
    if (response.status !== 200) throw new Error(`its key endpoint answered ${response.status}`);
    return readKeySet(await response.text());
  }

  #succeed(fresh: LoadedKeys): void {
    const { log, clock } = this.#deps;
    if (fresh.fingerprint !== this.#loaded?.fingerprint) {
      this.#generation += 1;
      log.info({ issuer: this.#issuer, keys: fresh.count }, 'issuer keys loaded');
    } else if (this.#unreachableSince !== undefined) {
      log.info({ issuer: this.#issuer }, 'issuer keys can be fetched again');
    }
    this.#loaded = fresh;
    this.#loadedAt = clock.now();
    this.#unreachableSince = undefined;
    this.#retryMilliseconds = firstRetryMilliseconds;
    this.#schedule(refreshMilliseconds);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const { log, clock } = this.#deps;
    this.#unreachableSince ??= clock.now();
    log.warn(
      { issuer: this.#issuer, problem: problemOf(error), last_good: this.#loaded !== undefined },
      'issuer keys could not be fetched',
    );
    this.#schedule(this.#retryMilliseconds);
    this.#retryMilliseconds = Math.min(this.#retryMilliseconds * 2, lastRetryMilliseconds);
  }

  #schedule(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#refresh(), milliseconds);
    this.#timer.unref();
  }
}

/** What went wrong. openid-client wraps the network's own error; the body of an answer is never quoted. */
function problemOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'its answer is no JSON';
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? problemOf(error.cause) : error.message;
}
