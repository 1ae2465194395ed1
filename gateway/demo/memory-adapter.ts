// Where the demo's issuer keeps its sessions, codes and tokens: in memory, gone with the process.

type Payload = Record<string, unknown> & {
  grantId?: string;
  userCode?: string;
  uid?: string;
  consumed?: number;
};

/** oidc-provider's adapter contract: one instance for each kind of thing it stores. */
export class MemoryAdapter {
  readonly #stored = new Map<string, Payload>();

  async upsert(id: string, payload: Payload, expiresIn: number): Promise<void> {
    this.#stored.set(id, payload);
    // Timers longer than this overflow; nothing in a demo lives that long.
    setTimeout(() => this.#stored.delete(id), Math.min(expiresIn || 86_400, 86_400) * 1000).unref();
  }

  async find(id: string): Promise<Payload | undefined> {
    return this.#stored.get(id);
  }

  async findByUserCode(userCode: string): Promise<Payload | undefined> {
    return this.#search((payload) => payload.userCode === userCode);
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    return this.#search((payload) => payload.uid === uid);
  }

  async consume(id: string): Promise<void> {
    const payload = this.#stored.get(id);
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.#stored.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, payload] of this.#stored) if (payload.grantId === grantId) this.#stored.delete(id);
  }

  #search(wanted: (payload: Payload) => boolean): Payload | undefined {
    for (const payload of this.#stored.values()) if (wanted(payload)) return payload;
    return undefined;
  }
}
