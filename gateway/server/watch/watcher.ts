// Somebody who looks on while a session runs: lines of JSON, as many as there is room for, and a mark where some are missing.

/** Takes whole lines. */
export type Send = (lines: string) => void;

/** Lines are sent together this often. */
const SEND_MS = 100;
/** What comes to more than this in that time is left out: the session waits for nobody who watches it. */
const MOST = 256 * 1024;
/** That nothing happens is told this often, so that a connection that is gone is noticed. */
const HEARTBEAT_MS = 5_000;

export class Watcher {
  readonly #send: Send;
  #lines = '';
  #leftOut = 0;
  #quietMs = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(send: Send) {
    this.#send = send;
    this.#timer = setInterval(() => this.#flush(), SEND_MS).unref();
  }

  /** Nothing has to be made of what would be left out. */
  get hasRoom(): boolean {
    return this.#lines.length < MOST;
  }

  tell(line: object): void {
    if (this.hasRoom) this.#lines += `${JSON.stringify(line)}\n`;
    else this.leaveOut();
  }

  leaveOut(): void {
    this.#leftOut += 1;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#flush();
  }

  #flush(): void {
    if (this.#leftOut > 0) this.#lines += `${JSON.stringify({ kind: 'dropped', frames: this.#leftOut })}\n`;
    this.#quietMs = this.#lines === '' ? this.#quietMs + SEND_MS : 0;
    if (this.#quietMs >= HEARTBEAT_MS) {
      this.#lines = `${JSON.stringify({ kind: 'heartbeat', time: new Date().toISOString() })}\n`;
      this.#quietMs = 0;
    }
    const lines = this.#lines;
    this.#lines = '';
    this.#leftOut = 0;
    if (lines !== '') this.#send(lines);
  }
}
