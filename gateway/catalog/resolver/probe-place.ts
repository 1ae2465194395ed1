// Where a probe takes place: the connection, and the transaction or savepoint that is rolled back.
import type { ProbeConnection } from './probe-connection.ts';
import type { Unresolvable } from './resolution.ts';
import type { ServerError } from './server-error.ts';
import type { Step } from './step-sequence.ts';

export interface ProbePlace {
  readonly connection: ProbeConnection;
  /** Nothing else in the schema for temporary objects has this name. */
  readonly functionName: string;
  /** `server_version_num`; known once it has begun. */
  readonly serverVersion: number;
  /** Opens what will be rolled back, or says why the probe can't be made here. */
  begin(): Promise<Unresolvable | undefined>;
  /** Roll back what was begun, as the last steps of a sequence that succeeded so far. */
  readonly ending: readonly Step[];
  /** Rolls back what was begun, whatever has failed in it. Must succeed, or the connection can't be used any more. */
  rollBack(): Promise<void>;
  /** Why an error isn't the statement's own here; undefined when it is. */
  problemOf(error: ServerError): Unresolvable | undefined;
  /** What it means that the server takes the statement, and refuses the function with this error. */
  notWrappable(error: ServerError): Unresolvable;
}
