// A connection of the resolver: every text goes through the extended protocol, which takes a single statement.
import type { Client, Connection, Submittable } from 'pg';

export type ProbeRow = Readonly<Record<string, unknown>>;

export interface ProbeConnection {
  query(text: string, values?: readonly unknown[]): Promise<readonly ProbeRow[]>;
  /** The types of a statement's parameters, as the server infers those that are 0. Plans and executes nothing. */
  describe(text: string, parameterTypes: readonly number[]): Promise<readonly number[]>;
}

export function probeConnection(client: Client): ProbeConnection {
  return {
    async query(text, values = []) {
      const { rows } = await client.query<ProbeRow>({ text, values: [...values], queryMode: 'extended' } as {
        text: string;
        values: unknown[];
      });
      return rows;
    },
    describe(text, parameterTypes) {
      return new Promise((resolve, reject) => {
        client.query(new StatementDescription(text, parameterTypes, resolve, reject));
      });
    },
  };
}

type ParameterDescription = Readonly<{ dataTypeIDs: readonly number[] }>;

/** Parse and Describe of the unnamed statement, without the Bind and Execute of an ordinary query. */
class StatementDescription implements Submittable {
  readonly #text: string;
  readonly #types: readonly number[];
  readonly #resolve: (types: readonly number[]) => void;
  readonly #reject: (error: Error) => void;
  #connection: Connection | undefined;
  #described: readonly number[] | undefined;

  constructor(
    text: string,
    types: readonly number[],
    resolve: (types: readonly number[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#text = text;
    this.#types = types;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.on('parameterDescription', this.#take);
    connection.parse({ name: '', text: this.#text, types: this.#types } as never, false);
    connection.describe({ type: 'S', name: '' } as never, false);
    connection.sync();
  }

  readonly #take = ({ dataTypeIDs }: ParameterDescription): void => {
    this.#described = dataTypeIDs;
  };

  handleRowDescription(): void {}

  handleError(error: Error): void {
    this.#connection?.off('parameterDescription', this.#take);
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#connection?.off('parameterDescription', this.#take);
    if (this.#described !== undefined) this.#resolve(this.#described);
    else this.#reject(new Error('the server described no parameters'));
  }
}
