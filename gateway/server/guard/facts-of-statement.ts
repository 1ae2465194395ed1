// Asks for the facts of one statement as its session finds them: its search path, what names stand for, what it alone sees.
import type {
  AnalysisContext,
  DatabaseFacts,
  FactsAnswer,
  FactsOfSession,
  FactsQuestion,
} from '../../catalog/index.ts';
import type { Statement } from '../../session/index.ts';
import {
  type OpaqueReason,
  type StatementFacts,
  type StatementType,
  SyntaxRefusal,
} from '../../sql/index.ts';
import { namesIn } from './names-in-statement.ts';

export type Later<T> = T | Promise<T>;

/** At once when they are known already. `text` is the statement's. */
export function factsOf(statement: Statement, text: string, facts: DatabaseFacts): Later<FactsAnswer> {
  if (MAY_NAME_NOTHING.test(text) && namesNothing(statement)) {
    return facts.of({ text, parameterTypes: [], analysis: noNames });
  }
  // The server answers no question there; what was sent before may end the transaction yet.
  if (statement.transaction === 'failed') {
    return statement
      .answered()
      .then(() =>
        statement.transaction === 'failed' ? inFailedTransaction : factsOf(statement, text, facts),
      );
  }
  const looked = facts.looked();
  return looked === undefined
    ? factsByCatalog(statement, text, facts)
    : looked.then(() => factsByCatalog(statement, text, facts));
}

function factsByCatalog(statement: Statement, text: string, facts: DatabaseFacts): Later<FactsAnswer> {
  const analysis = statement.session.context(facts.catalogVersion);
  return analysis instanceof Promise
    ? analysis.then((known) => factsIn(known, statement, text, facts))
    : factsIn(analysis, statement, text, facts);
}

/** Statements that mean the same whatever the session is. To ask it could change it: SET TRANSACTION must come first. */
const nameless: ReadonlySet<StatementType> = new Set<StatementType>([
  'TransactionStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'DiscardStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
  'DeallocateStmt',
  'ClosePortalStmt',
  'CheckPointStmt',
]);
const MAY_NAME_NOTHING =
  /^\s*(?:abort|begin|checkpoint|close|commit|deallocate|discard|end|listen|notify|prepare|release|reset|rollback|savepoint|set|show|start|unlisten|--|\/\*)/i;
const noNames: AnalysisContext = { searchPath: [], settings: {} };

function namesNothing(statement: Statement): boolean {
  const parsed = statement.parsed();
  if (parsed === undefined || parsed instanceof SyntaxRefusal) return false;
  return parsed.every(({ type }) => nameless.has(type));
}

const inFailedTransaction: FactsAnswer = {
  kind: 'unknown',
  reason: {
    reason: 'unresolved',
    because: 'nothing can be asked in a failed transaction; send ROLLBACK on its own first',
  },
};

function factsIn(
  analysis: AnalysisContext,
  statement: Statement,
  text: string,
  facts: DatabaseFacts,
): Later<FactsAnswer> {
  const question = { text, parameterTypes: statement.prepared?.parameterTypes ?? [], analysis };
  if (statement.session.ownObjects === 'maybe') return factsInSession(question, statement, facts);
  const answer = facts.of(question);
  return answer instanceof Promise
    ? answer.then((late) => withNames(late, question, statement, facts))
    : withNames(answer, question, statement, facts);
}

/** What only the session knows makes facts that are nobody else's: what a name stands for, what its transaction changed. */
function withNames(
  answer: FactsAnswer,
  question: FactsQuestion,
  statement: Statement,
  facts: DatabaseFacts,
): Later<FactsAnswer> {
  if (answer.kind !== 'facts' || !dependOnSession(answer.statements)) return answer;
  return ofSession(statement, (session) => facts.ofSession(question, session));
}

/** Temporary objects and uncommitted changes are seen on the session's own connection only. */
const factsInSession = (
  question: FactsQuestion,
  statement: Statement,
  facts: DatabaseFacts,
): Promise<FactsAnswer> =>
  ofSession(statement, (session) =>
    statement.session.lend((questions) => facts.ofSession(question, { ...session, questions })),
  );

/** Asks the session before its connection is lent. */
async function ofSession(
  statement: Statement,
  facts: (session: FactsOfSession) => Promise<FactsAnswer>,
): Promise<FactsAnswer> {
  const named = await namesIn(statement);
  if ('kind' in named) return named;
  const parsed = statement.parsed();
  const ends = Array.isArray(parsed) && parsed.some((each, at) => at > 0 && each.type === 'TransactionStmt');
  if (ends) await statement.answered();
  return await facts({ named: named.find, endsQuietly: ends && statement.session.endsQuietly });
}

function dependOnSession(statements: readonly StatementFacts[]): boolean {
  const lack = (reason: OpaqueReason['reason']): boolean =>
    statements.some(({ opaque }) => opaque.some((each) => each.reason === reason));
  return lack('name') || (statements.slice(0, -1).some(endsTransaction) && lack('unresolved'));
}

const endsTransaction = ({ session }: StatementFacts): boolean =>
  session.some(({ effect }) => effect === 'transaction');
