// The channels that a session's statements have listened to: notifications on others were asked for by nobody who was decided on.
import { nameKey } from './name-key.ts';

export class Channels {
  readonly #listened = new Set<string>();
  #any = false;

  /** LISTEN was acknowledged. UNLISTEN is the server's to keep: it may be rolled back, and then these come again. */
  listened(channel: string): void {
    this.#listened.add(nameKey(channel));
  }

  /** Code ran that nobody can read, with leave: it may have listened to anything. */
  doubt(): void {
    this.#any = true;
  }

  has(channel: string): boolean {
    return this.#any || this.#listened.has(nameKey(channel));
  }
}
