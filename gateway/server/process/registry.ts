// The sessions of one process, by the keys under which CancelRequests name them.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { CancelKey, Session } from '../../session/index.ts';

type Entry = Readonly<{ session: Session; secret: Buffer }>;

/**
 * A key has the process id of the server's own session, since clients use it for more than cancels (they tell their own
 * notifications by it), and a secret of the gateway's. Several servers may have the same process id: the secret tells.
 */
export class Registry {
  readonly #entries = new Map<number, readonly Entry[]>();

  register(session: Session, processId: number, secretBytes: number): CancelKey {
    const secret = randomBytes(secretBytes);
    this.#entries.set(processId, [...this.#of(processId), { session, secret }]);
    return { processId, secret };
  }

  unregister(key: CancelKey): void {
    const others = this.#of(key.processId).filter(({ secret }) => !secret.equals(key.secret));
    if (others.length === 0) this.#entries.delete(key.processId);
    else this.#entries.set(key.processId, others);
  }

  /** The session that the key is of; a wrong secret finds nothing, and takes as long. */
  find(key: CancelKey): Session | undefined {
    for (const { session, secret } of this.#of(key.processId)) {
      if (secret.length === key.secret.length && timingSafeEqual(secret, key.secret)) return session;
    }
    return undefined;
  }

  #of(processId: number): readonly Entry[] {
    return this.#entries.get(processId) ?? [];
  }
}
