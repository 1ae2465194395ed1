// Questions asked in a client's own session while it waits: their answers never reach the client.
import type { ProbeConnection } from '../../../gateway/catalog/resolver/probe-connection.ts';
import type { Step, StepRows } from '../../../gateway/catalog/resolver/step-sequence.ts';
import type { BackendMessage } from '../../support/raw-backend.ts';
import { frontend } from '../../support/raw-frontend.ts';

export type TransactionStatus = 'idle' | 'open' | 'failed';

type Question = { messages: BackendMessage[]; resolve(): void; reject(error: Error): void };

/** The server's refusal in the shape in which the driver throws it. */
export class SessionRefusal extends Error {
  readonly code: string;
  readonly severity: string;
  readonly position: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;

  constructor({ fields }: BackendMessage) {
    super(fields.M ?? '');
    this.name = 'SessionRefusal';
    this.code = fields.C ?? 'XX000';
    this.severity = fields.S ?? 'ERROR';
    this.position = fields.P;
    this.detail = fields.D;
    this.hint = fields.H;
  }
}

export class SessionQuestions implements ProbeConnection {
  status: TransactionStatus = 'idle';
  readonly #send: (bytes: Buffer) => void;
  #asked: Question | undefined;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  async run(steps: readonly Step[]): Promise<readonly StepRows[]> {
    const messages = await this.#ask(
      ...steps.map(({ text, values = [] }) =>
        Buffer.concat([frontend.parse(text), frontend.bind({ values }), frontend.execute()]),
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
    const messages = await this.#ask(frontend.parse(text, '', types), frontend.describeStatement());
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
    const refusal = asked.messages.find(({ type }) => type === 'E');
    if (refusal === undefined) asked.resolve();
    else asked.reject(new SessionRefusal(refusal));
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
    this.#send(Buffer.concat([...parts, frontend.sync()]));
    await answered;
    return messages;
  }
}
