// The seam at which every statement is decided: once, held without harm to others, released, refused, cancelled or left.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { allow, deny, type Effect, type Statement } from '../../gateway/session/index.ts';
import { frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { sleep, WaitTimeout, waitUntil } from '../support/wait.ts';
import { play, singleBytes, turns, whole } from './script.ts';
import { Stage } from './support.ts';

const schema = `
CREATE TABLE items (id int);
INSERT INTO items SELECT generate_series(1, 5);
CREATE TABLE loaded (id int)`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema, config: { limits: { linger_seconds: 1 } } });
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

type Held = { statement: Statement; decide: (effect: Effect) => void; fail: (thrown: unknown) => void };

/** Holds the statements with this word, and gives them to the test as they come. */
function hold(word = 'held'): () => Promise<Held> {
  const waiting: Held[] = [];
  stage.decide = (statement) =>
    statement.text?.includes(word)
      ? new Promise((decide, fail) => waiting.push({ statement, decide, fail }))
      : allow;
  return () => waitUntil('a held statement', () => waiting.shift());
}

const refusal = (): Effect => deny(new Fault('statement_denied', { rule: 'house', reason: 'not for you' }));
const paths = () => stage.seen.map(({ path, text }) => `${path}: ${text?.trim()}`);

/** Nothing came for the client within a few turns of the loop and a short wait. */
async function expectSilence(client: RawClient): Promise<void> {
  await expect(client.receive(60)).rejects.toThrow(WaitTimeout);
}

describe('every statement arrives once', () => {
  const steps = [
    f.query('SELECT 1; SELECT 2'),
    f.query('BEGIN'),
    f.query('DECLARE c CURSOR FOR SELECT 3'),
    f.execute('c'),
    f.sync(),
    f.query('PREPARE q AS SELECT 4'),
    f.bind({ statement: 'q' }),
    f.execute(),
    f.sync(),
    f.query('COMMIT'),
    f.parse('SELECT $1::int', 's', [23]),
    f.describeStatement('s'),
    f.bind({ statement: 's', values: ['5'] }),
    f.execute(),
    f.bind({ statement: 's', values: ['6'], portal: 'p' }),
    f.execute('p', 1),
    f.execute('p', 1),
    f.flush(),
    f.closePortal('p'),
    f.sync(),
    f.functionCall(89),
    f.query('COPY loaded FROM STDIN'),
    f.copyData('1\n'),
    f.copyDone(),
  ];
  const want = [
    'query: SELECT 1; SELECT 2',
    'query: BEGIN',
    'query: DECLARE c CURSOR FOR SELECT 3',
    'execute: SELECT 3',
    'query: PREPARE q AS SELECT 4',
    'bind: SELECT 4',
    'query: COMMIT',
    'parse: SELECT $1::int',
    'bind: SELECT $1::int',
    'bind: SELECT $1::int',
    'function_call: undefined',
    'query: COPY loaded FROM STDIN',
  ];

  test.each([
    { name: 'in one write', cut: whole },
    { name: 'one byte at a time', cut: singleBytes },
  ])('$name', async ({ cut }) => {
    await play(await stage.open(), { name: '', steps: [Buffer.concat(steps)] }, cut);
    expect(paths().slice(0, -1)).toEqual(want);
  });

  test('when each decision takes its time', async () => {
    stage.decide = async () => {
      await turns(2);
      return allow;
    };
    await play(await stage.open(), { name: '', steps: [Buffer.concat(steps)] });
    expect(paths().slice(0, -1)).toEqual(want);
  });

  test('with its parameters, types and formats', async () => {
    const bound: unknown[] = [];
    stage.decide = (statement) => {
      if (statement.path === 'bind') bound.push({ ...statement.values(), prepared: statement.prepared });
      return allow;
    };
    const client = await stage.open();
    client.send(
      f.parse('SELECT $1::int4, $2::text', 's', [23, 25]),
      f.bind({
        statement: 's',
        formats: [1, 0],
        values: [Buffer.from([0, 0, 0, 7]), null],
        resultFormats: [1],
      }),
      f.execute(),
      f.sync(),
    );
    await client.until('Z');
    expect(bound).toMatchObject([
      {
        parameterFormats: [1, 0],
        parameters: [Buffer.from([0, 0, 0, 7]), null],
        resultFormats: [1],
        prepared: { name: 's', text: 'SELECT $1::int4, $2::text', parameterTypes: [23, 25] },
      },
    ]);
  });

  test('with parameters too large to be kept, which stream past and are not shown', async () => {
    const sizes: (number | undefined)[] = [];
    stage.decide = (statement) => {
      if (statement.path === 'bind') sizes.push(statement.values()?.parameters[0]?.length);
      return allow;
    };
    const client = await stage.open();
    for (const size of [60_000, 3_000_000]) {
      client.send(f.extended('SELECT length($1)', ['x'.repeat(size)]), f.sync());
      const row = (await client.until('Z')).find((message) => message.type === 'D');
      expect(row?.texts).toEqual([String(size)]);
    }
    expect(sizes).toEqual([60_000, undefined]);
  });

  test('with the transaction state that the server last said', async () => {
    const client = await stage.open();
    for (const text of ['SELECT 1', 'BEGIN', 'SELECT 1/0', 'SELECT 2', 'ROLLBACK', 'SELECT 3']) {
      stage.decide = ({ transaction }) => {
        states.push(transaction);
        return allow;
      };
      await client.query(text);
    }
    expect(states).toEqual(['idle', 'idle', 'open', 'failed', 'failed', 'idle']);
  });
  const states: string[] = [];
});

describe('a statement that is held', () => {
  test('is not seen by the server, and blocks no other session', async () => {
    const next = hold();
    const [client, other] = [await stage.open(), await stage.open()];
    client.send(f.query('SELECT 1 AS held'));
    const { decide } = await next();
    expect(await other.rows('SELECT 2')).toEqual([['2']]);
    await expectSilence(client);
    expect(stage.postgres.logText()).not.toContain('SELECT 1 AS held');
    decide(allow);
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('keeps what stands behind it in order', async () => {
    const next = hold();
    const client = await stage.open();
    client.send(
      f.extended('SELECT 1'),
      f.flush(),
      f.extended('SELECT 2 AS held'),
      f.extended('SELECT 3'),
      f.sync(),
    );
    expect(summary(await client.until('C'))).toBe('1 2 T D C(SELECT 1)');
    const parse = await next();
    await expectSilence(client);
    parse.decide(allow);
    (await next()).decide(allow);
    expect(summary(await client.until('Z'))).toBe('1 2 T D C(SELECT 1) 1 2 T D C(SELECT 1) Z(I)');
  });

  test('can be refused', async () => {
    const next = hold();
    const client = await stage.open();
    client.send(f.query('SELECT 1 AS held'), f.query('SELECT 2'));
    (await next()).decide(refusal());
    expect(summary(await client.until('Z'))).toBe('E(42501) Z(I)');
    expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('is cancelled by a CancelRequest, and the session goes on', async () => {
    const next = hold();
    const client = await stage.open();
    client.send(f.query('SELECT 1 AS held_and_cancelled'));
    const { statement, decide } = await next();
    const { signal } = statement;
    await client.cancel();
    const [error, ready] = await client.until('Z');
    expect(error?.fields).toMatchObject({
      S: 'ERROR',
      C: '57014',
      M: 'canceling statement due to user request',
    });
    expect(ready?.status).toBe('I');
    expect(signal.aborted).toBe(true);
    decide(allow);
    expect(await client.rows('SELECT 2')).toEqual([['2']]);
    expect(stage.postgres.logText()).not.toContain('held_and_cancelled');
  });

  test('is cancelled together with what runs before it', async () => {
    const next = hold();
    const client = await stage.open();
    client.send(f.query('SELECT pg_sleep(3600)'), f.query('SELECT 1 AS held'), f.query('SELECT 2'));
    await next();
    await stage.untilSleeping();
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('T E(57014) Z(I)');
    expect(summary(await client.until('Z'))).toBe('E(57014) Z(I)');
    expect(summary(await client.until('Z'))).toMatch(/^(T D C\(SELECT 1\)|E\(57014\)) Z\(I\)$/);
  });

  test('fails its transaction when it is cancelled, as any error does', async () => {
    const next = hold();
    const client = await stage.open();
    await client.rows('BEGIN');
    client.send(f.query('SELECT 1 AS held'));
    await next();
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('E(57014) Z(E)');
  });

  test('is moot when a message before it fails, with nothing decided', async () => {
    const next = hold();
    const client = await stage.open();
    client.send(
      f.extended('SELECT 1/(SELECT count(*) FROM loaded WHERE false)'),
      f.flush(),
      f.extended('SELECT 1 AS held'),
      f.sync(),
    );
    const { statement, decide } = await next();
    expect(summary(await client.until('Z'))).toBe('1 2 T E(22012) Z(I)');
    expect(statement.signal.aborted).toBe(true);
    decide(allow);
    expect(await client.rows('SELECT 2')).toEqual([['2']]);
    expect(paths().filter((path) => path.includes('held'))).toEqual(['parse: SELECT 1 AS held']);
  });

  test.each([
    { name: 'is closed', leave: (client: RawClient) => client.destroy() },
    { name: 'is reset', leave: (client: RawClient) => client.reset() },
    { name: 'sends FIN', leave: (client: RawClient) => client.halfClose() },
    {
      name: 'says Terminate and is closed',
      leave: (client: RawClient) => {
        client.send(f.terminate());
        client.halfClose();
      },
    },
  ])('is given up when its connection $name', async ({ leave }) => {
    const next = hold();
    const client = await stage.open();
    client.send(f.query('INSERT INTO items VALUES (77) /* held */'));
    const { statement, decide } = await next();
    const { signal } = statement;
    leave(client);
    await waitUntil('the signal', () => signal.aborted);
    decide(allow);
    await waitUntil('no backend', async () => (await stage.backends()).length === 0);
    const admin = await stage.direct();
    expect(await admin.rows('SELECT count(*) FROM items WHERE id = 77')).toEqual([['0']]);
  });

  test('has a bounded backlog behind it, which flows once it is released', async () => {
    const next = hold();
    const client = await stage.open();
    client.send(f.query('COPY loaded FROM STDIN /* held */'));
    const { decide } = await next();
    // Long lines of few rows: the server has little to do with them.
    const line = `${'1'.padStart(999, '0')}\n`;
    const piece = Buffer.concat(Array.from({ length: 100 }, () => f.copyData(line.repeat(10))));
    let pieces = 0;
    let blocked: Promise<void> | undefined;
    while (blocked === undefined && pieces < 512) {
      pieces += 1;
      const sent = client.sendFully(piece, 150_000);
      const timely = await Promise.race([sent.then(() => true), sleep(300, false)]);
      if (!timely) blocked = sent;
    }
    // 1 MB here, the rest in the kernel's buffers for the two sockets.
    expect(blocked).toBeDefined();
    expect(pieces * piece.length).toBeLessThan(8e6 + kernelBuffers());
    decide(allow);
    await blocked;
    client.send(f.copyDone());
    expect(summary(await client.until('Z', 150_000))).toBe(`G C(COPY ${pieces * 1000}) Z(I)`);
    await client.rows('TRUNCATE loaded');
  });
});

/** The most that Linux holds for a writer and a reader who does not read. */
function kernelBuffers(): number {
  const most = (name: string): number => {
    const file = `/proc/sys/net/ipv4/${name}`;
    return existsSync(file) ? Number(readFileSync(file, 'utf8').trim().split(/\s+/).at(-1)) : 8e6;
  };
  return most('tcp_wmem') + most('tcp_rmem');
}

describe('without a decision nothing passes', () => {
  test.each([
    {
      name: 'throws',
      decide: () => {
        throw new Error('a secret of the guard');
      },
    },
    { name: 'rejects', decide: () => Promise.reject(new Error('a secret of the guard')) },
    { name: 'answers undefined', decide: () => undefined },
    { name: 'answers something else', decide: () => ({ kind: 'perhaps' }) },
    { name: 'answers something else later', decide: async () => null },
  ])('when the guard $name', async ({ decide }) => {
    const client = await stage.open();
    stage.decide = decide as unknown as Stage['decide'];
    stage.lines.length = 0;
    client.send(f.query('SELECT 1 AS undecided'), f.extended('SELECT 2 AS undecided'), f.sync());
    for (const want of ['E(42501) Z(I)', 'E(42501) Z(I)']) {
      const messages = await client.until('Z');
      expect(summary(messages)).toBe(want);
      expect(messages[0]?.fields.M).toBe('the statement was refused because no decision could be made');
    }
    expect(client.receivedBytes.includes('secret')).toBe(false);
    expect(stage.postgres.logText()).not.toContain('undecided');
    expect(stage.lines.filter((line) => line.msg === 'decision failed' && line.session_id)).toHaveLength(2);
  });
});

describe('a setting that SQL is read under', () => {
  test.each([
    { text: 'SET client_encoding = LATIN1', name: 'client_encoding' },
    { text: "SELECT set_config('client_encoding', 'SQL_ASCII', false)", name: 'client_encoding' },
    { text: 'SET standard_conforming_strings = off', name: 'standard_conforming_strings' },
    {
      text: "DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', false); END $$",
      name: 'standard_conforming_strings',
    },
    { text: 'BEGIN; SET LOCAL client_encoding = LATIN1; SELECT 1', name: 'client_encoding' },
  ])('ends the session when it is changed by $text', async ({ text, name }) => {
    const client = await stage.open();
    client.send(f.query(text), f.query('SELECT 1 AS afterwards'));
    const last = (await client.untilEnd()).at(-1);
    expect(last?.fields).toMatchObject({ S: 'FATAL', C: '0A000' });
    expect(last?.fields.M).toContain(`"${name}" was changed`);
    await waitUntil('no backend', async () => (await stage.backends()).length === 0);
  });

  test.each([
    "SET client_encoding = 'UTF8'",
    'SET standard_conforming_strings = on',
    'SET datestyle = ISO',
    'RESET ALL',
    'DISCARD ALL',
  ])('may be set to what it is: %s', async (text) => {
    const client = await stage.open();
    await client.rows(text);
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });
});
