// A client's connection that lends itself to the resolver, as a session of the gateway does.
import type { Client, Connection } from 'pg';
import {
  QuestionRefused,
  type QuestionRows,
  type QuestionStep,
  type QuestionsBegin,
  type SessionQuestions,
} from '../../../gateway/catalog/index.ts';

const name = 'portcullis question';
const states: Readonly<Record<string, QuestionsBegin>> = { I: 'idle', T: 'open', E: 'failed' };

/** The declared types of these methods are those of an older driver. */
type Wire = Connection & {
  parse(query: object, more?: boolean): void;
  bind(config: object, more?: boolean): void;
  execute(config: object, more?: boolean): void;
  describe(what: object, more?: boolean): void;
  close(what: object, more?: boolean): void;
};
type ServerFields = Error & Readonly<Record<string, string | undefined>>;

/** One segment: what it sends, and what came back. */
class Segment {
  readonly rows: (string | null)[][][] = [];
  readonly #send: (wire: Wire) => void;
  readonly #done: (error: Error | undefined) => void;
  #open: (string | null)[][] = [];

  constructor(send: (wire: Wire) => void, done: (error: Error | undefined) => void) {
    this.#send = send;
    this.#done = done;
  }

  submit(connection: Connection): void {
    this.#send(connection as Wire);
    connection.sync();
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.#open.push(fields);
  }

  handleCommandComplete(): void {
    this.rows.push(this.#open);
    this.#open = [];
  }

  handleRowDescription(): void {}

  handleError(error: Error): void {
    // The driver brings no ReadyForQuery to what has failed.
    this.#done(error);
  }

  handleReadyForQuery(): void {
    this.#done(undefined);
  }
}

export class PlayingSession implements SessionQuestions {
  readonly client: Client;
  transaction: QuestionsBegin = 'idle';
  /** Texts sent by the resolver. */
  readonly asked: string[] = [];
  readonly #connection: Connection;

  constructor(client: Client) {
    this.client = client;
    this.#connection = (client as unknown as { connection: Connection }).connection;
    this.#connection.on('readyForQuery', ({ status }: { status: string }) => {
      this.transaction = states[status] ?? 'implicit';
    });
  }

  run(steps: readonly QuestionStep[]): Promise<readonly QuestionRows[]> {
    return this.#segment((wire) => {
      for (const { text, values = [] } of steps) {
        this.asked.push(text);
        wire.parse({ name, text, types: [] }, true);
        wire.bind({ portal: name, statement: name, values: [...values] }, true);
        wire.execute({ portal: name }, true);
        closeOwn(wire);
      }
    });
  }

  async describe(text: string, types: readonly number[]): Promise<readonly number[]> {
    let described: readonly number[] = [];
    const take = ({ dataTypeIDs }: { dataTypeIDs: readonly number[] }): void => {
      described = dataTypeIDs;
    };
    this.#connection.on('parameterDescription', take);
    try {
      await this.#segment((wire) => {
        this.asked.push(text);
        wire.parse({ name, text, types }, true);
        wire.describe({ type: 'S', name }, true);
        closeOwn(wire);
      });
      return described;
    } finally {
      this.#connection.off('parameterDescription', take);
    }
  }

  async #segment(send: (wire: Wire) => void): Promise<readonly QuestionRows[]> {
    try {
      return await this.#exchange(send);
    } catch (error) {
      if (!(error instanceof QuestionRefused)) throw error;
      await this.#exchange(closeOwn);
      throw error;
    }
  }

  #exchange(send: (wire: Wire) => void): Promise<readonly QuestionRows[]> {
    return new Promise((resolve, reject) => {
      const segment = new Segment(send, (error) => {
        if (error === undefined) resolve(segment.rows);
        else reject('severity' in error ? refusedBy(error as unknown as ServerFields) : error);
      });
      this.client.query(segment);
    });
  }
}

function closeOwn(wire: Wire): void {
  wire.close({ type: 'P', name }, true);
  wire.close({ type: 'S', name }, true);
}

const letters = {
  S: 'severity',
  C: 'code',
  M: 'message',
  P: 'position',
  D: 'detail',
  H: 'hint',
  W: 'where',
} as const;

function refusedBy(error: ServerFields): QuestionRefused {
  const fields = new Map<string, string>();
  for (const [letter, field] of Object.entries(letters)) {
    const value = error[field];
    if (value !== undefined) fields.set(letter, value);
  }
  return new QuestionRefused(fields);
}
