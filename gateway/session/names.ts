// The session's prepared statements and portals, as the server has acknowledged them.
import type { Answer } from './answer.ts';
import type { TextTraits } from './text-traits.ts';

/** A statement that a client prepared with Parse. */
export type PreparedStatement = Readonly<{
  name: string;
  text: string;
  /** Object ids of the types that the client named, 0 where the server is to say. */
  parameterTypes: readonly number[];
  traits: TextTraits;
}>;

/** A portal that a client opened with Bind; of a statement that SQL prepared, nothing is known. */
export type Portal = Readonly<{
  name: string;
  statement: PreparedStatement | undefined;
  /** What becomes of the answers to its Executes. */
  answer: Answer;
}>;

/** What a message will make true of a name once the server acknowledges it; no record means the name is free then. */
export type NameClaim =
  | Readonly<{ space: 'statement'; name: string; segment: number; record: PreparedStatement | undefined }>
  | Readonly<{ space: 'portal'; name: string; segment: number; record: Portal | undefined }>;

/** Statements kept in mind at most; of an older one nothing is known any more, which only makes it opaque. */
const STATEMENTS_MAX = 10_000;

/** Portals of ended epochs that are kept before they are swept. */
const STALE_PORTALS_MAX = 64;

/** The name may mean one thing or another until the server has answered what is in flight. */
export const UNSETTLED = Symbol('unsettled');

/**
 * Names mean what the server acknowledged (ParseComplete, BindComplete, CloseComplete), since a Parse or Bind under a
 * taken name fails there. Within one segment (up to a Sync) a later message may rely on an earlier one: when that
 * fails, the server skips the later one too.
 */
export class Names {
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #claimedStatements = new Map<string, NameClaim>();
  /** Entries of an epoch that has ended mean nothing; most transactions open one portal, and clearing costs more. */
  readonly #portals = new Map<string, { portal: Portal | undefined; epoch: number }>();
  #epoch = 0;
  /** The portal of the Bind that was sent last, while nothing ran since that could have closed it. */
  #freshPortal: NameClaim | undefined;

  claim(claim: NameClaim): void {
    if (claim.space === 'portal') this.#freshPortal = claim;
    else this.#claimedStatements.set(claim.name, claim);
  }

  /** The server acknowledged the message that made this claim. */
  settle(claim: NameClaim): void {
    if (claim.space === 'portal') {
      this.#portals.set(claim.name, { portal: claim.record, epoch: this.#epoch });
      return;
    }
    this.#withdraw(claim);
    if (claim.record === undefined) this.#statements.delete(claim.name);
    else this.#statements.set(claim.name, claim.record);
    if (this.#statements.size > STATEMENTS_MAX) this.#forgetOldest();
  }

  /** The message that made this claim failed or was skipped. */
  abandon(claim: NameClaim): void {
    if (claim.space === 'statement') this.#withdraw(claim);
    else if (this.#freshPortal === claim) this.#freshPortal = undefined;
  }

  /** The statement a Bind in this segment would find. */
  statement(
    name: string,
    segment: number,
    mayBeRenamed: boolean,
  ): PreparedStatement | undefined | typeof UNSETTLED {
    if (mayBeRenamed) return UNSETTLED;
    const claim = this.#claimedStatements.get(name);
    if (claim?.space === 'statement') return claim.segment === segment ? claim.record : UNSETTLED;
    return this.#statements.get(name);
  }

  /** The portal an Execute in this segment would find. */
  portal(name: string, segment: number, settled: boolean): Portal | undefined | typeof UNSETTLED {
    const fresh = this.#freshPortal;
    if (fresh?.space === 'portal' && fresh.name === name && fresh.segment === segment) return fresh.record;
    if (!settled) return UNSETTLED;
    const known = this.#portals.get(name);
    return known?.epoch === this.#epoch ? known.portal : undefined;
  }

  /** Something ran that may have closed a portal or opened another under its name. */
  ran(): void {
    this.#freshPortal = undefined;
  }

  /** Portals whose names may have changed hands: from here on nothing is known of them. */
  forgetPortals(): void {
    this.#epoch += 1;
    if (this.#portals.size > STALE_PORTALS_MAX) this.#portals.clear();
  }

  forgetStatements(): void {
    this.#statements.clear();
  }

  #forgetOldest(): void {
    for (const name of this.#statements.keys()) {
      this.#statements.delete(name);
      return;
    }
  }

  #withdraw(claim: NameClaim): void {
    if (this.#claimedStatements.get(claim.name) === claim) this.#claimedStatements.delete(claim.name);
  }
}
