// Joins a client's socket and a server's: both directions, what is asked and cancelled in between, and how it ends.
import type { SessionQuestions } from '../catalog/index.ts';
import type { Fault } from '../lib/index.ts';
import { type ErrorText, MessageScanner } from '../wire/index.ts';
import { labelled } from './application-name.ts';
import { ClientMessages } from './client-messages.ts';
import { Exchange } from './exchange.ts';
import { Cancels } from './relay/cancels.ts';
import { ClientDirection } from './relay/client-direction.ts';
import { Ending } from './relay/ending.ts';
import { Questions } from './relay/questions.ts';
import type { RelayOptions } from './relay/relay-options.ts';
import { ServerDirection } from './relay/server-direction.ts';
import { ServerOutput } from './relay/server-output.ts';
import type { Row } from './row.ts';
import { ServerMessages } from './server-messages.ts';
import type { SessionState } from './session-state.ts';
import { notSent } from './watch/answer-watch.ts';

export class Relay {
  readonly exchange: Exchange;
  readonly #options: RelayOptions;
  readonly #clientMessages: ClientMessages;
  readonly #serverMessages: ServerMessages;
  readonly #toServer: MessageScanner;
  readonly #toClient: MessageScanner;
  readonly #output: ServerOutput;
  readonly #ending: Ending;
  readonly #fromClient: ClientDirection;
  readonly #fromServer: ServerDirection;
  readonly #questions: Questions;
  readonly #cancels: Cancels;
  /** What the server last said that it is called. */
  #applicationName: string | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { guard, log, statementBytesMax } = options;
    const exchange = new Exchange(guard.pinned, options.onSchemaChange ?? (() => undefined), () =>
      this.#cancels.overdue(),
    );
    this.exchange = exchange;
    this.#clientMessages = new ClientMessages({
      exchange,
      guard,
      log,
      statementBytesMax,
      host: this,
      runs: {
        exchange,
        tell: (bytes) => this.#toClient.insertBefore(bytes),
        send: (bytes) => this.#fromClient.inject(bytes),
        atBoundary: () => this.#fromClient.injectAtBoundary(),
        cancel: () => this.#cancels.orFail(),
        holdCommit: (told) =>
          this.#clientMessages.holdCommit((refusal, watch) => {
            if (!this.#ending.begun) told(refusal, watch);
            else watch?.ended(notSent('skipped'));
          }),
        failed: (thrown) => this.#ending.fail(thrown),
      },
      onDecided: () => this.#fromClient.resume(),
      onTerminate: () => {
        this.#ending.terminated = true;
      },
      onFailed: (thrown) => this.#ending.fail(thrown),
    });
    this.#serverMessages = new ServerMessages({
      exchange,
      pinned: guard.pinned,
      filters: guard.filters === true,
      log,
      onApplicationName: (name) => {
        this.#applicationName = name;
      },
      onSkipping: () => this.#clientMessages.decisions.moot(),
      onRefused: () => void this.#cancels.refused(),
    });
    this.#toServer = new MessageScanner(this.#clientMessages);
    this.#toClient = new MessageScanner(this.#serverMessages);
    this.#clientMessages.scanner = this.#toServer;
    this.#serverMessages.scanner = this.#toClient;
    this.#output = new ServerOutput(
      options.server,
      guard.recordedFirst,
      () => this.#fromClient.resumeReading(),
      (fault) => {
        if (!this.#ending.begun) this.#ending.fail(fault);
      },
    );
    const parts = {
      exchange,
      decisions: this.#clientMessages.decisions,
      serverMessages: this.#serverMessages,
      toServer: this.#toServer,
      toClient: this.#toClient,
      output: this.#output,
    };
    this.#ending = new Ending(options, parts, (why) => this.#ended(why));
    this.#fromClient = new ClientDirection(options.client, this.#toServer, this.#output, this.#ending);
    this.#fromServer = new ServerDirection(options, this.#toClient, exchange.watches, this.#ending);
    this.#questions = new Questions(exchange, this.#fromClient, this.#ending);
    const directions = { fromClient: this.#fromClient, fromServer: this.#fromServer };
    this.#cancels = new Cancels(options, exchange, this.#clientMessages, directions, this.#ending);
  }

  /** Begins with the bytes that either side had sent beyond the start-up phase. */
  start(clientRest: Buffer, serverRest: Buffer): void {
    const { client, server, log } = this.#options;
    client.on('data', (chunk: Buffer) => this.#fromClient.take(chunk));
    client.on('drain', () => this.#fromServer.drained());
    client.on('end', () => this.#ending.clientEnded());
    client.on('error', () => undefined);
    client.on('close', () => this.#ending.clientClosed());
    server.on('data', (chunk: Buffer) => this.#onServerData(chunk));
    server.on('drain', () => {
      this.#output.blocked = false;
      this.#fromClient.resumeReading();
    });
    server.on('end', () => this.#ending.serverEnded());
    server.on('error', (error) => log.debug({ err: error }, 'server connection failed'));
    server.on('close', () => this.#ending.serverEnded());
    if (serverRest.length > 0) this.#onServerData(serverRest);
    if (clientRest.length > 0) this.#fromClient.take(clientRest);
    server.resume();
    client.resume();
  }

  get transaction(): Exchange['transaction'] {
    return this.#questions.transaction;
  }

  get state(): SessionState {
    return this.exchange.state;
  }

  get segment(): number {
    return this.exchange.segment;
  }

  get settled(): boolean {
    return this.#questions.settled;
  }

  /** Nothing runs, waits or is half-sent, and no transaction is open. */
  get idle(): boolean {
    return this.exchange.idle && this.#toServer.backlogBytes === 0;
  }

  /** The client has been told its last word, or is gone. */
  get ending(): boolean {
    return this.#ending.begun;
  }

  /** A statement runs, or is held. */
  get busy(): boolean {
    return this.exchange.queue.length > 0 || this.#toServer.waiting || this.#clientMessages.decisions.pending;
  }

  ask(sql: string, values?: readonly string[]): Promise<readonly Row[]> {
    return this.#questions.ask(sql, values);
  }

  tell(notice: ErrorText): void {
    this.#fromServer.tell(notice);
  }

  answered(): Promise<void> {
    return this.#questions.answered();
  }

  lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T> {
    return this.#questions.lend(use);
  }

  cancel(): Promise<void> {
    return this.#cancels.forClient();
  }

  end(fault: Fault, why?: string): void {
    this.#ending.end(fault, why);
  }

  #onServerData(chunk: Buffer): void {
    if (!this.#fromServer.take(chunk)) return;
    this.#questions.checkAnswered();
    if (this.#applicationName !== undefined) this.#labelApplicationName();
    if (this.#toServer.waiting && !this.#clientMessages.decisions.pending) this.#fromClient.resume();
    else if (this.#ending.clientFinished && !this.#ending.begun) this.#ending.finishServerInTime();
  }

  /** Puts back who the session is when the client took it out of the name, once that can't be rolled back. */
  #labelApplicationName(): void {
    const { begun, clientFinished } = this.#ending;
    if (!this.exchange.idle || !this.#toServer.atBoundary || begun || clientFinished) return;
    const name = this.#applicationName as string;
    this.#applicationName = undefined;
    const label = labelled(this.#options.principal, name);
    if (label === name) return;
    this.ask("SELECT pg_catalog.set_config('application_name', $1, false)", [label]).catch((error: unknown) =>
      this.#options.log.warn({ err: error }, 'application_name not set'),
    );
  }

  /** Nothing of it is under way any more, nor will be. */
  #ended(why: string): void {
    this.#clientMessages.decisions.end();
    this.#serverMessages.ended();
    this.exchange.abandon();
    this.#questions.tellAnswered();
    this.#options.onEnded(why);
  }
}
