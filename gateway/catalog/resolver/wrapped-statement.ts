// The text that makes the server analyze a statement and execute nothing: a function with the statement as its body.
import {
  leftOut,
  parseStatements,
  type Replacements,
  type Statement,
  SyntaxRefusal,
  sameTree,
} from '../../sql/index.ts';
import type { ParameterPlace } from './parameter-places.ts';
import type { QueryStatement } from './query-statement.ts';
import { type Unresolvable, unresolvable } from './resolution.ts';
import type { NamedType } from './type-names.ts';
import { isVoidArgument, voidPieces } from './void-arguments.ts';

/** FUNC_MAX_ARGS of every build that isn't somebody's own. */
const MOST_ARGUMENTS = 100;
const anyType: NamedType = { oid: 23, sql: '"pg_catalog"."int4"', pseudo: false };

/** Nothing else is ever created in the schema for temporary objects of a resolver connection. */
export const functionName = 'resolved_statement';

export type WrappedStatement = Readonly<{
  kind: 'wrapped';
  text: string;
  /** What the server must say of the function that it created. */
  argumentTypes: readonly number[];
}>;

type Replacement = Readonly<{ begin: number; end: number; sql: string }>;

/**
 * Wraps a statement, parses what came out, and answers it only when it is one CREATE FUNCTION whose body is the one
 * statement. `types` are those of the parameters in order; the name is a plain one, in lower case.
 *
 * Parameters past the hundredth, and those of types that no function takes, are typed NULLs in there: nothing about
 * the names in a statement depends on the difference, and the numbers of the others stay what they are. Arguments that
 * the server leaves out of a call are left out.
 */
export function wrapStatement(
  query: QueryStatement,
  types: readonly NamedType[],
  name = functionName,
): WrappedStatement | Unresolvable {
  const highest = query.parameters.reduce((most, { number }) => Math.max(most, number), 0);
  if (highest > types.length) return unresolvable('failed', `parameter ${highest} has no type`);
  const count = Math.min(highest, MOST_ARGUMENTS);
  const argumentTypes = types.slice(0, count).map((type) => (type.pseudo ? anyType : type));

  const bytes = Buffer.from(query.text);
  const replacements: Replacement[] = [];
  const expected = new Map<number, unknown>();
  const voids: ParameterPlace[] = [];
  for (const place of query.parameters) {
    const type = types[place.number - 1];
    if (type === undefined) return unresolvable('not_verified', 'a parameter has no number');
    if (place.number <= MOST_ARGUMENTS && !type.pseudo) continue;
    if (!isParameter(bytes, place))
      return unresolvable('not_verified', 'a parameter is not where it should be');
    if (isVoidArgument(place, type)) {
      voids.push(place);
      expected.set(place.byte, leftOut);
      continue;
    }
    const sql = typedNull(type, place.namesColumn);
    replacements.push({ begin: place.byte, end: endOf(place), sql });
    expected.set(place.byte, expressionTree(sql));
  }
  for (const piece of voidPieces(query.text, voids)) replacements.push({ ...piece, sql: '' });

  const list = argumentTypes.map(({ sql }) => sql).join(', ');
  const head = `CREATE FUNCTION pg_temp.${name}(${list}) RETURNS pg_catalog.void LANGUAGE sql BEGIN ATOMIC`;
  const text = `${head}\n${bodyText(query, bytes, replacements)}\n;\nEND`;
  if (!isVerified(text, `${head} END`, query, argumentTypes.length, expected))
    return unresolvable('not_verified', 'the wrapped text is not the statement in a function');
  return { kind: 'wrapped', text, argumentTypes: argumentTypes.map(({ oid }) => oid) };
}

/** A cast names the output column after its type; a parameter gives it no name. */
function typedNull({ sql }: NamedType, namesColumn: boolean): string {
  const value = `CAST(NULL AS ${sql})`;
  return namesColumn ? `(SELECT ${value} AS "?column?")` : `(${value})`;
}

const endOf = ({ number, byte }: ParameterPlace): number => byte + 1 + String(number).length;

function isParameter(bytes: Buffer, place: ParameterPlace): boolean {
  return bytes.toString('latin1', place.byte, endOf(place)) === `$${place.number}`;
}

function bodyText({ bytes: { begin, end } }: QueryStatement, bytes: Buffer, all: Replacement[]): string {
  let text = '';
  let from = begin;
  for (const replacement of all.toSorted((one, other) => one.begin - other.begin)) {
    text += bytes.toString('utf8', from, replacement.begin) + replacement.sql;
    from = replacement.end;
  }
  return text + bytes.toString('utf8', from, end);
}

function isVerified(
  text: string,
  empty: string,
  query: QueryStatement,
  argumentCount: number,
  inPlace: Replacements,
): boolean {
  const expected = parseWrapped(empty);
  const actual = parseWrapped(text);
  if (expected === undefined || actual === undefined) return false;
  const { sql_body: body, ...rest } = actual;
  const { sql_body: _empty, ...expectedRest } = expected;
  if (!sameTree(expectedRest, rest)) return false;
  if (listLength(rest.parameters) !== argumentCount) return false;
  return sameTree({ List: { items: [{ List: { items: [query.tree] } }] } }, body, inPlace);
}

function listLength(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function parseWrapped(text: string): Readonly<Record<string, unknown>> | undefined {
  const statement = onlyStatement(text);
  return statement?.type === 'CreateFunctionStmt' ? { ...statement.node } : undefined;
}

/** The tree of an expression of ours, to be found again in the place of the parameter. */
function expressionTree(sql: string): unknown {
  const statement = onlyStatement(`SELECT ${sql}`);
  if (statement?.type !== 'SelectStmt') return undefined;
  const target = statement.node.targetList?.[0];
  return target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
}

function onlyStatement(text: string): Statement | undefined {
  try {
    // The statement itself was within its limit: what is around it is ours.
    const statements = parseStatements(text, { maxBytes: Number.POSITIVE_INFINITY });
    return statements.length === 1 ? statements[0] : undefined;
  } catch (error) {
    if (error instanceof SyntaxRefusal) return undefined;
    throw error;
  }
}
