// Numbers for the parts of an input: parts with the same number are the same to the policy.
import type { Path } from './dependencies.ts';

/** So many different contents are told apart at a time; then they begin to get new numbers. */
const contentsKept = 10_000;

export class PartKey {
  readonly #paths: readonly Path[];
  readonly #byObject = new WeakMap<object, number>();
  #byContent = new Map<string, number>();
  #last = 0;

  constructor(paths: readonly Path[]) {
    this.#paths = paths;
  }

  of(part: object): number {
    if (this.#paths.length === 0) return 0;
    let number = this.#byObject.get(part);
    if (number === undefined) {
      number = this.#ofContent(this.#paths.map((path) => textAt(part, path)).join('\n'));
      this.#byObject.set(part, number);
    }
    return number;
  }

  #ofContent(content: string): number {
    let number = this.#byContent.get(content);
    if (number === undefined) {
      if (this.#byContent.size >= contentsKept) this.#byContent = new Map();
      number = ++this.#last;
      this.#byContent.set(content, number);
    }
    return number;
  }
}

/** What isn't there has another text than any JSON, null included; no JSON has a line break outside of its strings. */
export function textAt(part: object, path: Path): string {
  let value: unknown = part;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return 'absent';
    value = (value as Record<string, unknown>)[step];
  }
  return JSON.stringify(value) ?? 'absent';
}
