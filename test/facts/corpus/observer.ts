// Watches one session: asks for the tree of every query before the server executes it, and compares once it has.
import type { Resolution, SessionQuestions } from '../../../gateway/catalog/index.ts';
import {
  classify,
  parseStatements,
  readFunctionBody,
  type Statement,
  SyntaxRefusal,
} from '../../../gateway/sql/index.ts';
import type { Resolvers } from '../tap/resolvers.ts';
import type { Listener, Sighting } from '../tap/tapped-session.ts';
import type { Collect, Entry } from './entry.ts';
import { type HeldQuery, queriesOf } from './queries-of.ts';

const limits = { maxBytes: 1 << 26 };

/** A reason why something has no tree; the statement's own error has its SQLSTATE. */
type Problem = Readonly<{ reason: string; ownError?: string }>;
type Seen = Readonly<{
  statement: Statement | undefined;
  text: string;
  queries: number;
  problem: Problem | undefined;
}>;

export type Place = Readonly<{ source: string; group: string; database: string }>;

export function observeSession(place: Place, resolvers: Resolvers, collect: Collect): Listener {
  const ask = (session: SessionQuestions, text: string, types: readonly number[]): Promise<Resolution> =>
    resolvers.resolve(place.database, session, text, types);
  const seen = new Map<Sighting, readonly Seen[]>();
  return {
    before: async (sighting) => {
      seen.set(sighting, await look(sighting, ask));
    },
    after: (sighting) => {
      for (const part of seen.get(sighting) ?? []) collect(entryOf(part, sighting, place));
      seen.delete(sighting);
    },
  };
}

type Ask = (session: SessionQuestions, text: string, types: readonly number[]) => Promise<Resolution>;
async function look(sighting: Sighting, ask: Ask): Promise<readonly Seen[]> {
  const { text } = sighting;
  let statements: readonly Statement[];
  try {
    statements = parseStatements(text, limits);
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    const problem: Problem = { reason: `the grammar refuses it: ${error.code}`, ownError: error.sqlstate };
    return [{ statement: undefined, text, queries: 0, problem }];
  }
  const seen: Seen[] = [];
  for (const statement of statements) {
    const queries = queriesOf(statement);
    const own = statements.length === 1 && statement.start === 0 ? text : statement.source;
    const problem = await firstProblem(queries, sighting, ask);
    seen.push({ statement, text: own, queries: queries.length, problem });
  }
  return seen;
}

async function firstProblem(
  queries: readonly HeldQuery[],
  { session, parameterTypes }: Sighting,
  ask: Ask,
): Promise<Problem | undefined> {
  for (const { text, role } of queries) {
    if (text === undefined) return { reason: `${role} can't stand alone` };
    if (session === undefined) return { reason: 'sent behind others before the server had answered' };
    const problem = problemOf(await ask(session, text, role === 'itself' ? parameterTypes : []));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(resolution: Resolution): Problem | undefined {
  if (resolution.kind === 'unresolvable') return { reason: `${resolution.reason}: ${resolution.detail}` };
  if (resolution.kind === 'error')
    return {
      reason: `the probe says ${resolution.sqlstate}: ${resolution.message}`,
      ownError: resolution.sqlstate,
    };
  const reading = readFunctionBody(resolution.nodeText, Math.floor(resolution.serverVersion / 10_000));
  if (reading.known) return undefined;
  return {
    reason: `the tree has unknown nodes: ${reading.unknown.map(({ tag, field }) => `${tag} ${field}`).join(', ')}`,
  };
}

function entryOf(
  { statement, text, queries, problem }: Seen,
  { parameterTypes, sqlstate }: Sighting,
  { source, group }: Place,
): Entry {
  return {
    source,
    group,
    text,
    parameterTypes,
    kind: statement && classify(statement).kind,
    type: statement?.type ?? 'unreadable',
    outcome: outcomeOf(queries, problem, sqlstate),
    reason: problem?.reason,
    queries,
    sqlstate,
  };
}

function outcomeOf(
  queries: number,
  problem: Problem | undefined,
  sqlstate: string | undefined,
): Entry['outcome'] {
  if (problem === undefined) return queries === 0 ? 'no_query' : 'resolved';
  return sqlstate === undefined ? 'unresolved' : 'refused';
}
