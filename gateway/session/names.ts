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

/** What the server acknowledged for a name, and the last message in flight that will change it. */
type StatementName = { record: PreparedStatement | undefined; claim: NameClaim | undefined };
type PortalName = { portal: Portal | undefined; epoch: number };

/** The name may mean one thing or another until the server has answered what is in flight. */
export const UNSETTLED = Symbol('unsettled');

/**
 * Names mean what the server acknowledged (ParseComplete, BindComplete, CloseComplete), since a Parse or Bind under a
 * taken name fails there. Within one segment (up to a Sync) a later message may rely on an earlier one: when that
 * fails, the server skips the later one too.
 */
export class Names {
  readonly #statements = new Map<string, StatementName>();
  /** Entries of an epoch that has ended mean nothing; most transactions open one portal, and clearing costs more. */
  readonly #portals = new Map<string, PortalName>();
  #epoch = 0;
  /** The portal of the Bind that was sent last, while nothing ran since that could have closed it. */
  #freshPortal: NameClaim | undefined;

  claim(claim: NameClaim): void {
    if (claim.space === 'portal') {
      this.#freshPortal = claim;
      return;
    }
    const entry = this.#statements.get(claim.name);
    if (entry !== undefined) entry.claim = claim;
    else this.#statements.set(claim.name, { record: undefined, claim });
  }

  /** The server acknowledged the message that made this claim. */
  settle(claim: NameClaim): void {
    if (claim.space === 'statement') {
      this.#conclude(claim, claim.record);
      return;
    }
    const entry = this.#portals.get(claim.name);
    if (entry === undefined) {
      this.#portals.set(claim.name, { portal: claim.record, epoch: this.#epoch });
      return;
    }
    entry.portal = claim.record;
    entry.epoch = this.#epoch;
  }

  /** The message that made this claim failed or was skipped. */
  abandon(claim: NameClaim): void {
    if (claim.space === 'statement') this.#conclude(claim, this.#statements.get(claim.name)?.record);
    else if (this.#freshPortal === claim) this.#freshPortal = undefined;
  }

  /** The statement a Bind in this segment would find. */
  statement(
    name: string,
    segment: number,
    mayBeRenamed: boolean,
  ): PreparedStatement | undefined | typeof UNSETTLED {
    if (mayBeRenamed) return UNSETTLED;
    const entry = this.#statements.get(name);
    const claim = entry?.claim;
    if (claim?.space === 'statement') return claim.segment === segment ? claim.record : UNSETTLED;
    return entry?.record;
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
    for (const [name, entry] of this.#statements) {
      entry.record = undefined;
      if (entry.claim === undefined) this.#statements.delete(name);
    }
  }

  #conclude(claim: NameClaim, record: PreparedStatement | undefined): void {
    const entry = this.#statements.get(claim.name);
    if (entry === undefined) return;
    entry.record = record;
    if (entry.claim === claim) entry.claim = undefined;
    if (entry.record === undefined && entry.claim === undefined) this.#statements.delete(claim.name);
    if (this.#statements.size > STATEMENTS_MAX) this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [name, entry] of this.#statements) {
      if (entry.claim !== undefined) continue;
      this.#statements.delete(name);
      return;
    }
  }
}
