// Requests that nobody waits for any more: withdrawn at once, or as soon as the state database can be told.
import type { State } from '../state/index.ts';
import type { Approvals } from './approvals.ts';

/** One that was never heard of again was never written: what was under way there has ended by then. */
const GIVE_UP_MS = 60_000;

type Due = Readonly<{ words: string; since: number }>;

export class Withdrawals {
  readonly #approvals: Approvals;
  readonly #due = new Map<string, Due>();
  readonly #stopListening: () => void;
  #working: Promise<void> | undefined;

  constructor(approvals: Approvals, state: State) {
    this.#approvals = approvals;
    // After each reconnection, and now and again.
    this.#stopListening = state.listen('request', (id) => {
      if (id === undefined) void this.#work();
    });
  }

  /** How many the state database hasn't been told of yet. */
  get size(): number {
    return this.#due.size;
  }

  /** Resolves after the first attempt. Whether the request was written at all may be unknown. */
  async add(id: string, words: string): Promise<void> {
    this.#due.set(id, { words, since: performance.now() });
    // One that is under way may have begun without it.
    await this.#working;
    await this.#work();
  }

  close(): void {
    this.#stopListening();
  }

  #work(): Promise<void> {
    if (this.#due.size === 0) return Promise.resolve();
    this.#working ??= this.#withdraw()
      // They stay due until it is back.
      .catch(() => undefined)
      .finally(() => {
        this.#working = undefined;
      });
    return this.#working;
  }

  async #withdraw(): Promise<void> {
    const due = new Map(this.#due);
    const words = new Set(Array.from(due.values(), (each) => each.words));
    for (const each of words) {
      const ids = [...due.keys()].filter((id) => due.get(id)?.words === each);
      const settled = await this.#approvals.withdrawAll(ids, each);
      const isOver = ({ since }: Due): boolean => performance.now() - since > GIVE_UP_MS;
      for (const id of ids) {
        const one = due.get(id);
        if (settled.has(id) || (one !== undefined && isOver(one))) this.#due.delete(id);
      }
    }
  }
}
