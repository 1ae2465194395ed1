// Asks for the facts of one statement as its session finds them: its search path, what names stand for, what it alone sees.
import type {
  AnalysisContext,
  DatabaseFacts,
  FactsAnswer,
  FactsOfSession,
  FactsQuestion,
  NamedStatement,
} from '../catalog/index.ts';
import type { PreparedStatement, Statement } from '../session/index.ts';
import { type StatementFacts, type StatementType, SyntaxRefusal, sessionEffects } from '../sql/index.ts';

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

/** What a name stands for is known to the session alone, so that such facts are nobody else's. */
function withNames(
  answer: FactsAnswer,
  question: FactsQuestion,
  statement: Statement,
  facts: DatabaseFacts,
): Later<FactsAnswer> {
  if (answer.kind !== 'facts' || !answer.statements.some(lacksName)) return answer;
  return namesIn(statement).then((named) => facts.ofSession(question, { named }));
}

const lacksName = ({ opaque }: StatementFacts): boolean => opaque.some(({ reason }) => reason === 'name');

/** Temporary objects and uncommitted changes are seen on the session's own connection only. */
async function factsInSession(
  question: FactsQuestion,
  statement: Statement,
  facts: DatabaseFacts,
): Promise<FactsAnswer> {
  const named = await namesIn(statement);
  return await statement.session.lend((questions) => facts.ofSession(question, { questions, named }));
}

/** What the names in a text stand for, asked before the connection is lent. */
async function namesIn(statement: Statement): Promise<FactsOfSession['named']> {
  const parsed = statement.parsed();
  const known = new Map<string, NamedStatement>();
  const statements = parsed === undefined || parsed instanceof SyntaxRefusal ? [] : parsed;
  for (const [index, each] of statements.entries()) {
    for (const effect of sessionEffects(each)) {
      if ((effect.effect !== 'prepared' && effect.effect !== 'cursor') || !('name' in effect)) continue;
      const found = await lookUp(statement, effect.effect, effect.name, index);
      if (found !== undefined) known.set(keyOf(effect.effect, effect.name, index), found);
    }
  }
  return (of, name, index) => known.get(keyOf(of, name, index));
}

const keyOf = (of: string, name: string, index: number): string => `${of} ${index} ${name}`;

const MAY_HAVE_PARAMETERS = /\$\d/;

async function lookUp(
  statement: Statement,
  of: 'prepared' | 'cursor',
  name: string,
  index: number,
): Promise<NamedStatement | undefined> {
  const { session } = statement;
  if (of === 'cursor') {
    const declared = (await session.cursor(name, index))?.statement;
    if (declared === undefined) return undefined;
    const { text, parameterTypes } = declared;
    // With parameters of types that nobody here knows it could call other functions than it seems to.
    if (parameterTypes === undefined && MAY_HAVE_PARAMETERS.test(text)) return undefined;
    return { text, parameterTypes: parameterTypes ?? [] };
  }
  const prepared = await session.prepared(name, index);
  const parameterTypes = prepared && (await typesOf(prepared, statement));
  return prepared && parameterTypes && { text: prepared.text, parameterTypes };
}

/** Those that SQL's PREPARE declares or infers are the server's to say; undefined when it does not have the statement. */
async function typesOf(
  { name, parameterTypes }: PreparedStatement,
  statement: Statement,
): Promise<readonly number[] | undefined> {
  if (parameterTypes !== undefined) return parameterTypes;
  const [row] = await statement.ask(
    `SELECT pg_catalog.array_to_json(parameter_types::pg_catalog.oid[]) FROM pg_catalog.pg_prepared_statements
     WHERE name OPERATOR(pg_catalog.=) '${name.replaceAll("'", "''")}'`,
  );
  const types = row?.[0];
  return typeof types === 'string' ? JSON.parse(types).map(Number) : undefined;
}
