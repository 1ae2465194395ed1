// The sessions of one process, by the keys under which CancelRequests name them.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { CancelKey, Session } from '../session/index.ts';

/** Of a key's process id, the bits above these name the worker, so that any worker knows where a cancel belongs. */
const SERIAL_BITS = 22;
const SERIAL_MASK = (1 << SERIAL_BITS) - 1;
/** What is left of a positive 32-bit number. */
export const WORKERS_MAX = 1 << (31 - SERIAL_BITS);

export const workerOf = (processId: number): number => processId >>> SERIAL_BITS;

export class Registry {
  readonly #worker: number;
  readonly #sessions = new Map<number, { session: Session; secret: Buffer }>();
  #serial = 0;

  constructor(worker: number) {
    this.#worker = worker;
  }

  get sessions(): Iterable<Session> {
    return Array.from(this.#sessions.values(), ({ session }) => session);
  }

  register(session: Session, secretBytes: number): CancelKey {
    let processId: number;
    do {
      this.#serial = (this.#serial + 1) & SERIAL_MASK;
      processId = (this.#worker << SERIAL_BITS) | this.#serial;
    } while (this.#serial === 0 || this.#sessions.has(processId));
    const secret = randomBytes(secretBytes);
    this.#sessions.set(processId, { session, secret });
    return { processId, secret };
  }

  unregister(key: CancelKey): void {
    this.#sessions.delete(key.processId);
  }

  /** The session that the key is of; a wrong secret finds nothing, and takes as long. */
  find(key: CancelKey): Session | undefined {
    const entry = this.#sessions.get(key.processId);
    if (entry === undefined || entry.secret.length !== key.secret.length) return undefined;
    return timingSafeEqual(entry.secret, key.secret) ? entry.session : undefined;
  }
}
