// Decisions that were taken before, found again by what they depend on.
import type { Ask } from '../input/ask.ts';
import { hourOf, secondOf, weekdayOf } from '../input/time-input.ts';
import type { Dependencies } from './dependencies.ts';
import { PartKey } from './part-key.ts';

/** So many decisions are kept, twice over: one that is found again stays. */
const decisionsKept = 20_000;

export class DecisionCache<D> {
  readonly #dependencies: Dependencies;
  readonly #identity: PartKey;
  readonly #session: PartKey;
  readonly #resource: PartKey;
  readonly #grants: PartKey;
  readonly #statements = new WeakMap<object, number>();
  #lastStatement = 0;
  #decisions = new Map<string, D>();
  #older = new Map<string, D>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#identity = new PartKey(dependencies.identity);
    this.#session = new PartKey(dependencies.session);
    this.#resource = new PartKey(dependencies.resource);
    this.#grants = new PartKey(dependencies.grants);
  }

  keyOf({ facts, identity, session, resource, grants, now }: Ask): string {
    const parts = `${this.#statement(facts)} ${this.#identity.of(identity)} ${this.#session.of(session)} ${this.#resource.of(resource)}`;
    // Most have none.
    if (grants === undefined) return parts + this.#time(now);
    return `${parts} granted ${this.#grants.of(grants)}${this.#time(now)}`;
  }

  find(key: string): D | undefined {
    const decision = this.#decisions.get(key);
    if (decision !== undefined) return decision;
    const older = this.#older.get(key);
    if (older !== undefined) this.keep(key, older);
    return older;
  }

  keep(key: string, decision: D): void {
    if (this.#decisions.size >= decisionsKept) {
      this.#older = this.#decisions;
      this.#decisions = new Map();
    }
    this.#decisions.set(key, decision);
  }

  /** Facts are long: the object stands for them, and nothing is shared between those that say the same. */
  #statement(facts: object): number {
    if (!this.#dependencies.statement) return 0;
    let number = this.#statements.get(facts);
    if (number === undefined) {
      number = ++this.#lastStatement;
      this.#statements.set(facts, number);
    }
    return number;
  }

  #time(now: number): string {
    const { hour, weekday, second } = this.#dependencies;
    if (second) return ` ${secondOf(now)}`;
    if (hour) return weekday ? ` ${hourOf(now)} ${weekdayOf(now)}` : ` ${hourOf(now)}`;
    return weekday ? ` ${weekdayOf(now)}` : '';
  }
}
