// A connection of the resolver: every text goes through the extended protocol, which takes a single statement.
import type { Client, Connection } from 'pg';
import { StatementDescription } from './statement-description.ts';
import { type Step, type StepRows, StepSequence } from './step-sequence.ts';

export interface ProbeConnection {
  /** Executes the steps in one round trip, up to the first that fails. */
  run(steps: readonly Step[]): Promise<readonly StepRows[]>;
  /** The types of a statement's parameters, as the server infers those that are 0. Plans and executes nothing. */
  describe(text: string, parameterTypes: readonly number[]): Promise<readonly number[]>;
}

export function probeConnection(client: Client): ProbeConnection {
  const submit = <T>(
    exchange: (
      resolve: (value: T) => void,
      reject: (error: Error) => void,
    ) => {
      submit(connection: Connection): void;
    },
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      client.query(exchange(resolve, reject));
    });
  return {
    run: (steps) => submit((resolve, reject) => new StepSequence(steps, resolve, reject)),
    describe: (text, types) =>
      submit((resolve, reject) => new StatementDescription(text, types, resolve, reject)),
  };
}
