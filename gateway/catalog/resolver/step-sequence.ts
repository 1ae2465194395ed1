// Several statements in one round trip: the driver's own queries take one each.
import type { Connection, Submittable } from 'pg';

export type Step = Readonly<{ text: string; values?: readonly string[] }>;
/** The rows of one step, each value as the server prints it. */
export type StepRows = readonly (readonly (string | null)[])[];

/** Parse, Bind and Execute of each, and a Sync behind the last: the server skips to it from the first that fails. */
export class StepSequence implements Submittable {
  readonly #steps: readonly Step[];
  readonly #resolve: (rows: readonly StepRows[]) => void;
  readonly #reject: (error: Error) => void;
  readonly #done: StepRows[] = [];
  #rows: (readonly (string | null)[])[] = [];

  constructor(
    steps: readonly Step[],
    resolve: (rows: readonly StepRows[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#steps = steps;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    // The declared types of these methods are those of an older driver.
    for (const { text, values = [] } of this.#steps) {
      connection.parse({ name: '', text, types: [] } as never, true);
      connection.bind({ portal: '', statement: '', values: [...values] } as never, true);
      connection.execute({ portal: '' } as never, true);
    }
    connection.sync();
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete(): void {
    this.#done.push(this.#rows);
    this.#rows = [];
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#done);
  }
}
