// Checks events of any number of chains, from wherever they come, and says what can be said of each chain.
import type { AuditEvent } from '../event/event.ts';
import { headIn, isSignedBy } from '../event/head.ts';
import type { PublicSigningKey } from '../journal/signing-key.ts';
import { ChainCheck, type ChainReport, type KnownHead } from './chain-check.ts';
import type { Evidence } from './evidence.ts';
import { SealedEvents } from './sealed-events.ts';

export type VerificationOptions = Readonly<{
  /** Without any, signatures are not checked. */
  keys: readonly PublicSigningKey[];
  /** Events `audit.head` that are known from elsewhere. */
  heads: readonly KnownHead[];
  isWhole: boolean;
}>;

/** Of a place in what was read that no event can be made of. */
export type Unreadable = Readonly<{ unreadable: string; chain: string | undefined }>;

export class Verification {
  readonly #options: VerificationOptions;
  readonly #chains = new Map<string, SealedEvents>();
  #lastChain = '';

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  see(one: Evidence | Unreadable): void {
    if ('unreadable' in one) {
      this.#check(one.chain ?? this.#lastChain).seeUnreadable(one.unreadable);
      return;
    }
    this.#lastChain = one.chain;
    this.#check(one.chain).see(one);
  }

  end(): readonly ChainReport[] {
    // A chain of which there is nothing may have been taken away as a whole.
    for (const { chain } of this.#options.heads) this.#check(chain);
    return [...this.#chains.values()].map((check) => check.end());
  }

  #check(chain: string): SealedEvents {
    let check = this.#chains.get(chain);
    if (check === undefined) {
      const { keys, heads, isWhole } = this.#options;
      const own = heads.filter((head) => head.chain === chain);
      check = new SealedEvents(new ChainCheck({ chain, keys, isWhole, heads: own }));
      this.#chains.set(chain, check);
    }
    return check;
  }
}

/** What a head says, once its signature was checked where that is possible. */
export function knownHead(event: AuditEvent, keys: readonly PublicSigningKey[]): KnownHead | undefined {
  const head = headIn(event);
  if (head === undefined) return undefined;
  const { chain } = event;
  const isGood =
    keys.length === 0 ||
    keys.some(({ id, publicKey }) => id === head.key && isSignedBy(chain, head, publicKey));
  return isGood && head.seq > 0 ? { chain, seq: head.seq, hash: head.hash } : undefined;
}
