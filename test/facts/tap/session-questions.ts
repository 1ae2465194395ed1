// A tapped session lends itself to the resolver while its client waits: the answers never reach the client.
import {
  QuestionRefused,
  type QuestionRows,
  type QuestionStep,
  type QuestionsBegin,
  type SessionQuestions,
} from '../../../gateway/catalog/index.ts';
import type { BackendMessage } from '../../support/raw-backend.ts';
import { frontend } from '../../support/raw-frontend.ts';

type Question = { messages: BackendMessage[]; resolve(): void; reject(error: Error): void };

/** The unnamed statement and portal are the client's. */
const name = 'facts question';

export class TappedQuestions implements SessionQuestions {
  transaction: QuestionsBegin = 'idle';
  readonly #send: (bytes: Buffer) => void;
  #asked: Question | undefined;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  async run(steps: readonly QuestionStep[]): Promise<readonly QuestionRows[]> {
    const messages = await this.#ask(
      ...steps.map(({ text, values = [] }) =>
        Buffer.concat([
          frontend.closeStatement(name),
          frontend.closePortal(name),
          frontend.parse(text, name),
          frontend.bind({ statement: name, portal: name, values }),
          frontend.execute(name),
        ]),
      ),
    );
    const results: (readonly (string | null)[])[][] = [[]];
    for (const message of messages) {
      if (message.type === 'D') results.at(-1)?.push(message.texts);
      if (message.type === 'C') results.push([]);
    }
    return results.slice(0, -1);
  }

  async describe(text: string, types: readonly number[]): Promise<readonly number[]> {
    const messages = await this.#ask(
      frontend.closeStatement(name),
      frontend.parse(text, name, types),
      frontend.describeStatement(name),
    );
    const body = messages.find(({ type }) => type === 't')?.body;
    if (body === undefined) throw new Error('the server described no parameters');
    return Array.from({ length: body.readUInt16BE(0) }, (_, at) => body.readUInt32BE(2 + 4 * at));
  }

  /** True for what belongs to the question under way. */
  take(message: BackendMessage): boolean {
    const asked = this.#asked;
    // Another session's notification may come at any time, and is the client's.
    if (asked === undefined || message.type === 'A') return false;
    asked.messages.push(message);
    if (message.type !== 'Z') return true;
    this.#asked = undefined;
    this.transaction = transactionIn(message);
    const refusal = asked.messages.find(({ type }) => type === 'E');
    if (refusal === undefined) asked.resolve();
    else asked.reject(new QuestionRefused(new Map(Object.entries(refusal.fields))));
    return true;
  }

  fail(error: Error): void {
    this.#asked?.reject(error);
    this.#asked = undefined;
  }

  async #ask(...parts: readonly Buffer[]): Promise<readonly BackendMessage[]> {
    const messages: BackendMessage[] = [];
    const answered = new Promise<void>((resolve, reject) => {
      this.#asked = { messages, resolve, reject };
    });
    this.#send(
      Buffer.concat([...parts, frontend.closePortal(name), frontend.closeStatement(name), frontend.sync()]),
    );
    await answered;
    return messages;
  }
}

const states: Readonly<Record<string, QuestionsBegin>> = { I: 'idle', T: 'open', E: 'failed' };

/** What a ReadyForQuery says. */
export function transactionIn(ready: BackendMessage): QuestionsBegin {
  return states[ready.status] ?? 'failed';
}
