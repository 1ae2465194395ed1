// The grants that run, by whom they serve and where, in the form that policies read them.
import type { Input } from '../sql/index.ts';
import type { Grant, Identity } from './grant.ts';

type GrantsInput = NonNullable<Input['grants']>;

/** Milliseconds since 1970, by the clock of the state database. */
type Running = Readonly<{ until: number; input: GrantsInput[number] }>;

type Held = {
  readonly running: readonly Running[];
  /** Those of them that still run: one object for as long as they are the same. */
  current: GrantsInput | undefined;
  /** When the first of these ends. */
  until: number;
};

export class ActiveGrants {
  readonly #held: Map<string, Held>;

  /** Who has the same as `before` keeps the same object. */
  constructor(grants: readonly Grant[], before?: ActiveGrants) {
    const byHolder = Map.groupBy(grants, ({ identity, resource }) => keyOf(identity, resource));
    this.#held = new Map(
      Array.from(byHolder, ([key, each]): [string, Held] => {
        const running = each.map(runningOf).sort((a, b) => (a.input.id < b.input.id ? -1 : 1));
        const known = before === undefined ? undefined : before.#held.get(key);
        if (known !== undefined && JSON.stringify(known.running) === JSON.stringify(running))
          return [key, known];
        return [key, { running, current: undefined, until: Number.NEGATIVE_INFINITY }];
      }),
    );
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** Undefined where there is nothing. */
  of(identity: Identity, resource: string, now: number): GrantsInput | undefined {
    const held = this.#held.get(keyOf(identity, resource));
    if (held === undefined) return undefined;
    if (now >= held.until) {
      const running = held.running.filter(({ until }) => until > now);
      held.current = running.length === 0 ? undefined : Object.freeze(running.map(({ input }) => input));
      held.until = Math.min(...running.map(({ until }) => until));
    }
    return held.current;
  }

  /** When the next of them ends; undefined where none runs. */
  nextEnd(now: number): number | undefined {
    const ends = [...this.#held.values()].flatMap(({ running }) => running.map(({ until }) => until));
    const next = Math.min(...ends.filter((until) => until > now));
    return Number.isFinite(next) ? next : undefined;
  }
}

/** What somebody got in person isn't there for a program that acts for them, and the other way round. */
const keyOf = ({ principal, actor }: Identity, resource: string): string =>
  actor === undefined ? `${principal}\n${resource}` : `${principal}\n${resource}\n${JSON.stringify(actor)}`;

function runningOf({ id, eligible, rights, from = 0, until = 0, reason }: Grant): Running {
  const input = {
    ...{ id, rights, from: from / 1000, until: until / 1000, reason },
    ...(eligible === undefined ? {} : { eligible }),
  };
  return { until, input: Object.freeze(input) };
}
