// What goes to the server: at once, or as soon as it is on the record that it does.
import type { Socket } from 'node:net';
import type { Fault } from '../../lib/index.ts';
import type { AwaitsRecord, RecordedFirst } from '../recorded-first.ts';
import { writeAll } from './write-all.ts';

export class ServerOutput implements AwaitsRecord {
  /** The server takes no more for now. */
  blocked = false;
  readonly #server: Socket;
  readonly #recordedFirst: RecordedFirst | undefined;
  readonly #onRecorded: () => void;
  readonly #onLost: (fault: Fault) => void;
  /** What goes to the server as soon as it is on the record. */
  #unrecorded: Buffer[] = [];
  /** No more will be sent to it than what waits to be recorded. */
  #endsServer = false;

  /** `onRecorded`: what was held back has been sent. `onLost`: it couldn't be recorded, and never will be sent. */
  constructor(
    server: Socket,
    recordedFirst: RecordedFirst | undefined,
    onRecorded: () => void,
    onLost: (fault: Fault) => void,
  ) {
    this.#server = server;
    this.#recordedFirst = recordedFirst;
    this.#onRecorded = onRecorded;
    this.#onLost = onLost;
  }

  /** Nobody else has `output` any more. */
  send(output: readonly Buffer[]): void {
    if (output.length === 0) return;
    if (this.#unrecorded.length > 0) {
      this.#unrecorded.push(...output);
      // It may take as long as somebody else takes to answer.
      this.blocked = true;
    } else if (this.#recordedFirst?.pending === true) {
      this.#unrecorded = output as Buffer[];
      this.#recordedFirst.wait(this);
    } else if (!writeAll(this.#server, output)) this.blocked = true;
  }

  recorded(): void {
    const output = this.#unrecorded;
    this.#unrecorded = [];
    if (this.#server.destroyed) return;
    this.blocked = !writeAll(this.#server, output);
    if (this.#endsServer) this.finish();
    this.#onRecorded();
  }

  lost(fault: Fault): void {
    this.#unrecorded = [];
    this.#onLost(fault);
  }

  /** No more will be sent to the server; it ends when it has answered. */
  finish(): void {
    if (this.#unrecorded.length > 0) this.#endsServer = true;
    else if (!this.#server.destroyed && !this.#server.writableEnded) this.#server.end();
  }
}
