// The savepoints of the open transaction, the innermost last; one name may stand for several.

export class Savepoints {
  readonly #names: string[] = [];

  /** Each answers how many are open afterwards. */
  opened(name: string): number {
    return this.#names.push(name);
  }

  /** The innermost of that name goes, and all inside it. */
  released(name: string): number {
    const index = this.#names.lastIndexOf(name);
    if (index >= 0) this.#names.length = index;
    return this.#names.length;
  }

  /** All inside the innermost of that name go; it begins anew. */
  rolledBackTo(name: string): number {
    const index = this.#names.lastIndexOf(name);
    if (index >= 0) this.#names.length = index + 1;
    return this.#names.length;
  }

  clear(): void {
    this.#names.length = 0;
  }
}
