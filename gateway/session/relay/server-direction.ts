// What the server answers, on its way to the client: scanned, recorded where it has to be, and with notices in between.
import type { Socket } from 'node:net';
import { type ErrorText, type MessageScanner, noticeResponse } from '../../wire/index.ts';
import type { Watches } from '../watch/watches.ts';
import type { Ending } from './ending.ts';
import type { RelayOptions } from './relay-options.ts';
import { writeAll } from './write-all.ts';

export class ServerDirection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toClient: MessageScanner;
  readonly #watches: Watches;
  readonly #ending: Ending;
  /** What the client is to be told as soon as there is a place for it. */
  readonly #untold: Buffer[] = [];
  /** The client takes no more for now. */
  #blocked = false;
  /** Nothing is to be read for another reason. */
  #held = false;

  constructor({ client, server }: RelayOptions, toClient: MessageScanner, watches: Watches, ending: Ending) {
    this.#client = client;
    this.#server = server;
    this.#toClient = toClient;
    this.#watches = watches;
    this.#ending = ending;
  }

  /** False: the session has ended before, or over it. */
  take(chunk: Buffer): boolean {
    if (this.#ending.begun) return false;
    let output: readonly Buffer[];
    try {
      output = this.#toClient.push(chunk);
    } catch (thrown) {
      const rest = this.#toClient.salvage();
      if (this.#isRecorded(rest)) writeAll(this.#client, rest);
      this.#ending.fail(thrown);
      return false;
    }
    if (!this.#isRecorded(output)) return false;
    if (!writeAll(this.#client, output) && !this.#client.destroyed) {
      this.#blocked = true;
      this.#server.pause();
    }
    this.#tellClient();
    return true;
  }

  /** The client takes more again. */
  drained(): void {
    this.#blocked = false;
    this.#resumeReading();
  }

  hold(): void {
    this.#held = true;
    this.#server.pause();
  }

  release(): void {
    this.#held = false;
    this.#resumeReading();
  }

  #resumeReading(): void {
    if (!this.#blocked && !this.#held) this.#server.resume();
  }

  /** What has to be recorded and can't be isn't sent: the session ends. */
  #isRecorded(output: readonly Buffer[]): boolean {
    try {
      this.#watches.tap?.push(output);
      return true;
    } catch (thrown) {
      this.#ending.fail(thrown);
      return false;
    }
  }

  tell(notice: ErrorText): void {
    if (this.#ending.begun) return;
    this.#untold.push(noticeResponse(notice));
    this.#tellClient();
  }

  /** Between two messages of what the client is being sent. */
  #tellClient(): void {
    if (this.#untold.length === 0 || this.#ending.begun || !this.#toClient.atBoundary) return;
    writeAll(this.#client, this.#untold.splice(0));
  }
}
