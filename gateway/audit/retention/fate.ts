// What becomes of each event when its time is over: nothing while it is held, its details where a label says so, all of it.
import { requestOf } from '../query/found.ts';
import type { Entry } from '../query/source/entry.ts';
import { touchedBy } from '../query/touched.ts';
import { type HoldScope, holds } from './hold.ts';
import type { Expiry } from './rules.ts';

/** `label`: who and when stays, what goes. `age`: its place in the chain stays. */
export type Fate = 'kept' | 'held' | 'label' | 'age';

/**
 * To be asked about the events of a chain in their order: an outcome is held with the statement that it is of, and what
 * became of a request with what was asked.
 */
export class Fates {
  readonly #expiry: Expiry;
  readonly #holds: readonly HoldScope[];
  readonly #approvals: ReadonlySet<string>;
  readonly #heldStatements = new Set<string>();
  readonly #heldSessions = new Set<string>();

  /** @param approvals ids of requests that are held */
  constructor(expiry: Expiry, held: readonly HoldScope[], approvals: ReadonlySet<string>) {
    this.#expiry = expiry;
    this.#holds = held;
    this.#approvals = approvals;
  }

  /** Of which something is held: their recordings are too. */
  get heldSessions(): ReadonlySet<string> {
    return this.#heldSessions;
  }

  /** Of all that stands in one line: it goes as a whole, so that all of it stays while any of it is held. */
  ofLine(entries: readonly Entry[]): Fate {
    const fates = entries.map((entry) => this.of(entry));
    if (fates.includes('held')) return 'held';
    const [first = 'kept'] = fates;
    return fates.every((fate) => fate === first) ? first : 'kept';
  }

  of(entry: Entry): Fate {
    const { event, subjects } = entry;
    const { statement, session, type } = event;
    if (this.#isHeld(entry)) {
      if (statement !== undefined) this.#heldStatements.add(statement);
      if (session !== undefined) this.#heldSessions.add(session);
      return 'held';
    }
    // The chain's own events attest it; they go with the segment.
    if (type.startsWith('audit.')) return 'kept';
    const time = Date.parse(event.time);
    if (time < (this.#expiry.ofType(type) ?? Number.NEGATIVE_INFINITY)) return 'age';
    // Nothing that is labelled shares a line with others.
    if (event.sealed !== undefined) return 'kept';
    const labels = subjects.statement === undefined ? [] : touchedBy(subjects.statement).labels;
    return time < (this.#expiry.ofLabels(labels) ?? Number.NEGATIVE_INFINITY) ? 'label' : 'kept';
  }

  #isHeld(entry: Entry): boolean {
    const { statement, type } = entry.event;
    if (type === 'statement.outcome' && statement !== undefined && this.#heldStatements.has(statement))
      return true;
    if (type.startsWith('approval.') && this.#approvals.has(requestOf(entry) ?? '')) return true;
    return this.#holds.some((hold) => holds(hold, entry));
  }
}
