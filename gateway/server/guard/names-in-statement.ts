// What the names in a statement's text stand for in its session: prepared statements and cursors.
import type { FactsOfSession, NamedStatement, StatementError } from '../../catalog/index.ts';
import type { PreparedStatement, Statement } from '../../session/index.ts';
import {
  innerStatements,
  type SessionEffect,
  type StatementNode,
  SyntaxRefusal,
  sessionEffects,
} from '../../sql/index.ts';

type Kind = 'prepared' | 'cursor';

/** The server's own error where it has nothing of a name. */
export async function namesIn(
  statement: Statement,
): Promise<Readonly<{ find: FactsOfSession['named'] }> | StatementError> {
  const parsed = statement.parsed();
  const known = new Map<string, NamedStatement>();
  const statements = parsed === undefined || parsed instanceof SyntaxRefusal ? [] : parsed;
  for (const [index, each] of statements.entries()) {
    for (const effect of effectsWithin(each, each.source)) {
      if (!looksUp(effect)) continue;
      const found = await lookUp(statement, effect.effect, effect.name, index);
      if (found !== undefined) known.set(keyOf(effect.effect, effect.name, index), found);
      else if (index === 0 && (await isMissing(statement, effect.effect, effect.name)))
        return missing(effect.effect, effect.name);
    }
  }
  return { find: (of, name, index) => known.get(keyOf(of, name, index)) };
}

/** EXPLAIN EXECUTE finds what it explains by a name too. */
const effectsWithin = (statement: StatementNode, source: string): readonly SessionEffect[] => [
  ...sessionEffects(statement),
  ...innerStatements(statement, source).flatMap((inner) =>
    effectsWithin(inner.statement, inner.source ?? ''),
  ),
];

const uses: ReadonlySet<string> = new Set(['execute', 'fetch', 'move']);

const looksUp = (effect: SessionEffect): effect is SessionEffect & { effect: Kind; name: string } =>
  (effect.effect === 'prepared' || effect.effect === 'cursor') && uses.has(effect.action);

const keyOf = (of: string, name: string, index: number): string => `${of} ${index} ${name}`;

const MAY_HAVE_PARAMETERS = /\$\d/;

async function lookUp(
  statement: Statement,
  of: Kind,
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
     WHERE name OPERATOR(pg_catalog.=) ${quoted(name)}`,
  );
  const types = row?.[0];
  return typeof types === 'string' ? JSON.parse(types).map(Number) : undefined;
}

const quoted = (name: string): string => `'${name.replaceAll("'", "''")}'`;

const tables = { prepared: 'pg_prepared_statements', cursor: 'pg_cursors' } as const;

/** The views show neither what has no name nor by what a longer name was cut to. */
async function isMissing(statement: Statement, of: Kind, name: string): Promise<boolean> {
  if (name === '' || Buffer.byteLength(name) > LONGEST_NAME_BYTES) return false;
  const [row] = await statement.ask(
    `SELECT pg_catalog.count(*) FROM pg_catalog.${tables[of]}
     WHERE name OPERATOR(pg_catalog.=) ${quoted(name)}`,
  );
  return row?.[0] === '0';
}

const LONGEST_NAME_BYTES = 63;

const missing = (of: Kind, name: string): StatementError => ({
  kind: 'error',
  sqlstate: of === 'cursor' ? '34000' : '26000',
  message:
    of === 'cursor' ? `cursor "${name}" does not exist` : `prepared statement "${name}" does not exist`,
  position: undefined,
  detail: undefined,
  hint: undefined,
  context: undefined,
});
