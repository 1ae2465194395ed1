// Parse and Describe of a statement, without the Bind and Execute of an ordinary query.
import type { Connection, Submittable } from 'pg';

type ParameterDescription = Readonly<{ dataTypeIDs: readonly number[] }>;

export class StatementDescription implements Submittable {
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
    // The declared types of these methods are those of an older driver.
    connection.parse({ name: '', text: this.#text, types: this.#types } as never, true);
    connection.describe({ type: 'S', name: '' } as never, true);
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
