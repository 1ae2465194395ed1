// The last refusals of this process, so that whoever was refused can ask why.

export type Denial = Readonly<{ rule: string; reason: string; hint: string | undefined; at: number }>;

/** So many, of all sessions together. */
const DENIALS_MOST = 5_000;

export class Denials {
  /** The oldest first. */
  readonly #kept = new Map<string, Denial & Readonly<{ principal: string }>>();

  keep(decisionId: string, principal: string, denial: Denial): void {
    this.#kept.set(decisionId, { ...denial, principal });
    if (this.#kept.size <= DENIALS_MOST) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Undefined for somebody else's, too. */
  find(decisionId: string, principal: string): Denial | undefined {
    const found = this.#kept.get(decisionId);
    return found?.principal === principal ? found : undefined;
  }
}
