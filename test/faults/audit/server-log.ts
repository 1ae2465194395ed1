// What a server executed, by its own log: statements are told apart by the number that each carries in a comment.

/** A portal that is read on is no execution of its own. */
const LINE = /^(\S+\/\d+) LOG: {2}(?:statement|execute (?!fetch from )[^:]*): (.*)$/gm;
const NUMBER = /\/\* n(\d+) \*\//g;

export const numbered = (n: number): string => `/* n${n} */`;

export const numbersIn = (text: string): number[] => Array.from(text.matchAll(NUMBER), ([, n]) => Number(n));

export class ServerLog {
  readonly #text: () => string;
  readonly #seen = new Set<string>();
  readonly #times = new Map<number, number>();

  constructor(text: () => string) {
    this.#text = text;
  }

  /** The text that is kept has an end: it is read before its beginning goes. */
  read(): ReadonlyMap<number, number> {
    for (const [, line = '', statement = ''] of this.#text().matchAll(LINE)) {
      if (this.#seen.has(line)) continue;
      this.#seen.add(line);
      for (const n of numbersIn(statement)) this.#times.set(n, (this.#times.get(n) ?? 0) + 1);
    }
    return this.#times;
  }
}
