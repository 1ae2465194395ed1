// A probe on the client's own connection: in a savepoint of its transaction, or in a transaction between two of them.
import { randomBytes } from 'node:crypto';
import { quoteIdentifier } from './identifier.ts';
import type { ProbePlace } from './probe-place.ts';
import { type Unresolvable, unresolvable } from './resolution.ts';
import { isServerError, notWrappable, resolverProblem, type ServerError } from './server-error.ts';
import type { SessionQuestions } from './session-questions.ts';
import type { Step, StepRows } from './step-sequence.ts';

/** How often the rolling back is tried: a cancel that was meant for what came before may hit it. */
const ATTEMPTS = 3;

type Frame = Readonly<{ opening: readonly Step[]; ending: readonly Step[] }>;

/** Unresolvable when there is no place for it in the session. */
export function sessionPlace(questions: SessionQuestions, milliseconds: number): ProbePlace | Unresolvable {
  // Nobody can have a savepoint or a function of that name, or write a statement that names it.
  const name = `portcullis_${randomBytes(12).toString('hex')}`;
  const frame = frameOf(questions, name);
  if ('kind' in frame) return frame;
  let serverVersion = 0;
  return {
    connection: questions,
    functionName: name,
    get serverVersion() {
      return serverVersion;
    },
    async begin() {
      const opening = [...frame.opening, ...settings(milliseconds)];
      const steps = [...opening, ...shown.map((setting) => ({ text: `SHOW ${setting}` }))];
      const rows = await runOrStandby(questions, steps);
      if (rows === undefined) return unresolvable('read_only', 'the server is a standby');
      const values = rows.slice(opening.length).map(([row]: StepRows) => row?.[0]);
      serverVersion = Number(values[0]);
      return problemOfSettings(values);
    },
    ending: frame.ending,
    rollBack: () => rollBack(questions, frame.ending),
    problemOf,
    notWrappable: (error) =>
      error.code === '42501'
        ? unresolvable('permission', "the session's role may not create a temporary function")
        : notWrappable(error),
  };
}

/** Undefined on a standby, which refuses transactions that may write as something it doesn't have. */
async function runOrStandby(
  questions: SessionQuestions,
  steps: readonly Step[],
): Promise<readonly StepRows[] | undefined> {
  try {
    return await questions.run(steps);
  } catch (error) {
    if (isServerError(error) && error.code === '0A000') return undefined;
    throw error;
  }
}

/** Under it, what the session put before the server's own functions and operators isn't called. */
export const emptySearchPath: Step = { text: "SET LOCAL search_path = ''" };

/** One segment of questions that is rolled back: no setting is another one when the server comes to report them. */
export async function askInSession(
  questions: SessionQuestions,
  milliseconds: number,
  steps: readonly Step[],
): Promise<readonly StepRows[] | Unresolvable> {
  const frame = frameOf(questions, `portcullis_${randomBytes(12).toString('hex')}`);
  if ('kind' in frame) return frame;
  const opening = [
    ...(questions.transaction === 'idle' ? [{ text: 'BEGIN READ ONLY' }] : frame.opening),
    ...settings(milliseconds),
    { text: 'SET LOCAL jit = off' },
  ];
  try {
    const rows = await questions.run([...opening, ...steps, ...frame.ending]);
    return rows.slice(opening.length, opening.length + steps.length);
  } catch (error) {
    if (!isServerError(error)) throw error;
    await rollBack(questions, frame.ending);
    return problemOf(error) ?? unresolvable('failed', 'the server does not answer in the session');
  }
}

function frameOf({ transaction }: SessionQuestions, name: string): Frame | Unresolvable {
  switch (transaction) {
    case 'idle':
      return {
        opening: [{ text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE' }],
        ending: [{ text: 'ROLLBACK' }],
      };
    case 'open': {
      const savepoint = quoteIdentifier(name);
      return {
        opening: [{ text: `SAVEPOINT ${savepoint}` }],
        ending: [{ text: `ROLLBACK TO SAVEPOINT ${savepoint}` }, { text: `RELEASE SAVEPOINT ${savepoint}` }],
      };
    }
    case 'failed':
      return unresolvable('transaction', 'the transaction has failed, and the server analyzes nothing in it');
    case 'implicit':
      return unresolvable(
        'transaction',
        'the statement stands in a pipeline, where nothing can be rolled back',
      );
    default:
      return transaction satisfies never;
  }
}

/**
 * Rolled back with the rest, and none that the server reports. A SET takes no snapshot, as a function would: in a
 * deferrable transaction that waits for others.
 */
function settings(milliseconds: number): readonly Step[] {
  const limit = Math.max(1, Math.floor(milliseconds));
  return [
    { text: `SET LOCAL statement_timeout = ${limit}` },
    { text: `SET LOCAL lock_timeout = ${limit}` },
    // The validator would rewrite the body a second time, and refuse some bodies for being a function's.
    { text: 'SET LOCAL check_function_bodies = off' },
    { text: 'SET LOCAL client_min_messages = error' },
  ];
}

const shown = [
  'server_version_num',
  'transaction_read_only',
  'standard_conforming_strings',
  'client_encoding',
] as const;

function problemOfSettings(values: readonly (string | null | undefined)[]): Unresolvable | undefined {
  const [, readOnly, conforming, encoding] = values;
  if (readOnly !== 'off') return unresolvable('read_only', 'the transaction of the session is read-only');
  // The wrapped text is verified under this lexer.
  if (conforming !== 'on') return unresolvable('setting', 'standard_conforming_strings must be on');
  if (encoding !== 'UTF8') return unresolvable('setting', 'client_encoding must be UTF8');
  return undefined;
}

async function rollBack(questions: SessionQuestions, ending: readonly Step[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await questions.run(ending);
      return;
    } catch (error) {
      if (!isServerError(error)) throw error;
      // The savepoint itself was refused: the transaction has failed, and nothing of ours is in it.
      if (error.code === '3B001') return;
      if (error.code !== '57014' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Whoever runs the statement is who asks: what isn't allowed here isn't allowed to the statement. */
function problemOf(error: ServerError): Unresolvable | undefined {
  return error.code === '42501' ? undefined : resolverProblem(error);
}
