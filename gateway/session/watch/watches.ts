// The watched answers of one session: portals that are still open, and the one whose messages are recorded.
import type { ClientTap } from './client-tap.ts';
import type { WatchedAnswer } from './watched-answer.ts';

/** Portals kept in mind before those that have ended are swept. */
const SWEPT_AT = 64;

export class Watches {
  /** Present as soon as an answer is recorded. */
  tap: ClientTap | undefined;
  #portals: WatchedAnswer[] = [];

  /** The server has opened a portal. */
  opened(watched: WatchedAnswer): void {
    const portals = this.#portals;
    if (portals.length >= SWEPT_AT) this.#portals = portals.filter(({ isEnded }) => !isEnded);
    this.#portals.push(watched);
  }

  /** The session has ended, and nothing more is put out. */
  end(): void {
    this.closeAll();
    this.tap?.push([]);
  }

  /** The transaction has ended, and all portals with it. */
  closeAll(): void {
    if (this.#portals.length === 0) return;
    const portals = this.#portals;
    this.#portals = [];
    for (const watched of portals) if (!watched.isEnded) watched.end('closed');
  }
}
