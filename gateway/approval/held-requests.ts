// The requests that sessions of this process wait for: each hears what became of its own, whoever settled it.
import type { State } from '../state/index.ts';
import type { Approvals } from './approvals.ts';
import type { Outcome } from './request.ts';

/** After its end a request gets this long until it is looked at: the sweep that settles it is on its way. */
const AFTER_END_MS = 200;
/** While the state database is away, the end of a request is looked for so often. */
const AGAIN_MS = 1_000;

type Waiting = {
  readonly resolve: (outcome: Outcome) => void;
  readonly expiresAt: number;
  timer: NodeJS.Timeout | undefined;
};

export class HeldRequests {
  readonly #approvals: Approvals;
  readonly #state: State;
  readonly #waiting = new Map<string, Waiting>();
  readonly #stopListening: () => void;
  /** Those that something is said to have changed of. */
  readonly #changed = new Set<string>();
  #looking = false;

  constructor(approvals: Approvals, state: State) {
    this.#approvals = approvals;
    this.#state = state;
    this.#stopListening = state.listen('request', (id) => {
      if (id === undefined) this.#look([...this.#waiting.keys()]);
      else if (this.#waiting.has(id)) this.#look([id]);
    });
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves once it is settled; at the latest some time after it expires, if the state database can't say. */
  outcome(id: string, expiresAt: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const waiting: Waiting = { resolve, expiresAt, timer: undefined };
      this.#waiting.set(id, waiting);
      this.#waitForEnd(id, waiting, expiresAt - this.#state.now() + AFTER_END_MS);
      // It may have been settled before anybody listened.
      this.#look([id]);
    });
  }

  /** Nobody waits for it any more. */
  forget(id: string): void {
    clearTimeout(this.#waiting.get(id)?.timer);
    this.#waiting.delete(id);
  }

  close(): void {
    this.#stopListening();
    for (const id of this.#waiting.keys()) this.forget(id);
  }

  /** Timers can't wait for longer than 24 days. */
  #waitForEnd(id: string, waiting: Waiting, milliseconds: number): void {
    waiting.timer = setTimeout(
      () => {
        if (this.#state.now() < waiting.expiresAt) {
          this.#waitForEnd(id, waiting, waiting.expiresAt - this.#state.now() + AFTER_END_MS);
          return;
        }
        this.#end(id).catch(() => this.#waitForEnd(id, waiting, AGAIN_MS));
      },
      Math.min(Math.max(0, milliseconds), 2 ** 31 - 1),
    );
  }

  /** Its time is over: unless somebody answered in the last moment, nobody will. */
  async #end(id: string): Promise<void> {
    if (!this.#state.status.available) {
      this.#settle(id, { status: 'expired', words: undefined, by: [] });
      return;
    }
    await this.#approvals.expire();
    await this.#read([id]);
  }

  /** What comes while a question is under way is asked about in the next one, all at once. */
  #look(ids: readonly string[]): void {
    for (const id of ids) this.#changed.add(id);
    if (this.#looking || this.#changed.size === 0) return;
    this.#looking = true;
    const changed = [...this.#changed];
    this.#changed.clear();
    this.#read(changed)
      // What can't be read now is told when the database is back.
      .catch(() => undefined)
      .finally(() => {
        this.#looking = false;
        this.#look([]);
      });
  }

  async #read(ids: readonly string[]): Promise<void> {
    for (const [id, outcome] of await this.#approvals.outcomes(ids)) this.#settle(id, outcome);
  }

  #settle(id: string, outcome: Outcome): void {
    const waiting = this.#waiting.get(id);
    this.forget(id);
    waiting?.resolve(outcome);
  }
}
