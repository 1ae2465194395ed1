// The events of one line as they are shipped, until all are there: then the line is made again, and its hash judges them.
import { bodyOfParts, type LineStart } from '../event/statements-line.ts';
import { hashOf } from '../event/subject.ts';
import { type Evidence, type Flaw, oneOf, type Sealed, type Together } from './evidence.ts';
import { altered } from './flaws.ts';
import { alteredPlaces } from './name-altered.ts';

/** What is said of a line: by all of its events the same, unless somebody changed one. */
type Claim = Readonly<{ start: LineStart; hash: string; first: number; last: number }>;

export type Verdict = Readonly<{
  flaws: ReadonlyMap<number, Flaw>;
  /** Numbers of the line that didn't come. */
  missing: Readonly<{ first: number; many: number; together: number }> | undefined;
}>;

/** Who says so many different things is judged at once. */
const mostClaims = 8;

export class AwaitedLine {
  /** By what their events say of the line, word for word. */
  readonly #claims = new Map<string, Claim>();
  readonly #members = new Map<number, Sealed>();
  readonly #doubtful = new Set<number>();
  #first: number;
  #last = 0;
  /** The one that the hash has proven. */
  #proven: Claim | undefined;

  constructor(event: Sealed) {
    this.#first = event.seq;
    this.add(event);
  }

  /** The first number that came. */
  get first(): number {
    return this.#first;
  }

  /** The last number that any of its events speaks of. */
  get last(): number {
    return this.#last;
  }

  add(event: Sealed): void {
    const { seq, chain, previous, time, hash, sealed } = event;
    const { first, last } = event.together as Together;
    const there = this.#members.get(seq);
    if (there !== undefined) {
      if (!isCopy(there, event)) this.#doubtful.add(seq);
      return;
    }
    this.#members.set(seq, event);
    this.#first = Math.min(this.#first, seq);
    this.#last = Math.max(this.#last, last);
    if (!this.#claims.has(sealed.line))
      this.#claims.set(sealed.line, { start: { chain, seq: first, previous, time }, hash, first, last });
  }

  /** Whether it can be judged now, and others needn't be waited for. */
  isDone(): boolean {
    const claims = [...this.#claims.values()];
    const [only, another] = claims;
    if (only === undefined) return false;
    if (another === undefined && this.#members.size <= only.last - only.first) return false;
    this.#proven = claims.find((claim) => this.#isWhole(claim) && this.#isProven(claim));
    return this.#proven !== undefined || another === undefined || claims.length > mostClaims;
  }

  judge(): Verdict {
    const flaws = new Map<number, Flaw>();
    const proven = this.#proven;
    if (proven !== undefined) {
      for (const [seq, { together, sealed }] of this.#members)
        if (this.#claims.get(sealed.line) !== proven && overlap(together as Together, proven))
          flaws.set(seq, saysOtherwise);
      return { flaws, missing: undefined };
    }
    for (const seq of this.#doubtful) flaws.set(seq, doubled);
    const [only, another] = this.#claims.values();
    if (only === undefined) return { flaws, missing: undefined };
    if (another !== undefined) this.#blameFew(flaws);
    else if (this.#isWhole(only)) this.#blame(only, flaws);
    else if (this.#isShorter(only)) flaws.set(only.first, saysOtherwise);
    return { flaws, missing: another === undefined ? this.#missing(only) : undefined };
  }

  #isWhole({ first, last }: Claim): boolean {
    if (last - first >= this.#members.size) return false;
    for (let seq = first; seq <= last; seq++) if (!this.#members.has(seq)) return false;
    return true;
  }

  #isProven(claim: Claim): boolean {
    const members = this.#in(claim);
    // Of what is gone, the places are all that there is to check.
    if (members.every(({ isRedacted }) => isRedacted)) return this.#claims.size === 1;
    return (
      !members.some(({ isRedacted }) => isRedacted) &&
      hashOf(bodyOfParts(claim.start, partsOf(members))) === claim.hash
    );
  }

  #in({ first, last }: Claim): readonly Sealed[] {
    return Array.from({ length: last - first + 1 }, (_, index) => this.#members.get(first + index) as Sealed);
  }

  /** All are there and say the same of their line, and the hash says that something is wrong. */
  #blame(claim: Claim, flaws: Map<number, Flaw>): void {
    const members = this.#in(claim);
    const redacted = members.find(({ isRedacted }) => isRedacted);
    if (redacted !== undefined) {
      if (!members.every(({ isRedacted }) => isRedacted)) flaws.set(redacted.seq, partlyRedacted);
      return;
    }
    for (const place of alteredPlaces(claim.start, claim.hash, partsOf(members)))
      if (!flaws.has(claim.first + place)) flaws.set(claim.first + place, altered());
    if (flaws.size > 0) return;
    const { first, last } = claim;
    flaws.set(first, altered(`${oneOf(first, last)} was changed: the hash is of something else`));
  }

  /** No claim is proven: those are believed that most of the events make. */
  #blameFew(flaws: Map<number, Flaw>): void {
    const counts = new Map<string, number>();
    for (const { sealed } of this.#members.values())
      counts.set(sealed.line, (counts.get(sealed.line) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const believed = [...counts].find(([, count]) => count === most)?.[0];
    for (const [seq, { sealed }] of this.#members)
      if (sealed.line !== believed && !flaws.has(seq)) flaws.set(seq, saysOtherwise);
  }

  /** Whether the events that came are a line by themselves, and it was made longer. */
  #isShorter(claim: Claim): boolean {
    const shorter = { ...claim, last: claim.first + this.#members.size - 1 };
    if (!this.#isWhole(shorter)) return false;
    const members = this.#in(shorter);
    return (
      !members.some(({ isRedacted }) => isRedacted) &&
      hashOf(bodyOfParts(claim.start, partsOf(members))) === claim.hash
    );
  }

  #missing({ first, last }: Claim): Verdict['missing'] {
    let missing = first;
    while (this.#members.has(missing)) missing += 1;
    if (missing > last) return undefined;
    let many = 1;
    while (missing + many <= last && !this.#members.has(missing + many)) many += 1;
    return { first: missing, many, together: missing > first ? missing - 1 : missing + many };
  }
}

const partsOf = (members: readonly Sealed[]) => members.map(({ sealed }) => sealed);

/** What retention has left of an event says nothing that could be compared. */
const isCopy = (one: Evidence, other: Evidence): boolean =>
  one.together?.content === other.together?.content ||
  (one.isRedacted !== other.isRedacted && one.hash === other.hash);

const overlap = (one: Together, other: Claim): boolean => one.first <= other.last && other.first <= one.last;

const doubled: Flaw = { what: 'duplicated', message: 'there are two events of this number that differ' };

const saysOtherwise = altered(
  'what it says of the events that it was sealed together with is not what was written',
);

const partlyRedacted = altered(
  'its content is gone, and not that of all events that it was sealed together with',
);
