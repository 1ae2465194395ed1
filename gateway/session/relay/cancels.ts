// Cancels of what runs at the server: the client asks for one, or it has taken too long or too much.
import type { ClientMessages } from '../client-messages.ts';
import type { Exchange } from '../exchange.ts';
import type { ClientDirection } from './client-direction.ts';
import type { Ending } from './ending.ts';
import type { RelayOptions } from './relay-options.ts';
import type { ServerDirection } from './server-direction.ts';

export class Cancels {
  readonly #options: RelayOptions;
  readonly #exchange: Exchange;
  readonly #clientMessages: ClientMessages;
  readonly #fromClient: ClientDirection;
  readonly #fromServer: ServerDirection;
  readonly #ending: Ending;

  constructor(
    options: RelayOptions,
    exchange: Exchange,
    clientMessages: ClientMessages,
    { fromClient, fromServer }: Readonly<{ fromClient: ClientDirection; fromServer: ServerDirection }>,
    ending: Ending,
  ) {
    this.#options = options;
    this.#exchange = exchange;
    this.#clientMessages = clientMessages;
    this.#fromClient = fromClient;
    this.#fromServer = fromServer;
    this.#ending = ending;
  }

  /** A CancelRequest of this session's client arrived: it ends a hold here, or what runs at the server. */
  async forClient(): Promise<void> {
    if (this.#ending.begun) return;
    // What was sent before a held statement may be running still.
    const running = this.#exchange.queue.length > 0;
    this.#clientMessages.decisions.withdraw('statement_cancelled');
    if (running) await this.#cancelRunning();
  }

  /** The server is to give up what it works at, which then ends with an error of ours. */
  overdue(): void {
    void this.orFail();
  }

  /** It isn't read meanwhile, so that it can't come to the end of its answer. */
  async refused(): Promise<void> {
    this.#fromServer.hold();
    await this.orFail();
    this.#fromServer.release();
  }

  async orFail(): Promise<void> {
    if (this.#ending.begun) return;
    await this.#cancelRunning().catch((error: unknown) =>
      // It runs on: a session in which a limit can't be kept has no right to go on.
      this.#ending.fail(error),
    );
  }

  async #cancelRunning(): Promise<void> {
    this.#clientMessages.cancelStarted();
    try {
      await this.#options.cancelUpstream();
    } finally {
      this.#clientMessages.cancelEnded();
      this.#fromClient.resume();
    }
  }
}
