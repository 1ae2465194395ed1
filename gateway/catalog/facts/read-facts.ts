// A text as the client sent it → the facts of each of its statements, or the server's own words why there are none.
import {
  type CatalogView,
  isSetByStatement,
  type OpaqueReason,
  parseStatements,
  type SessionEffect,
  type Statement,
  type StatementFacts,
  SyntaxRefusal,
  statementFacts,
} from '../../sql/index.ts';
import { type Resolution, type StatementError, settingsOfNames } from '../resolver/resolution.ts';
import { type FindNamed, resolveStatement, StatementFailed, type Surroundings } from './resolve-statement.ts';

export type FactsRequest = Readonly<{
  text: string;
  parameterTypes: readonly number[];
  catalog: CatalogView;
  searchPath: readonly string[];
  resolve: (text: string, parameterTypes: readonly number[]) => Promise<Resolution>;
  /** `index`: which of the text's statements asks; those before it will have run by then. */
  named: (of: 'prepared' | 'cursor', name: string, index: number) => ReturnType<FindNamed>;
  /** The end of the transaction that is open, if any is, takes nothing back that a name or its meaning depends on. */
  endsQuietly?: boolean;
  statementBytes: number;
}>;

export type FactsAnswer =
  /** One for each statement of the text, in order; none for an empty text. */
  | Readonly<{ kind: 'facts'; statements: readonly StatementFacts[] }>
  /** As the server would say it of the whole text. */
  | StatementError
  /** Nothing can be said of any statement at the moment. */
  | Readonly<{ kind: 'unknown'; reason: OpaqueReason }>;

export async function readFacts(request: FactsRequest): Promise<FactsAnswer> {
  let statements: readonly Statement[];
  try {
    statements = parseStatements(request.text, { maxBytes: request.statementBytes });
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    const { sqlstate, message, position } = error;
    const nothing = { detail: undefined, hint: undefined, context: undefined };
    return { kind: 'error', sqlstate, message, position, ...nothing };
  }
  const facts: StatementFacts[] = [];
  for (const [index, statement] of statements.entries()) {
    const settled = facts.every((earlier) => leavesNamesAlone(earlier, request.endsQuietly ?? false));
    try {
      facts.push(await factsOf(statement, index, settled, request));
    } catch (error) {
      if (!(error instanceof StatementFailed)) throw error;
      return shifted(error.error, request.text, statement.start);
    }
  }
  return { kind: 'facts', statements: facts };
}

async function factsOf(
  statement: Statement,
  index: number,
  settled: boolean,
  request: FactsRequest,
): Promise<StatementFacts> {
  const { catalog, searchPath, statementBytes } = request;
  const named: FindNamed = (of, name) => request.named(of, name, index);
  const resolve: Surroundings['resolve'] = settled ? request.resolve : async () => unsettled;
  const around: Surroundings = { catalog, searchPath, resolve, named, statementBytes };
  const resolved = await resolveStatement(statement, statement.source, request.parameterTypes, around);
  const facts = statementFacts(resolved, catalog);
  if (settled || facts.opaque.length > 0) return facts;
  const because = 'an earlier statement of the same text may change what its names mean';
  return { ...facts, readOnly: false, opaque: [{ reason: 'unresolved', because }] };
}

const unsettled: Resolution = {
  kind: 'unresolvable',
  reason: 'not_one_statement',
  detail: 'an earlier statement of the same text may change what its names mean',
};

/** Nothing that a later statement of the text names can mean something else once this one has run. */
function leavesNamesAlone(facts: StatementFacts, endsQuietly: boolean): boolean {
  const { kind, session, objects, opaque, functions } = facts;
  return (
    session.every((effect) => isHarmless(effect, endsQuietly)) &&
    objects.length === 0 &&
    opaque.length === 0 &&
    kind !== 'call' &&
    kind !== 'do' &&
    !functions.some((called) => called.class === 'set_session' && !isSetByStatement(called))
  );
}

function isHarmless(each: SessionEffect, endsQuietly: boolean): boolean {
  switch (each.effect) {
    case 'copy':
    case 'channel':
      return true;
    case 'cursor':
      return each.action !== 'declare';
    case 'set':
    case 'reset':
      return each.name !== undefined && !settingsOfNames.has(each.name);
    case 'transaction':
      return begins.has(each.action) || (endsQuietly && ends.has(each.action));
    default:
      return false;
  }
}

const begins: ReadonlySet<string> = new Set(['begin', 'savepoint', 'release']);
const ends: ReadonlySet<string> = new Set(['commit', 'rollback', 'rollback_to']);

/** A position in one statement as a position in the whole text; both count characters from 1. */
function shifted(error: StatementError, text: string, start: number): StatementError {
  if (error.position === undefined || start === 0) return error;
  return { ...error, position: error.position + [...text.slice(0, start)].length };
}
