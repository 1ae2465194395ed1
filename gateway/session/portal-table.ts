// The portals of a session: those that end with their transaction or savepoint, and cursors that are held beyond it.
import { nothingSent, type SentRows } from './limits/sent-rows.ts';
import { nameKey } from './name-key.ts';
import { DOUBTFUL, type Found, type NameClaim, type Portal, UNSETTLED } from './named.ts';

/** Portals of ended epochs that are kept before they are swept. */
const STALE_PORTALS_MAX = 64;

type PortalName = {
  portal: Portal | undefined;
  epoch: number;
  /** How many savepoints were open when it was opened. */
  depth: number;
  /** The count of doubts when it was last known for certain. */
  certain: number;
  /** What has come through it, where that is counted. */
  sent: SentRows | undefined;
};
/** WITH HOLD: as any other until its transaction is committed, which it then outlives. */
type HeldCursor = {
  cursor: Portal;
  committed: boolean;
  depth: number;
  certain: number;
  sent: SentRows | undefined;
};

export class PortalTable {
  /** Entries of an epoch that has ended mean nothing; most transactions open one portal, and clearing costs more. */
  readonly #portals = new Map<string, PortalName>();
  readonly #held = new Map<string, HeldCursor>();
  #epoch = 0;
  #doubts = 0;
  /** How many savepoints are open. */
  depth = 0;
  /** The portal of the Bind that was sent last, while nothing ran since that could have closed it. */
  #fresh: NameClaim | undefined;

  claim(claim: NameClaim & { space: 'portal' }): void {
    this.#fresh = claim;
  }

  settle({ name, record }: NameClaim & { space: 'portal' }): void {
    this.#set(nameKey(name), record);
    if (record === undefined && this.#held.size > 0) this.#held.delete(nameKey(name));
  }

  abandon(claim: NameClaim): void {
    if (this.#fresh === claim) this.#fresh = undefined;
  }

  /** The portal that an Execute in this segment would find. */
  find(name: string, segment: number, settled: boolean): Found<Portal> {
    const fresh = this.#fresh;
    if (fresh?.space === 'portal' && fresh.segment === segment && nameKey(fresh.name) === nameKey(name))
      return fresh.record;
    if (!settled) return UNSETTLED;
    const key = nameKey(name);
    const known = this.#portals.get(key);
    if (known?.epoch === this.#epoch && known.portal !== undefined)
      return known.certain === this.#doubts || name === '' ? known.portal : DOUBTFUL;
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    return held.certain === this.#doubts ? held.cursor : DOUBTFUL;
  }

  /** What has come through the portal or cursor of that name; undefined when nothing is known of it. */
  sentThrough(name: string): SentRows | undefined {
    const key = nameKey(name);
    const known = this.#portals.get(key);
    const entry = known?.epoch === this.#epoch && known.portal !== undefined ? known : this.#held.get(key);
    if (entry === undefined) return undefined;
    entry.sent ??= nothingSent();
    return entry.sent;
  }

  doubtful(name: string): Portal | undefined {
    const key = nameKey(name);
    const known = this.#portals.get(key);
    return (known?.epoch === this.#epoch ? known.portal : undefined) ?? this.#held.get(key)?.cursor;
  }

  confirm(name: string): void {
    const key = nameKey(name);
    const known = this.#portals.get(key);
    if (known?.epoch === this.#epoch) known.certain = this.#doubts;
    const held = this.#held.get(key);
    if (held !== undefined) held.certain = this.#doubts;
  }

  /** Something ran that may have closed a portal or opened another under its name. */
  ran(): void {
    this.#fresh = undefined;
  }

  /** DECLARE was acknowledged. */
  declared(cursor: Portal, hold: boolean): void {
    const key = nameKey(cursor.name);
    if (!hold) {
      this.#set(key, cursor);
      return;
    }
    this.#set(key, undefined);
    this.#held.set(key, {
      cursor,
      committed: false,
      depth: this.depth,
      certain: this.#doubts,
      sent: undefined,
    });
  }

  closed(name: string): void {
    const key = nameKey(name);
    this.#portals.get(key)?.portal?.watched?.end('closed');
    this.#portals.delete(key);
    this.#held.delete(key);
  }

  closedAll(): void {
    this.#epoch += 1;
    this.#held.clear();
  }

  doubt(): void {
    this.#doubts += 1;
    this.#fresh = undefined;
  }

  /** A transaction has ended, however it did: only held cursors are left. */
  transactionEnded(): void {
    this.#epoch += 1;
    if (this.#portals.size > STALE_PORTALS_MAX) this.#portals.clear();
  }

  holdCommitted(): void {
    for (const held of this.#held.values()) held.committed = true;
  }

  holdRolledBack(): void {
    for (const [key, { committed }] of this.#held) if (!committed) this.#held.delete(key);
  }

  /** ROLLBACK TO: what was opened with at least so many savepoints is gone. */
  rolledBackTo(depth: number): void {
    for (const [key, portal] of this.#portals) if (portal.depth >= depth) this.#portals.delete(key);
    for (const [key, held] of this.#held) if (!held.committed && held.depth >= depth) this.#held.delete(key);
  }

  /** RELEASE: what was opened since belongs to what is around the savepoint. */
  released(depth: number): void {
    for (const portal of this.#portals.values()) portal.depth = Math.min(portal.depth, depth);
    for (const held of this.#held.values()) held.depth = Math.min(held.depth, depth);
  }

  #set(key: string, portal: Portal | undefined): void {
    const entry = this.#portals.get(key);
    if (entry === undefined) {
      const sent = portal?.sent;
      this.#portals.set(key, { portal, epoch: this.#epoch, depth: this.depth, certain: this.#doubts, sent });
      return;
    }
    entry.portal?.watched?.end('closed');
    entry.portal = portal;
    entry.epoch = this.#epoch;
    entry.depth = this.depth;
    entry.certain = this.#doubts;
    entry.sent = portal?.sent;
  }
}
