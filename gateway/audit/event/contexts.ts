// The contexts of one segment, as whoever reads it comes by them: each of them is parsed once, when a line first names it.
import { type ContextMembers, readContext } from './context.ts';
import { hashOf, type Subject } from './subject.ts';

export class Contexts {
  readonly #texts = new Map<string, string>();
  readonly #parsed = new Map<string, ContextMembers | undefined>();

  /** False: it isn't what its hash says, and is not taken. */
  add({ hash, json }: Subject): boolean {
    if (this.#texts.get(hash) === json) return true;
    if (hashOf(json) !== hash) return false;
    this.#texts.set(hash, json);
    return true;
  }

  /** The same object each time. Undefined: it isn't there, or is none. */
  of(hash: string): ContextMembers | undefined {
    if (this.#parsed.has(hash)) return this.#parsed.get(hash);
    const json = this.#texts.get(hash);
    if (json === undefined) return undefined;
    const context = readContext(json);
    this.#parsed.set(hash, context);
    return context;
  }

  /** Their hashes. */
  get known(): ReadonlySet<string> {
    return new Set(this.#texts.keys());
  }
}
