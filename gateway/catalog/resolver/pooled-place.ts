// A probe on a connection of the resolver's own, under the search path and the settings of the session.
import { contextSettings, type Setting } from './context-settings.ts';
import type { ProbeConnection } from './probe-connection.ts';
import type { ProbePlace } from './probe-place.ts';
import { type AnalysisContext, type Unresolvable, unresolvable } from './resolution.ts';
import { isServerError, notWrappable, resolverProblem } from './server-error.ts';
import { functionName } from './wrapped-statement.ts';

export type PooledPlaceOptions = Readonly<{
  /** How long the server may take for one step. */
  milliseconds: number;
  serverVersion: number;
}>;

/** Unresolvable when the resolver can't take the session's context. */
export function pooledPlace(
  connection: ProbeConnection,
  context: AnalysisContext,
  { milliseconds, serverVersion }: PooledPlaceOptions,
): ProbePlace | Unresolvable {
  const settings = contextSettings(context, milliseconds);
  if ('kind' in settings) return settings;
  const ending = [{ text: 'ROLLBACK' }];
  return {
    connection,
    functionName,
    serverVersion,
    begin: () => begin(connection, settings, context.searchPath),
    ending,
    async rollBack() {
      await connection.run(ending);
    },
    problemOf: resolverProblem,
    notWrappable,
  };
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
