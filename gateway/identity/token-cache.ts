// Remembers verified tokens, so that a repeated login costs one hash; never the tokens themselves.
import { createHash } from 'node:crypto';
import type { Principal } from './principal.ts';

/** A verified principal and how long that verdict may be repeated. */
export type Verdict = Readonly<{
  principal: Principal;
  /** Milliseconds since the epoch. */
  until: number;
  /** False once what the verdict rests on is gone: a signing key withdrawn, an issuer stale for too long. */
  stillStands: () => boolean;
}>;

const entriesAtMost = 10_000;

export class TokenCache {
  #verdicts = new Map<string, Verdict>();
  #underWay = new Map<string, Promise<Verdict>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The principal of a token seen before, or that of `verify`, which runs once for logins that come together. */
  async principalOf(token: string, verify: () => Promise<Verdict>): Promise<Principal> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#recall(digest);
    if (known !== undefined) return known.principal;
    let verdict = this.#underWay.get(digest);
    if (verdict === undefined) {
      verdict = this.#begin(digest, verify);
      this.#underWay.set(digest, verdict);
    }
    return (await verdict).principal;
  }

  /** Forgets everything; a verification that is under way is not remembered when it ends. */
  clear(): void {
    this.#verdicts = new Map();
    this.#underWay = new Map();
  }

  #recall(digest: string): Verdict | undefined {
    const known = this.#verdicts.get(digest);
    if (known === undefined) return undefined;
    this.#verdicts.delete(digest);
    if (known.until <= this.#now() || !known.stillStands()) return undefined;
    // Back at the end: what is evicted first is what was used longest ago.
    this.#verdicts.set(digest, known);
    return known;
  }

  async #begin(digest: string, verify: () => Promise<Verdict>): Promise<Verdict> {
    const verdicts = this.#verdicts;
    const underWay = this.#underWay;
    try {
      const verdict = await verify();
      verdicts.set(digest, verdict);
      const oldest = verdicts.keys().next().value;
      if (verdicts.size > entriesAtMost && oldest !== undefined) verdicts.delete(oldest);
      return verdict;
    } finally {
      underWay.delete(digest);
    }
  }
}
