// Finds out the facts of every statement before the server sees it. Nothing decides on them yet: all is allowed.
import type {
  AnalysisContext,
  DatabaseFacts,
  FactsAnswer,
  FactsOfSession,
  FactsQuestion,
  NamedStatement,
} from '../catalog/index.ts';
import type { Log } from '../lib/index.ts';
import { allow, deny, type Effect, type Guard, ServerWords, type Statement } from '../session/index.ts';
import { type StatementFacts, SyntaxRefusal, sessionEffects } from '../sql/index.ts';
import { openGuard } from './open-guard.ts';

export function factsGuard(facts: DatabaseFacts, log: Log): Guard {
  return {
    pinned: openGuard.pinned,
    decide: (statement) => {
      // Without SQL there are no facts; in a failed transaction nothing runs but its end.
      if (statement.text === undefined || runsNothing(statement)) return openGuard.decide(statement);
      const answer = answerFor(statement, statement.text, facts);
      return answer instanceof Promise
        ? answer.then((late) => effectOf(late, statement))
        : effectOf(answer, statement);
    },
    onSchemaChange: () => {
      facts.schemaChanged().catch((error: unknown) => log.warn({ err: error }, 'catalog not refreshed'));
    },
  };
}

function runsNothing(statement: Statement): boolean {
  if (statement.transaction !== 'failed') return false;
  const parsed = statement.parsed();
  return Array.isArray(parsed) && parsed.length === 1;
}

type Later<T> = T | Promise<T>;

function answerFor(statement: Statement, text: string, facts: DatabaseFacts): Later<FactsAnswer> {
  const analysis = statement.session.context(facts.catalogVersion);
  return analysis instanceof Promise
    ? analysis.then((known) => answerIn(known, statement, text, facts))
    : answerIn(analysis, statement, text, facts);
}

function answerIn(
  analysis: AnalysisContext,
  statement: Statement,
  text: string,
  facts: DatabaseFacts,
): Later<FactsAnswer> {
  const question = { text, parameterTypes: statement.prepared?.parameterTypes ?? [], analysis };
  if (statement.session.ownObjects === 'maybe') return inSession(question, statement, facts);
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
async function inSession(
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

async function lookUp(
  { session }: Statement,
  of: 'prepared' | 'cursor',
  name: string,
  index: number,
): Promise<NamedStatement | undefined> {
  const prepared =
    of === 'prepared' ? await session.prepared(name, index) : (await session.cursor(name, index))?.statement;
  if (prepared === undefined) return undefined;
  return { text: prepared.text, parameterTypes: prepared.parameterTypes ?? [] };
}

function effectOf(answer: FactsAnswer, statement: Statement): Effect {
  if (answer.kind === 'error') return deny(new ServerWords(answer));
  if (answer.kind === 'unknown') statement.mayChange('settings', 'catalog', 'names');
  else for (const facts of answer.statements) hint(facts, statement);
  return allow;
}

/** What its functions may change of the session beside what its syntax tells. */
function hint({ opaque, functions }: StatementFacts, statement: Statement): void {
  if (opaque.length > 0) statement.mayChange('settings', 'catalog', 'names');
  else if (functions.some((called) => called.class === 'set_session')) statement.mayChange('settings');
}
