// A session's context as the settings of one probe's transaction, or why the resolver can't take it.

import { quoteIdentifier } from './identifier.ts';
import { type AnalysisContext, analysisSettings, type Unresolvable, unresolvable } from './resolution.ts';

export type Setting = readonly [name: string, value: string];

const known: ReadonlySet<string> = new Set(analysisSettings);

/** Settings that every probe has, below those of the session. */
function probeSettings(milliseconds: number): Setting[] {
  const limit = String(Math.max(1, Math.floor(milliseconds)));
  return [
    // The validator would rewrite the body a second time, and refuse some bodies for being a function's.
    ['check_function_bodies', 'off'],
    ['client_min_messages', 'error'],
    ['standard_conforming_strings', 'on'],
    // A relation that somebody holds locked makes the probe wait: not longer than the gateway does.
    ['statement_timeout', limit],
    ['lock_timeout', limit],
    // A gateway that stops in the midst of a probe leaves no lock behind.
    ['idle_in_transaction_session_timeout', '10000'],
  ];
}

/** The settings of a probe's transaction. The search path comes last: the names of the others are looked up before. */
export function contextSettings(
  context: AnalysisContext,
  milliseconds: number,
): readonly Setting[] | Unresolvable {
  const problem = pathProblem(context.searchPath) ?? settingProblem(context);
  if (problem !== undefined) return problem;
  return [
    ...probeSettings(milliseconds),
    ...(Object.entries(context.settings) as Setting[]),
    ['search_path', context.searchPath.map(quoteIdentifier).join(', ')],
  ];
}

function pathProblem(path: readonly string[]): Unresolvable | undefined {
  for (const schema of path) {
    // Only the session itself sees what is in there.
    if (/^pg_temp(_|$)/.test(schema))
      return unresolvable('search_path', 'the session has a schema of temporary objects');
    // These mean something else in the setting than in the effective path, quoted or not.
    if (schema === '$user' || schema === '' || schema.includes('\0'))
      return unresolvable('search_path', 'the search path names a schema that cannot be set');
  }
  return undefined;
}

function settingProblem({ settings }: AnalysisContext): Unresolvable | undefined {
  for (const [name, value] of Object.entries(settings)) {
    if (!known.has(name)) return unresolvable('setting', `the setting ${name} is not one of analysis`);
    if (typeof value !== 'string' || value.includes('\0'))
      return unresolvable('setting', `the setting ${name} has no text as its value`);
    // The wrapped text is verified under this lexer.
    if (name === 'standard_conforming_strings' && value !== 'on')
      return unresolvable('setting', 'standard_conforming_strings must be on');
  }
  return undefined;
}
