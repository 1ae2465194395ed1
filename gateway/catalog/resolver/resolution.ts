// What the resolver is asked and what it answers.

/** The settings of a session that change how the server reads a statement or its constants. */
export const analysisSettings = [
  'array_nulls',
  'backslash_quote',
  'DateStyle',
  'IntervalStyle',
  'lc_monetary',
  'standard_conforming_strings',
  'TimeZone',
  'timezone_abbreviations',
  'transform_null_equals',
  'xmloption',
] as const;

/** In lower case: those, and what else decides what a name stands for. */
export const settingsOfNames: ReadonlySet<string> = new Set([
  'search_path',
  'role',
  'session_authorization',
  ...analysisSettings.map((name) => name.toLowerCase()),
]);

export type AnalysisSetting = (typeof analysisSettings)[number];

/** What a session has that decides what the names and constants of its statements mean. */
export type AnalysisContext = Readonly<{
  /** The effective path, `current_schemas(true)` of the session, and not the text of the setting. */
  searchPath: readonly string[];
  /** A setting that isn't named has the resolver role's default. */
  settings: Readonly<Partial<Record<AnalysisSetting, string>>>;
}>;

export type ResolveRequest = Readonly<{
  /** The text of one statement, exactly as the client sent it. */
  text: string;
  /** The types that the client declared for its parameters; 0, or none at the end, leaves one to the server. */
  parameterTypes: readonly number[];
  context: AnalysisContext;
  /** Trees are kept for as long as the caller names the same version. */
  catalogVersion: string;
}>;

/** Why there is no tree. Whatever it is, the statement is opaque. */
export type UnresolvableReason =
  /** The text is too long, too deep or no text. */
  | 'unreadable'
  /** The text holds no statement, or several. */
  | 'not_one_statement'
  /** A utility statement, or SELECT INTO: the server analyzes it only when it executes it. */
  | 'not_a_query'
  /** The wrapped text, read back, is anything else than the statement inside the function. */
  | 'not_verified'
  /** The resolver can't have the session's search path. */
  | 'search_path'
  /** The session has a setting, or a value of it, that the resolver doesn't take. */
  | 'setting'
  /** The resolver role lacks a right (whether the session has it can't be told from here), or the session's TEMPORARY. */
  | 'permission'
  /** The server takes the statement, but not as the body of a function. */
  | 'not_wrappable'
  /** The server is a standby, or the role's transactions or the session's own one are read-only. */
  | 'read_only'
  /** The session's transaction has failed, or is one in which nothing can be rolled back. */
  | 'transaction'
  | 'timed_out'
  | 'unavailable'
  | 'failed';

/** The server's analyzed tree. */
export type ResolvedTree = Readonly<{
  kind: 'tree';
  /** `pg_proc.prosqlbody`: a list of one list of one QUERY node. */
  nodeText: string;
  /** Of every parameter, with those that the server inferred. */
  parameterTypes: readonly number[];
  /** `server_version_num`. */
  serverVersion: number;
}>;

/** The statement's own error, as the server says it to whoever sends that text. */
export type StatementError = Readonly<{
  kind: 'error';
  sqlstate: string;
  message: string;
  /** In characters of the statement's text, from 1. */
  position: number | undefined;
  detail: string | undefined;
  hint: string | undefined;
  /** Where in a value: "JSON data, line 1: …". */
  context: string | undefined;
}>;

export type Unresolvable = Readonly<{
  kind: 'unresolvable';
  reason: UnresolvableReason;
  /** For logs and audit: may hold names of objects, never a constant of the statement. */
  detail: string;
}>;

export type Resolution = ResolvedTree | StatementError | Unresolvable;

export function unresolvable(reason: UnresolvableReason, detail: string): Unresolvable {
  return { kind: 'unresolvable', reason, detail };
}
