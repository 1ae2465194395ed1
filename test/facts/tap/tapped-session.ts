// One client's session through the tap: every byte passes, and before a statement goes on, the server can be asked about it.
import type { Socket } from 'node:net';
import { type BackendMessage, BackendMessage as Message } from '../../support/raw-backend.ts';
import { Frames } from './frames.ts';
import { TappedQuestions, transactionIn } from './session-questions.ts';

/** A statement as a client sent it. */
export type Sighting = {
  readonly protocol: 'simple' | 'extended';
  readonly text: string;
  /** Declared by the client; 0 leaves one to the server. */
  readonly parameterTypes: readonly number[];
  /** Undefined while it stands behind others that the server has not answered yet: it can't be asked then. */
  readonly session: TappedQuestions | undefined;
  /** What the server answered in the end: undefined when it took the statement. */
  sqlstate: string | undefined;
};

export type Listener = Readonly<{
  /** The statement waits until this resolves. */
  before(sighting: Sighting): Promise<void>;
  /** The server has answered it. */
  after(sighting: Sighting): void;
}>;

/** Messages that the server answers with a ReadyForQuery of their own. */
const endings = new Set(['Q', 'S', 'F']);
/** Messages after which the server waits for a Sync. */
const extended = new Set(['P', 'B', 'E', 'D', 'C', 'H']);

export class TappedSession {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #listener: Listener;
  readonly #questions: TappedQuestions;
  readonly #fromServer = new Frames();
  #answered: Sighting[] = [];
  #readyExpected = 1;
  #inPipeline = false;
  #wakeWhenReady: (() => void) | undefined;

  constructor(client: Socket, server: Socket, listener: Listener) {
    this.#client = client;
    this.#server = server;
    this.#listener = listener;
    this.#questions = new TappedQuestions((bytes) => server.write(bytes));
    server.on('data', (chunk: Buffer) => {
      for (const bytes of this.#fromServer.push(chunk)) this.#takeAnswer(new Message(bytes));
    });
    server.on('close', () => {
      this.#questions.fail(new Error('the server closed the connection'));
      this.#wakeWhenReady?.();
    });
  }

  /** Passes one message of the client on. The next one must wait for the promise. */
  async forward(bytes: Buffer): Promise<void> {
    const type = String.fromCharCode(bytes[0] ?? 0);
    if (type === 'Q' || type === 'P') await this.#show(type, bytes.subarray(5));
    if (endings.has(type)) {
      this.#readyExpected++;
      this.#inPipeline = false;
    } else if (extended.has(type)) this.#inPipeline = true;
    if (this.#server.writable) this.#server.write(bytes);
  }

  async #show(type: 'Q' | 'P', body: Buffer): Promise<void> {
    if (!this.#inPipeline) await this.#untilReady();
    const session = this.#inPipeline || this.#server.destroyed ? undefined : this.#questions;
    const sighting: Sighting = {
      ...(type === 'Q' ? simpleStatement(body) : parsedStatement(body)),
      session,
      sqlstate: undefined,
    };
    await this.#listener.before(sighting);
    this.#answered.push(sighting);
  }

  async #untilReady(): Promise<void> {
    while (this.#readyExpected > 0 && !this.#server.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wakeWhenReady = resolve;
      });
    }
  }

  #takeAnswer(message: BackendMessage): void {
    if (this.#questions.take(message)) return;
    if (message.type === 'E')
      for (const sighting of this.#answered) sighting.sqlstate ??= message.fields.C ?? 'XX000';
    if (message.type === 'Z') {
      this.#questions.transaction = transactionIn(message);
      this.#readyExpected = Math.max(0, this.#readyExpected - 1);
      for (const sighting of this.#answered) this.#listener.after(sighting);
      this.#answered = [];
      this.#wakeWhenReady?.();
    }
    this.#client.write(message.bytes);
  }
}

function simpleStatement(body: Buffer): Pick<Sighting, 'protocol' | 'text' | 'parameterTypes'> {
  return { protocol: 'simple', text: body.toString('utf8', 0, body.length - 1), parameterTypes: [] };
}

function parsedStatement(body: Buffer): Pick<Sighting, 'protocol' | 'text' | 'parameterTypes'> {
  const nameEnd = body.indexOf(0);
  const textEnd = body.indexOf(0, nameEnd + 1);
  const count = body.readUInt16BE(textEnd + 1);
  const parameterTypes = Array.from({ length: count }, (_, at) => body.readUInt32BE(textEnd + 3 + 4 * at));
  return { protocol: 'extended', text: body.toString('utf8', nameEnd + 1, textEnd), parameterTypes };
}
