// Statements that have been forwarded and have no outcome yet: most of them for less than a millisecond.

const places = 1024;

/**
 * By the numbers of their intents, with their sessions. Each number has a place that it shares with few others; who finds
 * it taken, by one that lasts, stands beside.
 */
export class OpenStatements {
  readonly #seqs = new Float64Array(places);
  readonly #sessions: string[] = new Array(places).fill('');
  readonly #beside = new Map<number, string>();
  #count = 0;

  get size(): number {
    return this.#count + this.#beside.size;
  }

  add(seq: number, session: string): void {
    const at = seq % places;
    if (this.#seqs[at] !== 0) {
      this.#beside.set(seq, session);
      return;
    }
    this.#seqs[at] = seq;
    this.#sessions[at] = session;
    this.#count += 1;
  }

  delete(seq: number): void {
    const at = seq % places;
    if (this.#seqs[at] !== seq) {
      this.#beside.delete(seq);
      return;
    }
    this.#seqs[at] = 0;
    this.#count -= 1;
  }

  /** In their order. */
  all(): readonly (readonly [seq: number, session: string])[] {
    const all = [...this.#beside];
    for (const [at, seq] of this.#seqs.entries())
      if (seq !== 0) all.push([seq, this.#sessions[at] as string]);
    return all.sort(([one], [other]) => one - other);
  }
}
