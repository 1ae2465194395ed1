// The resolver in the client's own session: it sees what only that session has, and the client sees nothing of it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { QuestionRefused, type SessionQuestions } from '../../gateway/catalog/index.ts';
import { allow, type Statement } from '../../gateway/session/index.ts';
import { frontend as f, summary } from '../support/raw-client.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema: 'CREATE TABLE items (id int)' });
});
beforeEach(() => {
  stage.resetGuard();
  seen.length = 0;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const seen: unknown[] = [];

function lendBefore(use: (questions: SessionQuestions, statement: Statement) => Promise<unknown>): void {
  stage.decide = async (statement) => {
    if (statement.text?.includes('look'))
      seen.push(await statement.session.lend((questions) => use(questions, statement)));
    return allow;
  };
}

/** A savepoint in which something fails, and what comes after. */
async function tryAndRollBack(questions: SessionQuestions): Promise<unknown> {
  const opening = questions.transaction === 'open' ? 'SAVEPOINT probe' : 'BEGIN';
  const ending = questions.transaction === 'open' ? 'ROLLBACK TO probe' : 'ROLLBACK';
  await questions.run([{ text: opening }, { text: 'CREATE TABLE of_the_probe (id int)' }]);
  const types = await questions.describe('SELECT $1::int, $2', [0, 25]);
  const refused = await questions.run([{ text: 'SELECT 1/0' }]).catch((error: unknown) => error);
  await questions.run([{ text: ending }]);
  return [questions.transaction, types, refused instanceof QuestionRefused && refused.code];
}

describe('the session is lent', () => {
  test('between two statements', async () => {
    lendBefore(tryAndRollBack);
    const client = await stage.open();
    expect(summary(await client.query('SELECT 1 AS look'))).toBe('T D C(SELECT 1) Z(I)');
    expect(seen).toEqual([['idle', [23, 25], '22012']]);
    expect(await client.rows("SELECT to_regclass('of_the_probe')")).toEqual([[null]]);
  });

  test('within a transaction, once everything before is answered', async () => {
    lendBefore(tryAndRollBack);
    const client = await stage.open();
    await client.query('BEGIN');
    client.send(f.query('INSERT INTO items VALUES (1)'), f.query('SELECT 1 AS look'), f.query('COMMIT'));
    expect(summary(await client.until('Z'))).toBe('C(INSERT 0 1) Z(T)');
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(T)');
    expect(summary(await client.until('Z'))).toBe('C(COMMIT) Z(I)');
    expect(seen).toEqual([['open', [23, 25], '22012']]);
    expect(await client.rows('SELECT count(*) FROM items')).toEqual([['1']]);
  });

  test('behind a Parse of the same segment, which stays what it is', async () => {
    lendBefore(tryAndRollBack);
    const client = await stage.open();
    client.send(
      f.parse('SELECT 7', 's'),
      f.parse('SELECT 1 AS look'),
      f.bind({ statement: 's' }),
      f.execute(),
    );
    client.send(f.sync());
    expect(summary(await client.until('Z'))).toBe('1 1 2 D C(SELECT 1) Z(I)');
    expect(seen).toEqual([['idle', [23, 25], '22012']]);
  });

  test('but has no place in a segment that has run something, or in a failed transaction', async () => {
    lendBefore(async ({ transaction }) => transaction);
    const client = await stage.open();
    client.send(f.extended('SELECT 1'), f.parse('SELECT 2 AS look'), f.sync());
    await client.until('Z');
    client.send(f.extended('BEGIN'), f.parse('SELECT 2 AS look'), f.sync(), f.query('SELECT 1/0'));
    await client.until('Z');
    await client.until('Z');
    await client.query('SELECT 3 AS look');
    expect(seen).toEqual(['implicit', 'implicit', 'failed']);
  });
});

test('nothing of the client’s is sent meanwhile, even when it cancels', async () => {
  let cancelled: Promise<void> | undefined;
  lendBefore(async (questions, statement) => {
    await questions.run([{ text: 'BEGIN' }]);
    cancelled = client.cancel();
    await new Promise((resolve) => statement.signal.addEventListener('abort', resolve, { once: true }));
    await questions.run([{ text: 'ROLLBACK' }]);
  });
  const client = await stage.open();
  client.send(f.query('SELECT 1 AS look'), f.query('SELECT 2'));
  expect(summary(await client.until('Z'))).toBe('E(57014) Z(I)');
  expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  await cancelled;
});

test('when the session ends, whoever borrowed it is told', async () => {
  const outcome = Promise.withResolvers<unknown>();
  lendBefore(async (questions) => {
    await questions.run([{ text: 'BEGIN' }]);
    questions
      .run([{ text: 'SELECT pg_terminate_backend(pg_backend_pid())' }])
      .then(outcome.resolve, outcome.reject);
    await outcome.promise;
  });
  const client = await stage.open();
  client.send(f.query('SELECT 1 AS look'));
  await client.untilEnd();
  await expect(outcome.promise).rejects.toThrow();
});
