// Who may still come in: connections in total, connections of a principal, failed logins of an address.
import type { LimitsConfig } from '../config/index.ts';
import { type Clock, Fault } from '../lib/index.ts';

const MINUTE_MS = 60_000;
/** Addresses kept in mind; beyond it the oldest are forgotten. */
const ADDRESSES_MAX = 10_000;

/** Counts for the whole gateway: with several workers one process keeps it for all. */
export interface Admission {
  /**
   * Throws `too_many_connections` or `too_many_connections_of_principal`; else counts until `leave`. `most`: the
   * principal's own limit, where it is lower than everybody's.
   */
  enter(principal: string, most?: number): Promise<void>;
  leave(principal: string): void;
  /** Throws `login_rate_limited`. */
  checkAddress(address: string): Promise<void>;
  loginFailed(address: string): void;
}

export class LocalAdmission implements Admission {
  limits: LimitsConfig;
  readonly #clock: Clock;
  readonly #ofPrincipal = new Map<string, number>();
  #total = 0;
  /** Failures of an address within the window that began with its first one. */
  readonly #failures = new Map<string, { since: number; count: number }>();

  constructor(limits: LimitsConfig, clock: Clock) {
    this.limits = limits;
    this.#clock = clock;
  }

  async enter(principal: string, most = Number.POSITIVE_INFINITY): Promise<void> {
    const { connections, connections_per_principal: everybody } = this.limits;
    const own = Math.min(most, everybody);
    if (this.#total >= connections) throw new Fault('too_many_connections', { limit: connections });
    const count = this.#ofPrincipal.get(principal) ?? 0;
    if (count >= own) throw new Fault('too_many_connections_of_principal', { limit: own });
    this.#ofPrincipal.set(principal, count + 1);
    this.#total += 1;
  }

  leave(principal: string): void {
    const count = this.#ofPrincipal.get(principal);
    if (count === undefined) return;
    this.#total -= 1;
    if (count === 1) this.#ofPrincipal.delete(principal);
    else this.#ofPrincipal.set(principal, count - 1);
  }

  async checkAddress(address: string): Promise<void> {
    const failures = this.#failures.get(address);
    if (failures === undefined || failures.count < this.limits.failed_logins_per_minute) return;
    const rest = failures.since + MINUTE_MS - this.#clock.now();
    if (rest > 0) throw new Fault('login_rate_limited', { seconds: Math.ceil(rest / 1000) });
    this.#failures.delete(address);
  }

  loginFailed(address: string): void {
    const now = this.#clock.now();
    const failures = this.#failures.get(address);
    if (failures !== undefined && now - failures.since < MINUTE_MS) {
      failures.count += 1;
      return;
    }
    this.#failures.delete(address);
    this.#failures.set(address, { since: now, count: 1 });
    if (this.#failures.size > ADDRESSES_MAX) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
  }
}
