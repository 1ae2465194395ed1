// What an error of the server says about the statement, and what about the resolver alone.
import {
  type StatementError,
  type Unresolvable,
  type UnresolvableReason,
  unresolvable,
} from './resolution.ts';

/** The fields of an ErrorResponse as the driver gives them. */
export type ServerError = Error &
  Readonly<{
    code: string;
    severity: string;
    position?: string;
    detail?: string;
    hint?: string;
    where?: string;
  }>;

export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

const reasons: ReadonlyMap<string, UnresolvableReason> = new Map([
  ['25006', 'read_only'],
  ['42501', 'permission'],
  ['55P03', 'timed_out'],
  ['57014', 'timed_out'],
]);

/** Classes of SQLSTATE that speak of the connection, its transaction, the server's means or its faults. */
const ofTheServer: ReadonlySet<string> = new Set(['08', '25', '40', '53', '57', '58', 'XX']);

/** Why an error isn't the statement's own; undefined when it is. */
export function resolverProblem(error: ServerError): Unresolvable | undefined {
  const reason = reasons.get(error.code);
  if (reason !== undefined) return unresolvable(reason, `the server refused with ${error.code}`);
  if (!ofTheServer.has(error.code.slice(0, 2))) return undefined;
  return unresolvable('unavailable', `the server failed with ${error.code}`);
}

export function statementError(error: ServerError): StatementError {
  const { code, message, position, detail, hint, where: context } = error;
  const at = position === undefined ? undefined : Number(position);
  return { kind: 'error', sqlstate: code, message, position: at, detail, hint, context };
}

/** The server takes the statement, and refuses it in a function. */
export function notWrappable({ code }: ServerError): Unresolvable {
  return unresolvable('not_wrappable', `the server refused the statement as a function's body with ${code}`);
}
