// One statement with everything in it that the server has to resolve: inner queries, expressions, what a name stands for.
import {
  type CatalogView,
  expressionType,
  innerStatements,
  NodeTextError,
  type OpaqueReason,
  parseStatements,
  preparedTypes,
  type Query,
  queryTypes,
  type Reading,
  type ResolvedStatement,
  readFunctionBody,
  type StatementNode,
  utilityFacts,
} from '../../sql/index.ts';
import { parameterPlaces } from '../resolver/parameter-places.ts';
import type { Resolution, StatementError, UnresolvableReason } from '../resolver/resolution.ts';

/** What a name stands for in the session. */
export type NamedStatement = Readonly<{ text: string; parameterTypes: readonly number[] }>;

/** What the session's prepared statements and cursors stand for; undefined when that was not seen. */
export type FindNamed = (
  of: 'prepared' | 'cursor',
  name: string,
) => NamedStatement | undefined | Promise<NamedStatement | undefined>;

export type Surroundings = Readonly<{
  catalog: CatalogView;
  /** The effective path, `current_schemas(true)`. */
  searchPath: readonly string[];
  resolve: (text: string, parameterTypes: readonly number[]) => Promise<Resolution>;
  named: FindNamed;
  statementBytes: number;
}>;

/** The server refuses the statement: its own words for the client. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  readonly error: StatementError;

  constructor(error: StatementError) {
    super(error.message);
    this.error = error;
  }
}

/** An EXECUTE of an EXECUTE is refused by the server; deeper names are not followed. */
const NAMES_DEEP = 3;

/** Throws a {@link StatementFailed} for the statement's own error; whatever else goes wrong is said in the result. */
export async function resolveStatement(
  statement: StatementNode,
  source: string,
  parameterTypes: readonly number[],
  around: Surroundings,
  depth = 0,
): Promise<ResolvedStatement> {
  const inside = innerStatements(statement, source);
  const plain = { statement, source, ...notAnalyzed, unresolved: undefined, utility: undefined };
  if (queryTypes.has(statement.type) && inside.length === 0) {
    const query = await analyze(source, parameterTypes, around);
    return { ...plain, ...query, expressions: [], inner: [], named: undefined };
  }
  const utility = utilityFacts(statement, source, around.catalog, around.searchPath);
  const expressions: ResolvedStatement['expressions'][number][] = [];
  for (const { source: text, used, becomes, inTree = false } of utility.expressions) {
    // It may name a column that the same statement adds.
    const because = 'an expression in it can not be resolved alone';
    const part = await resolvePart(text, [], because, around, depth);
    expressions.push({ used, becomes, inTree, resolved: part });
  }
  const declared =
    statement.type === 'PrepareStmt'
      ? await declaredTypes(statement, source, around)
      : // The server reads what is inside with the parameters of the whole.
        parameterTypes;
  const inner: ResolvedStatement['inner'][number][] = [];
  for (const { role, statement: part, source: text } of inside) {
    // What CREATE SCHEMA holds is read with it.
    if (role === 'schema_element') continue;
    const alone = { reason: 'unresolved', because: `${partNames[role]} can not be resolved alone` } as const;
    // $1 is the function's own parameter.
    const hasOwn = role === 'body' && parameterPlaces(part.node).length > 0;
    const resolved =
      text === undefined || declared === undefined || hasOwn
        ? opaqueStatement(part, alone)
        : await resolveStatement(part, text, declared, around, depth).catch((error: unknown) => {
            // It may name the parameters of the function.
            if (role === 'body' && error instanceof StatementFailed) return opaqueStatement(part, alone);
            throw error;
          });
    inner.push({ role, resolved });
  }
  const { standsFor } = utility;
  if (standsFor === undefined) return { ...plain, utility, expressions, inner, named: undefined };
  const known = depth < NAMES_DEEP ? await around.named(standsFor.of, standsFor.name) : undefined;
  const unresolved: OpaqueReason | undefined =
    known === undefined
      ? {
          reason: 'name',
          because: `it is not known what the ${thing[standsFor.of]} ${standsFor.name} stands for`,
        }
      : undefined;
  if (known === undefined) return { ...plain, utility, unresolved, expressions, inner, named: undefined };
  // A cursor goes on when its table is gone.
  const because = `what the ${thing[standsFor.of]} ${standsFor.name} stands for can not be resolved any more`;
  const named = await resolvePart(known.text, known.parameterTypes, because, around, depth + 1);
  return { ...plain, utility, unresolved, expressions, inner, named };
}

const thing = { prepared: 'prepared statement', cursor: 'cursor' } as const;
const partNames = {
  explained: 'the statement that it explains',
  copied: 'the query that it copies',
  cursor: 'the query of the cursor',
  prepared: 'the statement that it prepares',
  table_source: 'the query that fills the table',
  view: 'the query of the view',
  materialized_view: 'the query of the materialized view',
  body: 'the body of the function',
  arguments: 'the arguments',
  rule_action: 'the action of the rule',
  schema_element: 'an object of the schema',
} as const;

/** The server may take the statement around it all the same: its error here is not the statement's own. */
async function resolvePart(
  text: string,
  parameterTypes: readonly number[],
  because: string,
  around: Surroundings,
  depth: number,
): Promise<ResolvedStatement> {
  const [part] = parseStatements(text, { maxBytes: around.statementBytes });
  if (part === undefined) throw new Error('a text without a statement was to be resolved');
  try {
    return await resolveStatement(part, text, parameterTypes, around, depth);
  } catch (error) {
    if (!(error instanceof StatementFailed)) throw error;
    return opaqueStatement(part, { reason: 'unresolved', because });
  }
}

/** PREPARE writes them as names; undefined when they can't be told. */
async function declaredTypes(
  { node }: Extract<StatementNode, { type: 'PrepareStmt' }>,
  source: string,
  around: Surroundings,
): Promise<readonly number[] | undefined> {
  const types = preparedTypes(node, source);
  if (types === undefined) return [];
  if (types.source === undefined) return undefined;
  const { query } = await analyze(types.source, [], around).catch((error: unknown) => {
    // The place in the SELECT of them isn't that in the statement.
    if (!(error instanceof StatementFailed)) throw error;
    throw new StatementFailed({ ...error.error, position: undefined });
  });
  const tests = query?.known ? (query.tree[0]?.targetList ?? []) : undefined;
  const found = tests?.flatMap(({ expr }) => (expr.tag === 'NULLTEST' ? [expressionType(expr.arg)] : []));
  return found?.length === tests?.length ? found : undefined;
}

type Analyzed = Pick<ResolvedStatement, 'query' | 'unresolved' | 'parameterTypes'>;

type ResolvedTree = Extract<Resolution, { kind: 'tree' }>;

const notAnalyzed = { query: undefined, parameterTypes: [] } as const;

async function analyze(
  source: string,
  parameterTypes: readonly number[],
  around: Surroundings,
): Promise<Analyzed> {
  const resolution = await around.resolve(source, parameterTypes);
  switch (resolution.kind) {
    case 'error':
      throw new StatementFailed(resolution);
    case 'unresolvable':
      return { ...notAnalyzed, unresolved: unresolved(resolution.reason) };
    case 'tree':
      return readTree(resolution);
    default:
      return resolution satisfies never;
  }
}

function readTree({ nodeText, parameterTypes, serverVersion }: ResolvedTree): Analyzed {
  let query: Reading<readonly Query[]>;
  try {
    query = readFunctionBody(nodeText, Math.floor(serverVersion / 10_000));
  } catch (error) {
    if (!(error instanceof NodeTextError)) throw error;
    return {
      ...notAnalyzed,
      unresolved: { reason: 'unknown_node', because: "the server's tree can not be read" },
    };
  }
  return { query, parameterTypes, unresolved: undefined };
}

const opaqueStatement = (statement: StatementNode, reason: OpaqueReason): ResolvedStatement => ({
  statement,
  source: '',
  ...notAnalyzed,
  unresolved: reason,
  utility: undefined,
  expressions: [],
  inner: [],
  named: undefined,
});

const sentences: Readonly<Record<UnresolvableReason, string>> = {
  unreadable: 'the statement is too long or too deep to be read',
  not_one_statement: 'an earlier statement of the same text may change what its names mean',
  not_a_query: 'the server analyzes it only when it is executed',
  not_verified: 'the text that was to be analyzed could not be verified to be the statement',
  search_path: "the gateway's own role can not have the session's search path",
  setting: 'the session has a setting under which the gateway can not ask what names mean',
  permission: "the gateway's own role may not look at something that it names",
  not_wrappable: 'the server does not analyze it without executing it',
  transaction: 'the transaction can not take the analysis: it has failed, or is an unfinished pipeline',
  read_only: 'the database is read-only, so that statements can not be analyzed there',
  timed_out: 'the server did not analyze it in time',
  unavailable: 'the database could not be asked what its names mean',
  failed: 'analyzing it failed',
};

export function unresolved(reason: UnresolvableReason): OpaqueReason {
  return { reason: reason === 'unreadable' ? 'too_large' : 'unresolved', because: sentences[reason] };
}
