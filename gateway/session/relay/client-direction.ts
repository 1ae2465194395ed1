// What the client sends, on its way to the server: scanned, with what the gateway sends in between, and no faster than
// it is taken.
import type { Socket } from 'node:net';
import type { MessageScanner } from '../../wire/index.ts';
import type { Ending } from './ending.ts';
import type { ServerOutput } from './server-output.ts';

/** What stands behind a waiting message is kept up to this size; then the client is no longer read. */
const WAITING_BYTES_MAX = 1024 * 1024;

export class ClientDirection {
  readonly #client: Socket;
  readonly #toServer: MessageScanner;
  readonly #output: ServerOutput;
  readonly #ending: Ending;
  #scanning = false;
  #paused = false;
  /** What is to be sent when the client's message that is on its way has ended. */
  #awaitingBoundary: Buffer[] = [];

  constructor(client: Socket, toServer: MessageScanner, output: ServerOutput, ending: Ending) {
    this.#client = client;
    this.#toServer = toServer;
    this.#output = output;
    this.#ending = ending;
  }

  take(chunk: Buffer): void {
    if (this.#ending.begun) return;
    this.#scan(chunk);
  }

  /** Shows the message that waits again, if one does. */
  resume(): void {
    if (this.#ending.begun || this.#scanning || !this.#toServer.waiting) return;
    this.#scan(undefined);
    if (this.#ending.clientFinished && !this.#ending.begun) this.#ending.finishServerInTime();
  }

  /** Takes a chunk or, without one, the message that waited. */
  #scan(chunk: Buffer | undefined): void {
    let output: readonly Buffer[];
    this.#scanning = true;
    try {
      output = chunk === undefined ? this.#toServer.resume() : this.#toServer.push(chunk);
    } catch (thrown) {
      this.#ending.fail(thrown);
      return;
    } finally {
      this.#scanning = false;
    }
    this.#output.send(output);
    if (this.#awaitingBoundary.length > 0 && this.#toServer.atBoundary) this.injectAtBoundary();
    this.resumeReading();
  }

  /** Sends what is the gateway's own. */
  inject(bytes: Buffer): void {
    if (this.#scanning) this.#toServer.insertBefore(bytes);
    else if (this.#toServer.atBoundary) this.#output.send([bytes]);
    else this.#awaitingBoundary.push(bytes);
  }

  /** What could not be put into the middle of the client's message, which is copy data that nobody wants any more. */
  injectAtBoundary(): void {
    for (const bytes of this.#awaitingBoundary.splice(0)) this.inject(bytes);
  }

  /** The client is read while the server takes its bytes and, behind a waiting message, only so far. */
  resumeReading(): void {
    const pause =
      this.#output.blocked || (this.#toServer.waiting && this.#toServer.backlogBytes > WAITING_BYTES_MAX);
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#client.pause();
    else this.#client.resume();
  }
}
