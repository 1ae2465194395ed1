// What is counted while recorded inputs are decided anew: by what would change, by rule and by principal, with examples.
import { type Becoming, becomes, type Direction, directionOf, type Verdict } from './verdict.ts';

export type Example = Readonly<{
  /** Of the event. */
  id: string;
  time: string;
  principal: string;
  resource?: string | undefined;
  /** As recorded: what it says of labelled values isn't there. */
  text?: string | undefined;
  /** What the other policy says to it. */
  reason?: string | undefined;
}>;

export type Change = Readonly<{
  becomes: Becoming;
  direction: Direction | undefined;
  from: Verdict;
  to: Verdict;
  count: number;
  /** How many each principal has. */
  principals: Readonly<Record<string, number>>;
  examples: readonly Example[];
}>;

export type Unjudged = Readonly<{
  because: string;
  count: number;
  principals: Readonly<Record<string, number>>;
}>;

export type TallyDocument = Readonly<{
  /** Decisions that were recorded in that time. */
  recorded: number;
  /** Those that were decided anew. */
  judged: number;
  /** Of those, how many different ones there were for the policy. */
  distinct: number;
  changes: readonly Change[];
  unjudged: readonly Unjudged[];
  /** Lines of files, of which nobody can say what was decided in them. */
  unreadable: number;
}>;

const examplesKept = 3;

type Counted = { count: number; principals: Map<string, number> };

export class Tally {
  #recorded = 0;
  #judged = 0;
  #distinct = 0;
  #unreadable = 0;
  readonly #changes = new Map<string, Counted & { from: Verdict; to: Verdict; examples: Example[] }>();
  readonly #unjudged = new Map<string, Counted>();

  judged(isNew: boolean): void {
    this.#recorded += 1;
    this.#judged += 1;
    if (isNew) this.#distinct += 1;
  }

  change(from: Verdict, to: Verdict, principal: string, example: () => Example): void {
    const change = this.#changeOf(from, to);
    add(change, principal, 1);
    if (change.examples.length < examplesKept) change.examples.push(example());
  }

  unjudged(because: string, principal: string): void {
    this.#recorded += 1;
    add(this.#reason(because), principal, 1);
  }

  unreadable(lines: number): void {
    this.#unreadable += lines;
  }

  /** What another thread counted. */
  join({ recorded, judged, distinct, changes, unjudged, unreadable }: TallyDocument): void {
    this.#recorded += recorded;
    this.#judged += judged;
    this.#distinct += distinct;
    this.#unreadable += unreadable;
    for (const { from, to, principals, examples } of changes) {
      const change = this.#changeOf(from, to);
      for (const [principal, count] of Object.entries(principals)) add(change, principal, count);
      change.examples.push(...examples.slice(0, examplesKept - change.examples.length));
    }
    for (const { because, principals } of unjudged)
      for (const [principal, count] of Object.entries(principals))
        add(this.#reason(because), principal, count);
  }

  document(): TallyDocument {
    return {
      recorded: this.#recorded,
      judged: this.#judged,
      distinct: this.#distinct,
      changes: [...this.#changes.values()]
        .map(({ from, to, count, principals, examples }) => ({
          becomes: becomes(from, to),
          direction: directionOf(from, to),
          ...{ from, to, count, examples },
          principals: mostFirst(principals),
        }))
        .sort((a, b) => rank(a) - rank(b) || b.count - a.count),
      unjudged: [...this.#unjudged]
        .map(([because, { count, principals }]) => ({ because, count, principals: mostFirst(principals) }))
        .sort((a, b) => b.count - a.count),
      unreadable: this.#unreadable,
    };
  }

  #changeOf(from: Verdict, to: Verdict) {
    const key = JSON.stringify([from, to]);
    let change = this.#changes.get(key);
    if (change === undefined) {
      change = { from, to, count: 0, principals: new Map(), examples: [] };
      this.#changes.set(key, change);
    }
    return change;
  }

  #reason(because: string): Counted {
    let counted = this.#unjudged.get(because);
    if (counted === undefined) {
      counted = { count: 0, principals: new Map() };
      this.#unjudged.set(because, counted);
    }
    return counted;
  }
}

function add(counted: Counted, principal: string, count: number): void {
  counted.count += count;
  counted.principals.set(principal, (counted.principals.get(principal) ?? 0) + count);
}

const mostFirst = (principals: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...principals].sort(([, a], [, b]) => b - a));

/** What would be let through first: nobody misses it by themselves. */
const ranks: Readonly<Record<Becoming, number>> = {
  'newly-allowed': 0,
  'newly-denied': 1,
  'newly-held': 2,
  'newly-masked': 3,
  otherwise: 4,
};
const rank = ({ becomes: what }: Change): number => ranks[what];
