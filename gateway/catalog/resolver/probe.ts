// One probe: the steps by which the server analyzes a statement in a transaction that is rolled back.
import type { ProbeConnection } from './probe-connection.ts';
import type { ProbePlace } from './probe-place.ts';
import type { ReadableQuery } from './readable-query.ts';
import { type Resolution, type StatementError, unresolvable } from './resolution.ts';
import { isServerError, type ServerError, statementError } from './server-error.ts';
import type { Step } from './step-sequence.ts';
import { namedTypes, typeNamesStep } from './type-names.ts';

/** To receive a tree and to hand it on takes 1.2 ms a megabyte of the event loop's time. */
const MOST_TREE_BYTES = 12_000_000;

/** What a probe does within its transaction; `end` executes its last steps and rolls back. */
type Transaction = Readonly<{ end(steps: readonly Step[]): ReturnType<ProbeConnection['run']> }>;
type Outcome = Resolution | Readonly<{ kind: 'refused'; error: ServerError }>;

/**
 * Rejects only when the connection can't be used any more. After anything else its transaction or savepoint has ended,
 * and nothing of the probe is left on the server but a transaction id and the dead rows of the catalog that it takes.
 *
 * `declared` are the types that the client gave for its parameters.
 */
export async function probeStatement(
  place: ProbePlace,
  query: ReadableQuery,
  declared: readonly number[],
): Promise<Resolution> {
  const types = declaredTypes(query, declared);
  const outcome = await rolledBack(place, async (transaction) => {
    // $0 is left to the server to refuse, as it is.
    const ask = types.includes(0) || query.parameters.some(({ number }) => number < 1);
    const all = ask ? await describe(place, query.text, types) : types;
    return 'kind' in all ? all : analyze(place, transaction, query, all);
  });
  if (outcome.kind !== 'refused') return outcome;

  // The server refused the function: it says itself what it would have said to the bare statement.
  const bare = await rolledBack(place, async () => {
    const described = await describe(place, query.text, types);
    return 'kind' in described ? described : place.notWrappable(outcome.error);
  });
  return bare.kind === 'refused' ? place.notWrappable(bare.error) : bare;
}

/** The types that the client declared, with 0 for every other that the statement uses; `unknown` declares nothing. */
function declaredTypes({ parameters }: ReadableQuery, declared: readonly number[]): readonly number[] {
  const highest = parameters.reduce((most, { number }) => Math.max(most, number), 0);
  const types = declared.map((oid) => (oid === 705 ? 0 : oid));
  // A number that no server accepts is left to it to refuse, and takes no room here.
  while (types.length < Math.min(highest, 65_535)) types.push(0);
  return types;
}

async function rolledBack(
  place: ProbePlace,
  work: (transaction: Transaction) => Promise<Outcome>,
): Promise<Outcome> {
  let ended = false;
  const end: Transaction['end'] = async (steps) => {
    const rows = await place.connection.run([...steps, ...place.ending]);
    ended = true;
    return rows;
  };
  try {
    const problem = await place.begin();
    return problem ?? (await work({ end }));
  } catch (error) {
    if (!isServerError(error)) throw error;
    return place.problemOf(error) ?? { kind: 'refused', error };
  } finally {
    // Must succeed, or the connection is given up: a lost one fails here as well.
    if (!ended) await place.rollBack();
  }
}

/** The types of all parameters, or the statement's own error. */
async function describe(
  { connection, problemOf }: ProbePlace,
  text: string,
  types: readonly number[],
): Promise<readonly number[] | StatementError> {
  try {
    return await connection.describe(text, types);
  } catch (error) {
    if (!isServerError(error) || problemOf(error) !== undefined) throw error;
    return statementError(error);
  }
}

async function analyze(
  { connection, functionName, serverVersion }: ProbePlace,
  transaction: Transaction,
  query: ReadableQuery,
  parameterTypes: readonly number[],
): Promise<Resolution> {
  const [rows = []] =
    parameterTypes.length === 0 ? [] : await connection.run([typeNamesStep(parameterTypes)]);
  const types = namedTypes(parameterTypes, rows);
  if (types === undefined) return unresolvable('failed', 'a type of a parameter is not there');
  const wrapped = await query.wrap(types, functionName);
  if (wrapped.kind !== 'wrapped') return wrapped;
  const [, bodies = []] = await transaction.end([{ text: wrapped.text }, bodyStep(functionName)]);
  const [[body, argumentTypes, bytes] = []] = bodies;
  if (body === null && Number(bytes) > MOST_TREE_BYTES)
    return unresolvable('unreadable', `the tree of the statement has ${bytes} bytes`);
  // A type can be renamed between the look at its name and its use.
  if (bodies.length !== 1 || typeof body !== 'string' || argumentTypes !== wrapped.argumentTypes.join(' '))
    return unresolvable('failed', 'the server created another function');
  return { kind: 'tree', nodeText: body, parameterTypes, serverVersion };
}

const bodyStep = (functionName: string): Step => ({
  text: `SELECT CASE WHEN pg_catalog.octet_length(prosqlbody::pg_catalog.text) OPERATOR(pg_catalog.<=) ${MOST_TREE_BYTES} THEN prosqlbody END,
      proargtypes, pg_catalog.octet_length(prosqlbody::pg_catalog.text)
    FROM pg_catalog.pg_proc
    WHERE proname OPERATOR(pg_catalog.=) $1::pg_catalog.name
      AND pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()`,
  values: [functionName],
});
