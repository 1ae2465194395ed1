// One probe: the steps by which the server analyzes a statement in a transaction that is rolled back.
import { contextSettings, type Setting } from './context-settings.ts';
import type { ProbeConnection } from './probe-connection.ts';
import type { QueryStatement } from './query-statement.ts';
import { type Resolution, type ResolveRequest, type Unresolvable, unresolvable } from './resolution.ts';
import { isServerError, resolverProblem, type ServerError, statementError } from './server-error.ts';
import type { Step } from './step-sequence.ts';
import { namedTypes, typeNamesStep } from './type-names.ts';
import { functionName, wrapStatement } from './wrapped-statement.ts';

export type ProbeOptions = Readonly<{
  /** How long the server may take for one step. */
  milliseconds: number;
  serverVersion: number;
}>;

/** What a probe does within its transaction; `end` executes its last steps and rolls back. */
type Transaction = Readonly<{ end(steps: readonly Step[]): ReturnType<ProbeConnection['run']> }>;
type Outcome = Resolution | Readonly<{ kind: 'refused'; error: ServerError }>;

const rollback: Step = { text: 'ROLLBACK' };

/**
 * Rejects only when the connection can't be used any more. After anything else its transaction has ended, and nothing
 * of the probe is left on the server but a transaction id and the dead rows of the catalog that it takes.
 */
export async function probeStatement(
  connection: ProbeConnection,
  query: QueryStatement,
  request: ResolveRequest,
  options: ProbeOptions,
): Promise<Resolution> {
  const settings = contextSettings(request.context, options.milliseconds);
  if (!Array.isArray(settings)) return settings as Unresolvable;
  const types = declaredTypes(query, request.parameterTypes);

  const outcome = await rolledBack(connection, settings, request, async (transaction) => {
    // $0 is left to the server to refuse, as it is.
    const ask = types.includes(0) || query.parameters.some(({ number }) => number < 1);
    const all = ask ? await describe(connection, request.text, types) : types;
    if (!Array.isArray(all)) return all as Resolution;
    return analyze(connection, transaction, query, all, options.serverVersion);
  });
  if (outcome.kind !== 'refused') return outcome;

  // The server refused the function: it says itself what it would have said to the bare statement.
  const bare = await rolledBack(connection, settings, request, async () => {
    const described = await describe(connection, request.text, types);
    return Array.isArray(described) ? notWrappable(outcome.error) : (described as Resolution);
  });
  return bare.kind === 'refused' ? notWrappable(bare.error) : bare;
}

/** The types that the client declared, with 0 for every other that the statement uses; `unknown` declares nothing. */
function declaredTypes({ parameters }: QueryStatement, declared: readonly number[]): readonly number[] {
  const highest = parameters.reduce((most, { number }) => Math.max(most, number), 0);
  const types = declared.map((oid) => (oid === 705 ? 0 : oid));
  // A number that no server accepts is left to it to refuse, and takes no room here.
  while (types.length < Math.min(highest, 65_535)) types.push(0);
  return types;
}

async function rolledBack(
  connection: ProbeConnection,
  settings: readonly Setting[],
  { context }: ResolveRequest,
  work: (transaction: Transaction) => Promise<Outcome>,
): Promise<Outcome> {
  let ended = false;
  const end: Transaction['end'] = async (steps) => {
    const rows = await connection.run([...steps, rollback]);
    ended = true;
    return rows;
  };
  try {
    const problem = await begin(connection, settings, context.searchPath);
    return problem ?? (await work({ end }));
  } catch (error) {
    if (!isServerError(error)) throw error;
    return resolverProblem(error) ?? { kind: 'refused', error };
  } finally {
    // Must succeed, or the connection is given up: a lost one fails here as well.
    if (!ended) await connection.run([rollback]);
  }
}

/** Opens the transaction and puts the session's context in place. */
async function begin(
  connection: ProbeConnection,
  settings: readonly Setting[],
  path: readonly string[],
): Promise<Unresolvable | undefined> {
  try {
    const [, , rows] = await connection.run([
      { text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE' },
      {
        text: `SELECT pg_catalog.set_config(setting OPERATOR(pg_catalog.->>) 0, setting OPERATOR(pg_catalog.->>) 1, true)
          FROM pg_catalog.json_array_elements($1::pg_catalog.json) AS setting`,
        values: [JSON.stringify(settings)],
      },
      { text: 'SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true))' },
    ]);
    return pathProblem(JSON.parse(String(rows?.[0]?.[0])), path);
  } catch (error) {
    // A value that isn't one, or a setting that this version doesn't have.
    if (isServerError(error) && ['22023', '42704'].includes(error.code))
      return unresolvable('setting', `the server refused a setting with ${error.code}`);
    throw error;
  }
}

/** A schema that the resolver role may not use is skipped in silence: another path would find other objects. */
function pathProblem(path: readonly string[], wanted: readonly string[]): Unresolvable | undefined {
  // The connection's own schema for temporary objects is empty but for the function.
  const effective = path.filter((name) => !/^pg_temp_\d+$/.test(name));
  if (effective.length === wanted.length && effective.every((name, index) => name === wanted[index])) return;
  const missing = wanted.filter((name) => !effective.includes(name));
  return unresolvable(
    'search_path',
    missing.length > 0
      ? `the resolver role cannot use the schema ${missing.join(', ')}`
      : `the search path is ${effective.join(', ')} for the resolver, and ${wanted.join(', ')} for the session`,
  );
}

/** The types of all parameters, or the statement's own error. */
async function describe(
  connection: ProbeConnection,
  text: string,
  types: readonly number[],
): Promise<readonly number[] | Resolution> {
  try {
    return await connection.describe(text, types);
  } catch (error) {
    if (!isServerError(error) || resolverProblem(error) !== undefined) throw error;
    return statementError(error);
  }
}

async function analyze(
  connection: ProbeConnection,
  transaction: Transaction,
  query: QueryStatement,
  parameterTypes: readonly number[],
  serverVersion: number,
): Promise<Resolution> {
  const [rows = []] =
    parameterTypes.length === 0 ? [] : await connection.run([typeNamesStep(parameterTypes)]);
  const types = namedTypes(parameterTypes, rows);
  if (types === undefined) return unresolvable('failed', 'a type of a parameter is not there');
  const wrapped = wrapStatement(query, types);
  if (wrapped.kind !== 'wrapped') return wrapped;
  const [, bodies = []] = await transaction.end([{ text: wrapped.text }, bodyStep]);
  const [[body, argumentTypes] = []] = bodies;
  // A type can be renamed between the look at its name and its use.
  if (bodies.length !== 1 || typeof body !== 'string' || argumentTypes !== wrapped.argumentTypes.join(' '))
    return unresolvable('failed', 'the server created another function');
  return { kind: 'tree', nodeText: body, parameterTypes, serverVersion };
}

const bodyStep: Step = {
  text: `SELECT prosqlbody, proargtypes FROM pg_catalog.pg_proc
    WHERE proname OPERATOR(pg_catalog.=) $1::pg_catalog.name
      AND pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()`,
  values: [functionName],
};

function notWrappable({ code }: ServerError): Unresolvable {
  return unresolvable('not_wrappable', `the server refused the statement as a function's body with ${code}`);
}
