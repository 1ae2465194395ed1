// Joins a client's socket and a server's: moves bytes through both directions' scanners with backpressure, and ends both.
import type { Socket } from 'node:net';
import { serialize } from 'pg-protocol';
import type { SessionQuestions } from '../catalog/index.ts';
import { Fault, type Log, toFault } from '../lib/index.ts';
import { type ErrorText, errorResponse, MessageScanner, noticeResponse } from '../wire/index.ts';
import { labelled } from './application-name.ts';
import { ClientMessages } from './client-messages.ts';
import type { Guard } from './decide.ts';
import { Exchange } from './exchange.ts';
import { injectQuestion } from './injection.ts';
import { LentSession } from './lent-session.ts';
import type { AwaitsRecord, RecordedFirst } from './recorded-first.ts';
import type { Row } from './row.ts';
import { ServerMessages } from './server-messages.ts';
import type { SessionState } from './session-state.ts';
import { notSent } from './watch/answer-watch.ts';

/** What stands behind a waiting message is kept up to this size; then the client is no longer read. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** A client that reads nothing for so long of what it was told last is left alone. */
const FAREWELL_MS = 2_000;

export type RelayOptions = Readonly<{
  client: Socket;
  server: Socket;
  /** Its name stands in front of application_name. */
  principal: string;
  guard: Guard;
  log: Log;
  statementBytesMax: number;
  /** How long a client that only closed its sending side may wait for its answers. */
  lingerMs: number;
  /** Sends the server a CancelRequest for this session; resolves when the server has taken it. */
  cancelUpstream: () => Promise<void>;
  /** A change that the catalog may show is committed. */
  onSchemaChange?: () => void;
  /** Both sockets are closed. `why` is for the log. */
  onEnded: (why: string) => void;
}>;

export class Relay implements AwaitsRecord {
  readonly exchange: Exchange;
  readonly #options: RelayOptions;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #clientMessages: ClientMessages;
  readonly #serverMessages: ServerMessages;
  readonly #toServer: MessageScanner;
  readonly #toClient: MessageScanner;
  readonly #recordedFirst: RecordedFirst | undefined;
  /** What goes to the server as soon as it is on the record. */
  #unrecorded: Buffer[] = [];
  #scanningClient = false;
  #serverBlocked = false;
  #clientPaused = false;
  #terminated = false;
  #clientFinished = false;
  /** What the server last said that it is called. */
  #applicationName: string | undefined;
  #serverFinished = false;
  /** No more will be sent to it than what waits to be recorded. */
  #endsServer = false;
  #ending = false;
  #why = 'client closed the connection';
  #lingering: NodeJS.Timeout | undefined;
  /** What is to be sent when the client's message that is on its way has ended. */
  #awaitingBoundary: Buffer[] = [];
  /** Whoever waits until everything that was sent is answered. */
  /** What the client is to be told as soon as there is a place for it. */
  readonly #untold: Buffer[] = [];
  #awaitingAnswers: (() => void)[] = [];
  /** The transaction's state, while the resolver has the session and changes it. */
  #lentIn: Exchange['transaction'] | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#server = options.server;
    const { guard, log, statementBytesMax } = options;
    this.#recordedFirst = guard.recordedFirst;
    const exchange = new Exchange(guard.pinned, options.onSchemaChange ?? (() => undefined), () =>
      this.#cancelOverdue(),
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
        send: (bytes) => this.#inject(bytes),
        atBoundary: () => this.#injectAtBoundary(),
        cancel: () => this.#cancelOrFail(),
        holdCommit: (told) =>
          this.#clientMessages.holdCommit((refusal, watch) => {
            if (!this.#ending) told(refusal, watch);
            else watch?.ended(notSent('skipped'));
          }),
        failed: (thrown) => this.#fail(thrown),
      },
      onDecided: () => this.#resumeClient(),
      onTerminate: () => {
        this.#terminated = true;
      },
      onFailed: (thrown) => this.#fail(thrown),
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
      onRefused: () => void this.#stopRefused(),
    });
    this.#toServer = new MessageScanner(this.#clientMessages);
    this.#toClient = new MessageScanner(this.#serverMessages);
    this.#clientMessages.scanner = this.#toServer;
    this.#serverMessages.scanner = this.#toClient;
  }

  /** Begins with the bytes that either side had sent beyond the start-up phase. */
  start(clientRest: Buffer, serverRest: Buffer): void {
    const client = this.#client;
    const server = this.#server;
    client.on('data', (chunk: Buffer) => this.#onClientData(chunk));
    client.on('drain', () => server.resume());
    client.on('end', () => this.#onClientEnd());
    client.on('error', () => undefined);
    client.on('close', () => this.#onClientClose());
    server.on('data', (chunk: Buffer) => this.#onServerData(chunk));
    server.on('drain', () => {
      this.#serverBlocked = false;
      this.#resumeReading();
    });
    server.on('end', () => this.#onServerEnd());
    server.on('error', (error) => this.#options.log.debug({ err: error }, 'server connection failed'));
    server.on('close', () => this.#onServerEnd());
    if (serverRest.length > 0) this.#onServerData(serverRest);
    if (clientRest.length > 0) this.#onClientData(clientRest);
    server.resume();
    client.resume();
  }

  get transaction(): Exchange['transaction'] {
    return this.#lentIn ?? this.exchange.transaction;
  }

  get state(): SessionState {
    return this.exchange.state;
  }

  get segment(): number {
    return this.exchange.segment;
  }

  get settled(): boolean {
    return this.exchange.queue.length === 0;
  }

  /** Nothing runs, waits or is half-sent, and no transaction is open. */
  get idle(): boolean {
    return this.exchange.idle && this.#toServer.backlogBytes === 0;
  }

  /** The client has been told its last word, or is gone. */
  get ending(): boolean {
    return this.#ending;
  }

  /** A statement runs, or is held. */
  get busy(): boolean {
    return this.exchange.queue.length > 0 || this.#toServer.waiting || this.#clientMessages.decisions.pending;
  }

  ask(sql: string, values: readonly string[] = []): Promise<readonly Row[]> {
    // It would stand in a transaction that is rolled back.
    if (this.exchange.lent) return Promise.reject(new Fault('decision_failed'));
    const { bytes, answer } = injectQuestion(this.exchange, sql, values);
    this.#inject(bytes);
    return answer;
  }

  tell(notice: ErrorText): void {
    if (this.#ending) return;
    this.#untold.push(noticeResponse(notice));
    this.#tellClient();
  }

  /** Between two messages of what the client is being sent. */
  #tellClient(): void {
    if (this.#untold.length === 0 || this.#ending || !this.#toClient.atBoundary) return;
    writeAll(this.#client, this.#untold.splice(0));
  }

  answered(): Promise<void> {
    if (this.settled || this.#ending) return Promise.resolve();
    if (this.exchange.segmentOpen) this.#inject(serialize.flush());
    return new Promise((resolve) => this.#awaitingAnswers.push(resolve));
  }

  async lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T> {
    const { exchange } = this;
    if (exchange.lent || !this.settled || this.#ending) throw new Fault('decision_failed');
    const questions = new LentSession(exchange, (bytes) => this.#inject(bytes));
    this.#lentIn = exchange.transaction;
    exchange.lent = true;
    try {
      return await use(questions);
    } finally {
      questions.giveBack();
      exchange.lent = false;
      this.#lentIn = undefined;
      this.#resumeClient();
    }
  }

  #inject(bytes: Buffer): void {
    if (this.#scanningClient) this.#toServer.insertBefore(bytes);
    else if (this.#toServer.atBoundary) this.#send([bytes]);
    else this.#awaitingBoundary.push(bytes);
  }

  /** What could not be put into the middle of the client's message, which is copy data that nobody wants any more. */
  #injectAtBoundary(): void {
    for (const bytes of this.#awaitingBoundary.splice(0)) this.#inject(bytes);
  }

  /** A CancelRequest of this session's client arrived: it ends a hold here, or what runs at the server. */
  async cancel(): Promise<void> {
    if (this.#ending) return;
    // What was sent before a held statement may be running still.
    const running = this.exchange.queue.length > 0;
    this.#clientMessages.decisions.withdraw('statement_cancelled');
    if (running) await this.#cancelRunning();
  }

  /** The server is to give up what it works at, which then ends with an error of ours. */
  #cancelOverdue(): void {
    void this.#cancelOrFail();
  }

  /** It isn't read meanwhile, so that it can't come to the end of its answer. */
  async #stopRefused(): Promise<void> {
    this.#server.pause();
    await this.#cancelOrFail();
    this.#server.resume();
  }

  async #cancelOrFail(): Promise<void> {
    if (this.#ending) return;
    await this.#cancelRunning().catch((error: unknown) =>
      // It runs on: a session in which a limit can't be kept has no right to go on.
      this.#fail(error),
    );
  }

  async #cancelRunning(): Promise<void> {
    this.#clientMessages.cancelStarted();
    try {
      await this.#options.cancelUpstream();
    } finally {
      this.#clientMessages.cancelEnded();
      this.#resumeClient();
    }
  }

  /** Ends the session with this last word to the client. */
  end(fault: Fault, why: string = fault.code): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#why = why;
    this.#clientMessages.decisions.withdraw(fault.code);
    this.#stopServer();
    // In the middle of a message nothing can be said.
    if (this.#toClient.atBoundary && !this.#serverMessages.fatalSeen && !this.#serverFinished) {
      this.#client.write(errorResponse('FATAL', fault));
    }
    this.#finishClient();
  }

  #onClientData(chunk: Buffer): void {
    if (this.#ending) return;
    this.#scanClient(chunk);
  }

  #resumeClient(): void {
    if (this.#ending || this.#scanningClient || !this.#toServer.waiting) return;
    this.#scanClient(undefined);
    if (this.#clientFinished && !this.#ending) this.#finishServerInTime();
  }

  /** Takes a chunk or, without one, the message that waited. */
  #scanClient(chunk: Buffer | undefined): void {
    let output: readonly Buffer[];
    this.#scanningClient = true;
    try {
      output = chunk === undefined ? this.#toServer.resume() : this.#toServer.push(chunk);
    } catch (thrown) {
      this.#fail(thrown);
      return;
    } finally {
      this.#scanningClient = false;
    }
    this.#send(output);
    if (this.#awaitingBoundary.length > 0 && this.#toServer.atBoundary) this.#injectAtBoundary();
    this.#resumeReading();
  }

  /** Nobody else has `output` any more. */
  #send(output: readonly Buffer[]): void {
    if (output.length === 0) return;
    if (this.#unrecorded.length > 0) this.#unrecorded.push(...output);
    else if (this.#recordedFirst?.pending === true) {
      this.#unrecorded = output as Buffer[];
      this.#recordedFirst.wait(this);
    } else if (!writeAll(this.#server, output)) this.#serverBlocked = true;
  }

  recorded(): void {
    const output = this.#unrecorded;
    this.#unrecorded = [];
    if (this.#server.destroyed) return;
    if (!writeAll(this.#server, output)) this.#serverBlocked = true;
    if (this.#endsServer) this.#finishServer();
    this.#resumeReading();
  }

  lost(fault: Fault): void {
    this.#unrecorded = [];
    if (!this.#ending) this.#fail(fault);
  }

  /** The client is read while the server takes its bytes and, behind a waiting message, only so far. */
  #resumeReading(): void {
    const pause =
      this.#serverBlocked || (this.#toServer.waiting && this.#toServer.backlogBytes > WAITING_BYTES_MAX);
    if (pause === this.#clientPaused) return;
    this.#clientPaused = pause;
    if (pause) this.#client.pause();
    else this.#client.resume();
  }

  #onServerData(chunk: Buffer): void {
    if (this.#ending) return;
    let output: readonly Buffer[];
    try {
      output = this.#toClient.push(chunk);
    } catch (thrown) {
      const rest = this.#toClient.salvage();
      if (this.#isRecorded(rest)) writeAll(this.#client, rest);
      this.#fail(thrown);
      return;
    }
    if (!this.#isRecorded(output)) return;
    if (!writeAll(this.#client, output) && !this.#client.destroyed) this.#server.pause();
    this.#tellClient();
    if (this.#awaitingAnswers.length > 0 && this.settled) this.#tellAnswered();
    if (this.#applicationName !== undefined) this.#labelApplicationName();
    if (this.#toServer.waiting && !this.#clientMessages.decisions.pending) this.#resumeClient();
    else if (this.#clientFinished && !this.#ending) this.#finishServerInTime();
  }

  /** What has to be recorded and can't be isn't sent: the session ends. */
  #isRecorded(output: readonly Buffer[]): boolean {
    try {
      this.exchange.watches.tap?.push(output);
      return true;
    } catch (thrown) {
      this.#fail(thrown);
      return false;
    }
  }

  #tellAnswered(): void {
    for (const resolve of this.#awaitingAnswers.splice(0)) resolve();
  }

  /** Puts back who the session is when the client took it out of the name, once that can't be rolled back. */
  #labelApplicationName(): void {
    if (!this.exchange.idle || !this.#toServer.atBoundary || this.#ending || this.#clientFinished) return;
    const name = this.#applicationName as string;
    this.#applicationName = undefined;
    const label = labelled(this.#options.principal, name);
    if (label === name) return;
    this.ask("SELECT pg_catalog.set_config('application_name', $1, false)", [label]).catch((error: unknown) =>
      this.#options.log.warn({ err: error }, 'application_name not set'),
    );
  }

  #fail(thrown: unknown): void {
    const fault = toFault(thrown);
    this.#options.log.warn({ err: fault, cause: fault.cause }, 'session failed');
    this.end(fault);
  }

  #onClientEnd(): void {
    this.#clientFinished = true;
    if (this.#ending) return;
    if (this.#clientMessages.decisions.pending) {
      // Nobody waits for the decision any more, nor for what was to follow the held statement.
      this.end(new Fault('statement_cancelled'), 'client left while a statement was held');
      return;
    }
    this.#finishServerInTime();
    if (this.#terminated) return;
    this.#lingering = setTimeout(
      () => this.#abandon('client left while a statement ran'),
      this.#options.lingerMs,
    );
  }

  /** The client's socket is gone altogether. After Terminate the server finishes what it was sent; else it stops. */
  #onClientClose(): void {
    this.#clientFinished = true;
    if (!this.#ending && this.#terminated && !this.#serverFinished) {
      this.#finishServer();
      // Nobody reads the rest.
      this.#server.resume();
      return;
    }
    this.#abandon(this.#why);
  }

  #abandon(why: string): void {
    clearTimeout(this.#lingering);
    if (!this.#ending) {
      this.#ending = true;
      this.#why = why;
      this.#clientMessages.decisions.withdraw('statement_cancelled');
      this.#stopServer();
    }
    this.#client.destroy();
    this.#checkEnded();
  }

  #onServerEnd(): void {
    if (this.#serverFinished) {
      this.#checkEnded();
      return;
    }
    this.#serverFinished = true;
    this.#server.destroy();
    if (!this.#ending) {
      this.#ending = true;
      const expected = this.#terminated || this.#clientFinished || this.#serverMessages.fatalSeen;
      if (!expected) this.#why = 'server closed the connection';
      if (this.#serverMessages.fatalSeen) this.#why = 'server ended the session';
      this.#clientMessages.decisions.withdraw('upstream_lost');
      if (!expected && this.#toClient.atBoundary) {
        this.#client.write(errorResponse('FATAL', new Fault('upstream_lost')));
      }
      this.#finishClient();
    }
    this.#checkEnded();
  }

  /** What the client has sent is at the server, and what is held to limits has ended. */
  #finishServerInTime(): void {
    if (!this.#toServer.waiting && this.exchange.kept === undefined) this.#finishServer();
  }

  /** No more will be sent to the server; it ends when it has answered. */
  #finishServer(): void {
    if (this.#unrecorded.length > 0) this.#endsServer = true;
    else if (!this.#server.destroyed && !this.#server.writableEnded) this.#server.end();
  }

  /** The server must not go on with what it runs. */
  #stopServer(): void {
    if (this.#serverFinished) return;
    if (this.exchange.queue.length > 0) {
      this.#options.cancelUpstream().catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'cancel of an abandoned statement failed');
      });
    }
    this.#server.destroy();
  }

  /** Lets the client read what it was sent, for a short while. */
  #finishClient(): void {
    const client = this.#client;
    if (client.destroyed) return;
    client.end();
    client.removeAllListeners('data');
    client.resume();
    let rest = client.writableLength;
    const timer = setInterval(() => {
      // As long as it reads, it gets the rest.
      if (client.writableLength > 0 && client.writableLength < rest) rest = client.writableLength;
      else client.destroy();
    }, FAREWELL_MS);
    client.once('close', () => clearInterval(timer));
  }

  #checkEnded(): void {
    if (!this.#client.destroyed || !this.#server.destroyed) return;
    clearTimeout(this.#lingering);
    this.#clientMessages.decisions.end();
    this.#serverMessages.ended();
    this.exchange.abandon();
    this.#tellAnswered();
    this.#options.onEnded(this.#why);
  }
}

/** One system call for one chunk; false when the socket wants no more for now. */
function writeAll(socket: Socket, buffers: readonly Buffer[]): boolean {
  const first = buffers[0];
  if (first === undefined) return true;
  if (buffers.length === 1) return socket.write(first);
  socket.cork();
  let more = true;
  for (const buffer of buffers) more = socket.write(buffer);
  socket.uncork();
  return more;
}
