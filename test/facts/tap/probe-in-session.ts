// The analyzed tree of a query, asked for in the session that is about to send it: its temporary tables are there.
import { readQuery } from '../../../gateway/catalog/resolver/query-statement.ts';
import { type Resolution, unresolvable } from '../../../gateway/catalog/resolver/resolution.ts';
import {
  isServerError,
  resolverProblem,
  statementError,
} from '../../../gateway/catalog/resolver/server-error.ts';
import type { Step } from '../../../gateway/catalog/resolver/step-sequence.ts';
import { namedTypes, typeNamesStep } from '../../../gateway/catalog/resolver/type-names.ts';
import { functionName, wrapStatement } from '../../../gateway/catalog/resolver/wrapped-statement.ts';
import type { SessionQuestions } from './session-questions.ts';

const MOST_BYTES = 1 << 26;
const savepoint = 'portcullis_probe';

/** Never throws for what the server says; leaves nothing behind in the session. */
export async function probeInSession(
  session: SessionQuestions,
  text: string,
  declared: readonly number[],
): Promise<Resolution> {
  const query = readQuery(text, MOST_BYTES);
  if (query.kind !== 'query') return query;
  if (session.status === 'failed') return unresolvable('failed', 'the transaction has failed');
  const [begin, end] = frameOf(session);
  await session.run(begin);
  try {
    const highest = query.parameters.reduce((most, { number }) => Math.max(most, number), 0);
    const types = Array.from({ length: Math.max(highest, declared.length) }, (_, at) => declared[at] ?? 0);
    await session.run(settings);
    const all = types.includes(0) ? await session.describe(text, types) : types;
    const [rows = []] = all.length === 0 ? [] : await session.run([typeNamesStep(all)]);
    const named = namedTypes(all, rows);
    if (named === undefined) return unresolvable('failed', 'a type of a parameter is not there');
    const wrapped = wrapStatement(query, named);
    if (wrapped.kind !== 'wrapped') return wrapped;
    const [, bodies = []] = await session.run([{ text: wrapped.text }, bodyStep]);
    const [[body, version] = []] = bodies;
    if (typeof body !== 'string') return unresolvable('failed', 'the server created another function');
    return { kind: 'tree', nodeText: body, parameterTypes: all, serverVersion: Number(version) };
  } catch (error) {
    if (!isServerError(error)) throw error;
    return resolverProblem(error) ?? statementError(error);
  } finally {
    await session.run(end);
  }
}

function frameOf({ status }: SessionQuestions): readonly [begin: readonly Step[], end: readonly Step[]] {
  if (status === 'idle') return [[{ text: 'BEGIN READ WRITE' }], [{ text: 'ROLLBACK' }]];
  return [
    [{ text: `SAVEPOINT ${savepoint}` }],
    [{ text: `ROLLBACK TO SAVEPOINT ${savepoint}` }, { text: `RELEASE SAVEPOINT ${savepoint}` }],
  ];
}

const settings: readonly Step[] = [
  { text: 'SET LOCAL check_function_bodies = off' },
  { text: 'SET LOCAL client_min_messages = error' },
  { text: 'SET LOCAL standard_conforming_strings = on' },
];

const bodyStep: Step = {
  text: `SELECT prosqlbody, pg_catalog.current_setting('server_version_num') FROM pg_catalog.pg_proc
    WHERE proname OPERATOR(pg_catalog.=) $1::pg_catalog.name
      AND pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()`,
  values: [functionName],
};
