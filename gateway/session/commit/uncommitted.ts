// What the open transaction has done so far that people have to agree to before it is committed.

/** Of a statement that may run, but whose commit is still to be decided; whoever decided the one decides the other. */
export interface CommitNote {
  /** That asks for it. */
  readonly rule: string;
}

/** One message of such a statement, as the server has answered it. */
export type Ran = Readonly<{
  note: CommitNote;
  /** Rows that its command says it has changed. */
  rows: number;
  /** Rows changed, by the object id of their table, with those of triggers and cascades. Undefined: nobody has counted. */
  tables: ReadonlyMap<string, number> | undefined;
}>;

type Entry = { readonly ran: Ran; depth: number };

export class Uncommitted {
  /** A transaction's block is open, so that a Sync commits nothing. */
  inBlock = false;
  #entries: Entry[] = [];

  get any(): boolean {
    return this.#entries.length > 0;
  }

  get count(): number {
    return this.#entries.length;
  }

  get all(): readonly Ran[] {
    return this.#entries.map(({ ran }) => ran);
  }

  /** `depth`: how many savepoints are open. */
  add(ran: Ran, depth: number): void {
    this.#entries.push({ ran, depth });
  }

  /** What came after the savepoint, which is the last of so many, was taken back. */
  rolledBackTo(depth: number): void {
    this.#entries = this.#entries.filter((entry) => entry.depth < depth);
  }

  /** So many savepoints are left: what was inside the others stands outside of them now. */
  released(depth: number): void {
    for (const entry of this.#entries) entry.depth = Math.min(entry.depth, depth);
  }

  /** It is committed, or nothing of it will be. */
  clear(): void {
    if (this.#entries.length > 0) this.#entries = [];
  }
}
