// The watched answers of one session: portals that are still open, and the one whose messages are recorded.
import type { ClientTap } from './client-tap.ts';
import type { WatchedAnswer } from './watched-answer.ts';

/** Portals kept in mind before those that have ended are swept. */
const SWEPT_AT = 64;

export class Watches {
  /** Present as soon as an answer is recorded. */
  tap: ClientTap | undefined;
  /** Most transactions open one, and end it. */
  #portal: WatchedAnswer | undefined;
  #others: WatchedAnswer[] = [];

  /** The server has opened a portal. */
  opened(watched: WatchedAnswer): void {
    if (this.#portal === undefined || this.#portal.isEnded) {
      this.#portal = watched;
      return;
    }
    if (this.#others.length >= SWEPT_AT) this.#others = this.#others.filter(({ isEnded }) => !isEnded);
    this.#others.push(watched);
  }

  /** The session has ended, and nothing more is put out. */
  end(): void {
    this.closeAll();
    this.tap?.push([]);
  }

  /** The transaction has ended, and all portals with it. */
  closeAll(): void {
    const portal = this.#portal;
    this.#portal = undefined;
    if (portal?.isEnded === false) portal.end('closed');
    if (this.#others.length === 0) return;
    const others = this.#others;
    this.#others = [];
    for (const watched of others) if (!watched.isEnded) watched.end('closed');
  }
}
