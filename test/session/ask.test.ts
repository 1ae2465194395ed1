// Questions in the client's own session: where they may stand, and that the client notices nothing of them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { allow, deny, type Effect, type Statement } from '../../gateway/session/index.ts';
import { frontend as f, summary } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { play, type Script } from './script.ts';
import { schema, scripts } from './scripts.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const QUESTION = "SELECT current_setting('search_path'), 'an answer that stays in the gateway'";
const answers: unknown[] = [];

/** Asks before each statement with the word, and says what came. */
function askBefore(word: string, question = QUESTION): void {
  answers.length = 0;
  stage.decide = async (statement) => {
    if (!statement.text?.includes(word)) return allow;
    answers.push(await statement.ask(question).catch((thrown: Fault) => thrown.code));
    return allow;
  };
}

const good = [['"$user", public', 'an answer that stays in the gateway']];

describe('a question is answered', () => {
  test.each([
    { name: 'between two segments', steps: [f.query('SELECT 1 AS asked')] },
    { name: 'at the first Parse', steps: [f.parse('SELECT 1 AS asked'), f.bind({}), f.execute(), f.sync()] },
    {
      name: 'in the middle of a segment',
      steps: [
        f.extended("INSERT INTO items VALUES (50, 'x')"),
        f.extended('SELECT 1 AS asked'),
        f.extended('SELECT 1/0'),
        f.sync(),
      ],
    },
    {
      name: 'within a transaction',
      steps: [f.query('BEGIN'), f.query('SELECT 1 AS asked'), f.query('ROLLBACK')],
    },
    {
      name: 'behind statements that were not waited for',
      steps: [f.query('SELECT 1'), f.query('SELECT 2'), f.query('SELECT 3 AS asked'), f.query('SELECT 4')],
    },
    {
      name: 'before a COPY whose data follows',
      steps: [
        f.query('COPY loaded FROM STDIN /* asked */'),
        f.copyData('1\tx\n'),
        f.copyDone(),
        f.query('TRUNCATE loaded'),
      ],
    },
  ])('$name', async ({ steps }) => {
    const script: Script = { name: '', steps };
    const direct = await play(await stage.direct(), script);
    askBefore('asked');
    const client = await stage.open();
    const through = await play(client, script);
    expect(through.line).toBe(direct.line);
    expect(through.bytes.equals(direct.bytes)).toBe(true);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).toEqual(good);
    expect(client.receivedBytes.includes('stays in the gateway')).toBe(false);
  });

  test('from a decision that is made at once', async () => {
    const asked: Promise<unknown>[] = [];
    stage.decide = (statement) => {
      asked.push(statement.ask(QUESTION));
      return allow;
    };
    const client = await stage.open();
    client.send(f.query('SELECT 1'), f.extended('SELECT 2'), f.sync(), f.query('SELECT 3'));
    for (const want of ['T D C(SELECT 1) Z(I)', '1 2 T D C(SELECT 1) Z(I)', 'T D C(SELECT 1) Z(I)']) {
      expect(summary(await client.until('Z'))).toBe(want);
    }
    expect(await Promise.all(asked)).toEqual([good, good, good, good]);
  });

  test('with NULL, no rows and many rows', async () => {
    const results: unknown[] = [];
    stage.decide = async (statement) => {
      results.push(await statement.ask('SELECT NULL, 1'), await statement.ask('SELECT 1 WHERE false'));
      results.push((await statement.ask('SELECT i FROM generate_series(1, 5000) i')).length);
      return allow;
    };
    await (await stage.open()).rows('SELECT 1');
    expect(results).toEqual([[[null, '1']], [], 5000]);
  });

  test('while its notices stay here too', async () => {
    askBefore('asked', "SELECT say('a notice of the question')");
    const client = await stage.open();
    await client.rows('SET client_min_messages = debug5');
    client.send(
      f.query('SELECT 1 AS asked'),
      f.extended('SELECT 2'),
      f.extended('SELECT 3 AS asked'),
      f.sync(),
    );
    await client.until('Z');
    await client.until('Z');
    expect(client.receivedBytes.toString('latin1')).not.toMatch(/a notice of the question|portcullis/);
  });
});

describe('a question that fails', () => {
  const failing = async (statement: Statement): Promise<Effect> => {
    if (!statement.text?.includes('asked')) return allow;
    await statement.ask('SELECT 1/0');
    return allow;
  };

  test('denies its statement, between two segments', async () => {
    stage.decide = failing;
    const client = await stage.open();
    client.send(f.query('SELECT 1 AS asked'), f.query('SELECT 2'));
    expect(summary(await client.until('Z'))).toBe('E(42501) Z(I)');
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
    const line = await stage.logged('decision failed');
    expect(JSON.stringify(line)).toContain('22012');
  });

  test('denies its statement in a failed transaction, whatever it is', async () => {
    askBefore('nothing');
    stage.decide = async (statement) => {
      if (statement.text === 'ROLLBACK') return allow;
      await statement.ask(QUESTION);
      return allow;
    };
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('SELECT 1/0');
    expect(summary(await client.query('SELECT 1'))).toBe('E(42501) Z(E)');
    expect(summary(await client.query('ROLLBACK'))).toBe('C(ROLLBACK) Z(I)');
  });

  test('fails the segment in whose middle it stands, once, and undoes what was before', async () => {
    stage.decide = failing;
    const client = await stage.open();
    client.send(
      f.extended("INSERT INTO items VALUES (51, 'x')"),
      f.extended('SELECT 1 AS asked'),
      f.extended('SELECT 2'),
      f.sync(),
      f.query('SELECT 3'),
    );
    expect(summary(await client.until('Z'))).toBe('1 2 n C(INSERT 0 1) E(42501) Z(I)');
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
    expect(await client.rows('SELECT count(*) FROM items WHERE id = 51')).toEqual([['0']]);
  });

  test('because an earlier message failed leaves that error alone', async () => {
    const outcomes: string[] = [];
    stage.decide = async (statement) => {
      if (!statement.text?.includes('asked')) return allow;
      await statement.ask(QUESTION).catch((thrown: Fault) => outcomes.push(thrown.code));
      return allow;
    };
    const client = await stage.open();
    client.send(f.extended('SELECT 1/0'), f.extended('SELECT 1 AS asked'), f.sync(), f.query('SELECT 2'));
    expect(summary(await client.until('Z'))).toBe('1 E(22012) Z(I)');
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
    await waitUntil('the answer', () => outcomes.length === 1);
  });

  test('because the server is gone is told so', async () => {
    const outcomes: string[] = [];
    stage.decide = async (statement) => {
      await statement
        .ask('SELECT pg_terminate_backend(pg_backend_pid())')
        .catch((thrown: Fault) => outcomes.push(thrown.code));
      return allow;
    };
    const client = await stage.open();
    client.send(f.query('SELECT 1'));
    expect(summary(await client.untilEnd())).toBe('E(57P01)');
    await waitUntil('the answer', () => outcomes.length === 1);
  });
});

describe('a question comes too late', () => {
  test('once its statement is released', async () => {
    const kept: Statement[] = [];
    stage.decide = (statement) => {
      kept.push(statement);
      return allow;
    };
    const client = await stage.open();
    await client.rows('SELECT 1');
    await expect(kept[0]?.ask(QUESTION)).rejects.toThrow(Fault);
    expect(await client.rows('SELECT 2')).toEqual([['2']]);
  });

  test('once its statement was cancelled, while the client is in the middle of its next message', async () => {
    const kept: Statement[] = [];
    stage.decide = (statement) => {
      if (!statement.text?.includes('asked')) return allow;
      kept.push(statement);
      return new Promise(() => undefined);
    };
    const client = await stage.open();
    client.send(f.query('SELECT 1 AS asked'));
    const statement = await waitUntil('the statement', () => kept[0]);
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('E(57014) Z(I)');
    client.send(f.query('COPY loaded FROM STDIN'));
    await client.until('G');
    const data = f.copyData('1\tone\n');
    client.send(data.subarray(0, 8));
    expect(statement.signal.aborted).toBe(true);
    await expect(statement.ask(QUESTION)).rejects.toThrow(Fault);
    client.send(data.subarray(8), f.copyDone());
    expect(summary(await client.until('Z'))).toBe('C(COPY 1) Z(I)');
    await client.rows('TRUNCATE loaded');
  });
});

test('a denial behind a question is answered like any other', async () => {
  stage.decide = async (statement) => {
    await statement.ask(QUESTION);
    return statement.text?.includes('asked')
      ? deny(new Fault('statement_denied', { rule: 'house', reason: 'no' }))
      : allow;
  };
  const client = await stage.open();
  client.send(f.extended('SELECT 1'), f.extended('SELECT 2 AS asked'), f.sync(), f.query('SELECT 3'));
  expect(summary(await client.until('Z'))).toBe('1 2 T D C(SELECT 1) E(42501) Z(I)');
  expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
});

describe('with a question before every message that is decided, the answers stay what they are', () => {
  test.each(scripts)('$name', async (script) => {
    const direct = await play(await stage.direct(), script);
    stage.decide = async (statement) => {
      if (statement.transaction !== 'failed') await statement.ask(QUESTION).catch(() => undefined);
      return allow;
    };
    const through = await play(await stage.open(), script);
    expect(through.line).toBe(direct.line);
    expect(through.bytes.equals(direct.bytes)).toBe(true);
  });
});
