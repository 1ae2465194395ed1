// How a session ends: one side leaves, or the client is told a last word; the other side is ended as it is due.
import type { Socket } from 'node:net';
import { Fault, toFault } from '../../lib/index.ts';
import { errorResponse, type MessageScanner } from '../../wire/index.ts';
import type { Decisions } from '../decisions.ts';
import type { Exchange } from '../exchange.ts';
import type { ServerMessages } from '../server-messages.ts';
import { farewell } from './farewell.ts';
import type { RelayOptions } from './relay-options.ts';
import type { ServerOutput } from './server-output.ts';

/** What of a session says how it may end. */
export type EndingParts = Readonly<{
  exchange: Exchange;
  decisions: Decisions;
  serverMessages: ServerMessages;
  toServer: MessageScanner;
  toClient: MessageScanner;
  output: ServerOutput;
}>;

export class Ending {
  /** The client has sent Terminate. */
  terminated = false;
  readonly #options: RelayOptions;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #parts: EndingParts;
  readonly #onEnded: (why: string) => void;
  #begun = false;
  #clientFinished = false;
  #serverFinished = false;
  #why = 'client closed the connection';
  #lingering: NodeJS.Timeout | undefined;

  /** `onEnded`: both sockets are closed. */
  constructor(options: RelayOptions, parts: EndingParts, onEnded: (why: string) => void) {
    this.#options = options;
    this.#client = options.client;
    this.#server = options.server;
    this.#parts = parts;
    this.#onEnded = onEnded;
  }

  /** The client has been told its last word, or is gone. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The client sends nothing more. */
  get clientFinished(): boolean {
    return this.#clientFinished;
  }

  /** Ends the session with this last word to the client. */
  end(fault: Fault, why: string = fault.code): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#why = why;
    const { decisions, toClient, serverMessages } = this.#parts;
    decisions.withdraw(fault.code);
    this.#stopServer();
    // In the middle of a message nothing can be said.
    if (toClient.atBoundary && !serverMessages.fatalSeen && !this.#serverFinished) {
      this.#client.write(errorResponse('FATAL', fault));
    }
    farewell(this.#client);
  }

  fail(thrown: unknown): void {
    const fault = toFault(thrown);
    this.#options.log.warn({ err: fault, cause: fault.cause }, 'session failed');
    this.end(fault);
  }

  clientEnded(): void {
    this.#clientFinished = true;
    if (this.#begun) return;
    if (this.#parts.decisions.pending) {
      // Nobody waits for the decision any more, nor for what was to follow the held statement.
      this.end(new Fault('statement_cancelled'), 'client left while a statement was held');
      return;
    }
    this.finishServerInTime();
    if (this.terminated) return;
    this.#lingering = setTimeout(
      () => this.#abandon('client left while a statement ran'),
      this.#options.lingerMs,
    );
  }

  /** The client's socket is gone altogether. After Terminate the server finishes what it was sent; else it stops. */
  clientClosed(): void {
    this.#clientFinished = true;
    if (!this.#begun && this.terminated && !this.#serverFinished) {
      this.#parts.output.finish();
      // Nobody reads the rest.
      this.#server.resume();
      return;
    }
    this.#abandon(this.#why);
  }

  #abandon(why: string): void {
    clearTimeout(this.#lingering);
    if (!this.#begun) {
      this.#begun = true;
      this.#why = why;
      this.#parts.decisions.withdraw('statement_cancelled');
      this.#stopServer();
    }
    this.#client.destroy();
    this.#checkEnded();
  }

  serverEnded(): void {
    if (this.#serverFinished) {
      this.#checkEnded();
      return;
    }
    this.#serverFinished = true;
    this.#server.destroy();
    if (!this.#begun) {
      this.#begun = true;
      const { decisions, toClient, serverMessages } = this.#parts;
      const expected = this.terminated || this.#clientFinished || serverMessages.fatalSeen;
      if (!expected) this.#why = 'server closed the connection';
      if (serverMessages.fatalSeen) this.#why = 'server ended the session';
      decisions.withdraw('upstream_lost');
      if (!expected && toClient.atBoundary) {
        this.#client.write(errorResponse('FATAL', new Fault('upstream_lost')));
      }
      farewell(this.#client);
    }
    this.#checkEnded();
  }

  /** What the client has sent is at the server, and what is held to limits has ended. */
  finishServerInTime(): void {
    const { toServer, exchange, output } = this.#parts;
    if (!toServer.waiting && exchange.kept === undefined) output.finish();
  }

  /** The server must not go on with what it runs. */
  #stopServer(): void {
    if (this.#serverFinished) return;
    if (this.#parts.exchange.queue.length > 0) {
      this.#options.cancelUpstream().catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'cancel of an abandoned statement failed');
      });
    }
    this.#server.destroy();
  }

  #checkEnded(): void {
    if (!this.#client.destroyed || !this.#server.destroyed) return;
    clearTimeout(this.#lingering);
    this.#onEnded(this.#why);
  }
}
