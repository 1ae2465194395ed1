// The classes of functions: what the result, the error or the side effect of a call can show or change.

/** From the harmless to what nothing is known of; where several meet, the later one counts. */
const strictness = [
  'pure',
  'whole_value',
  'clock',
  'random',
  'internal',
  'session',
  'reads_catalog',
  'names_object',
  'sequence',
  'set_session',
  'lock',
  'large_object',
  'stats',
  'admin',
  'reads_files',
  'writes_files',
  'runs_sql',
  'opaque',
] as const;

export type FunctionClass = (typeof strictness)[number];

/** What a policy author is told of each class. */
export const functionClassMeanings: Readonly<Record<FunctionClass, string>> = {
  pure: 'computes from its arguments and settings such as the time zone, and shows and changes nothing else',
  whole_value: 'is pure, but every field of a row given to it, also nested, goes into the result',
  clock: 'tells the time',
  random: 'tells a random value',
  internal: "can't be called by a statement, or does nothing but for the server's own machinery",
  session: 'shows settings, identity or state of the session',
  reads_catalog: 'shows names, definitions, comments or privileges; definitions may hold literals',
  names_object: 'reads something about the object that its argument names, which may be computed',
  sequence: 'reads or moves a sequence',
  set_session: "changes the session's settings, or carries its argument to other sessions",
  lock: 'takes or frees locks, or holds the session',
  large_object: 'reads or changes large objects',
  stats: 'shows what other sessions do, what other tables hold, or the state of the server',
  admin: 'acts on the server, on replication, or on other sessions',
  reads_files: 'shows files of the server, or the storage beneath the tables',
  writes_files: 'writes files of the server',
  runs_sql: 'runs SQL that is the text of an argument, or reads whole tables that an argument names',
  opaque: 'nothing is known of it',
};

export function isFunctionClass(text: string): text is FunctionClass {
  return Object.hasOwn(functionClassMeanings, text);
}

/** What two functions that are called together come to. */
export function stricterClass(one: FunctionClass, other: FunctionClass): FunctionClass {
  return strictness.indexOf(one) >= strictness.indexOf(other) ? one : other;
}
