// The sessions that run in this process.
import type { Socket } from 'node:net';
import type { Fault, Log } from '../../lib/index.ts';
import { Session, type SessionHost } from '../../session/index.ts';

export class OpenSessions implements Iterable<Session> {
  /** The process takes nobody in any more. */
  isDraining = false;
  readonly #log: Log;
  readonly #all = new Set<Session>();
  readonly #whenNone = new Set<() => void>();

  constructor(log: Log) {
    this.#log = log;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#all.values();
  }

  begin(socket: Socket, host: SessionHost): void {
    const session = new Session(socket, host);
    this.#all.add(session);
    session
      .run()
      .catch((error: unknown) => {
        this.#log.error({ session_id: session.id, err: error }, 'session broke');
        socket.destroy();
      })
      .finally(() => {
        this.#all.delete(session);
        if (this.#all.size === 0) for (const none of this.#whenNone) none();
      });
  }

  /** Each ends as soon as nothing of it is under way. */
  drain(): void {
    this.isDraining = true;
    for (const session of this.#all) session.drain();
  }

  end(fault: Fault): void {
    for (const session of this.#all) session.end(fault);
  }

  endOne(id: string, fault: Fault): void {
    for (const session of this.#all) if (session.id === id) session.end(fault);
  }

  /** Resolves when none is left, or after the time. */
  async haveEnded(milliseconds: number): Promise<void> {
    if (this.#all.size === 0) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#whenNone.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#whenNone.add(done);
    });
  }
}
