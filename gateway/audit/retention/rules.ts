// How long events are kept: by their kind, and by the labels of what their statements touch.
import type { AuditConfig } from '../../config/index.ts';

export type RetentionRules = NonNullable<AuditConfig['retention']>;

const dayMs = 86_400_000;

/** `kind` of `statement.intent`. */
export const kindOf = (type: string): string => type.split('.', 1)[0] ?? type;

export class Expiry {
  readonly #kinds = new Map<string, number>();
  readonly #labels = new Map<string, number>();

  /** `now` in milliseconds since 1970. Of several rules for the same, the longest time holds. */
  constructor(rules: RetentionRules, now: number) {
    for (const { kind, label, days } of rules) {
      const before = now - days * dayMs;
      if (kind !== undefined) lower(this.#kinds, kind, before);
      if (label !== undefined) lower(this.#labels, label, before);
    }
  }

  get labels(): ReadonlyMap<string, number> {
    return this.#labels;
  }

  get kinds(): ReadonlyMap<string, number> {
    return this.#kinds;
  }

  /** What was before then has had its time; undefined: it is kept without end. */
  ofType(type: string): number | undefined {
    return this.#kinds.get(kindOf(type)) ?? this.#kinds.get('all');
  }

  /** As above, of details of statements that touch these; the shortest time of them. */
  ofLabels(labels: readonly string[]): number | undefined {
    const found = [...this.#labels].filter(([named]) => labels.some((label) => covers(named, label)));
    return found.length === 0 ? undefined : Math.max(...found.map(([, before]) => before));
  }
}

/** `pii` is all that begins with it: `pii.ssn`. */
export const covers = (named: string, label: string): boolean =>
  label === named || label.startsWith(`${named}.`);

function lower(of: Map<string, number>, key: string, before: number): void {
  of.set(key, Math.min(before, of.get(key) ?? before));
}
