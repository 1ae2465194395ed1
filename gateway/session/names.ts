// The session's prepared statements and portals: one table for SQL's names and the protocol's, as in the server.
import { nameKey } from './name-key.ts';
import { DOUBTFUL, type Found, type NameClaim, type PreparedStatement, UNSETTLED } from './named.ts';
import { PortalTable } from './portal-table.ts';

/** Statements kept in mind at most; of an older one nothing is known any more, which only makes it opaque. */
const STATEMENTS_MAX = 10_000;

/** What the server acknowledged for a name, and the last message in flight that will change it. */
type StatementName = {
  record: PreparedStatement | undefined;
  claim: NameClaim | undefined;
  /** The count of doubts when it was last known for certain. */
  certain: number;
};

/**
 * Names mean what the server acknowledged (ParseComplete, BindComplete, CloseComplete, CommandComplete), since a Parse
 * or PREPARE under a taken name fails there. Within one segment (up to a Sync) a later message may rely on an earlier
 * one: when that fails, the server skips the later one too.
 */
export class Names {
  readonly portals = new PortalTable();
  readonly #statements = new Map<string, StatementName>();
  #doubts = 0;

  claim(claim: NameClaim): void {
    if (claim.space === 'portal') {
      this.portals.claim(claim);
      return;
    }
    const key = nameKey(claim.name);
    const entry = this.#statements.get(key);
    if (entry !== undefined) entry.claim = claim;
    else this.#statements.set(key, { record: undefined, claim, certain: this.#doubts });
  }

  /** The server acknowledged the message that made this claim. */
  settle(claim: NameClaim): void {
    if (claim.space === 'portal') this.portals.settle(claim);
    else this.#conclude(claim, true);
  }

  /** The message that made this claim failed or was skipped. */
  abandon(claim: NameClaim): void {
    if (claim.space === 'portal') this.portals.abandon(claim);
    else this.#conclude(claim, false);
  }

  /** The statement that a message in this segment would find. */
  statement(name: string, segment: number): Found<PreparedStatement> {
    const entry = this.#statements.get(nameKey(name));
    if (entry === undefined) return undefined;
    const { claim } = entry;
    if (claim?.space === 'statement') return claim.segment === segment ? claim.record : UNSETTLED;
    // SQL can't name the unnamed one.
    const certain = entry.record === undefined || entry.certain === this.#doubts || name === '';
    return certain ? entry.record : DOUBTFUL;
  }

  /** The record behind a doubtful name, to compare with what the server says of it. */
  doubtfulStatement(name: string): PreparedStatement | undefined {
    return this.#statements.get(nameKey(name))?.record;
  }

  /** SQL's PREPARE was acknowledged: the name was free, or it would have failed. */
  prepared(record: PreparedStatement): void {
    const key = nameKey(record.name);
    const entry = this.#statements.get(key);
    if (entry !== undefined) {
      entry.record = record;
      entry.certain = this.#doubts;
      return;
    }
    this.#statements.set(key, { record, claim: undefined, certain: this.#doubts });
    if (this.#statements.size > STATEMENTS_MAX) this.#forgetOldest();
  }

  /** SQL's DEALLOCATE was acknowledged, or the server has said that the name isn't what it was. */
  deallocated(name: string): void {
    const key = nameKey(name);
    const entry = this.#statements.get(key);
    if (entry === undefined) return;
    entry.record = undefined;
    if (entry.claim === undefined) this.#statements.delete(key);
  }

  deallocatedAll(): void {
    for (const [key, entry] of this.#statements) {
      // The unnamed statement stays; the server keeps it elsewhere.
      if (key === '') continue;
      entry.record = undefined;
      if (entry.claim === undefined) this.#statements.delete(key);
    }
  }

  /** Code ran that may have prepared, declared or closed anything. */
  doubt(): void {
    this.#doubts += 1;
    this.portals.doubt();
  }

  /** The server has said that the name is still what it was. */
  confirmStatement(name: string): void {
    const entry = this.#statements.get(nameKey(name));
    if (entry !== undefined) entry.certain = this.#doubts;
  }

  #conclude(claim: NameClaim & { space: 'statement' }, acknowledged: boolean): void {
    const key = nameKey(claim.name);
    const entry = this.#statements.get(key);
    if (entry === undefined) return;
    if (acknowledged) {
      entry.record = claim.record;
      entry.certain = this.#doubts;
    }
    if (entry.claim === claim) entry.claim = undefined;
    if (entry.record === undefined && entry.claim === undefined) this.#statements.delete(key);
    if (this.#statements.size > STATEMENTS_MAX) this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [key, entry] of this.#statements) {
      if (entry.claim !== undefined) continue;
      this.#statements.delete(key);
      return;
    }
  }
}
