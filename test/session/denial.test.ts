// Denial by substitution: what a client sees, what the server sees, and that its state stays right.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { allow, deny, type StatementPath } from '../../gateway/session/index.ts';
import fc from '../support/properties.ts';
import {
  type BackendMessage,
  cstring,
  frontend as f,
  int16,
  int32,
  message,
  messageClaiming,
  type RawClient,
} from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { at, type Cut, play, type Script, type Step, singleBytes, turns, whole } from './script.ts';
import { utterances } from './scripts.ts';
import { Stage } from './support.ts';

const schema = `
CREATE TABLE items (id int PRIMARY KEY);
INSERT INTO items SELECT generate_series(1, 5);
CREATE TABLE loaded (id int);
CREATE TABLE noisy (id int)`;

/** The word that the guard of these tests refuses; it must never get to the server. */
const WORD = 'forbidden';
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema, config: { limits: { statement_bytes: 4096 } } });
});
beforeEach(() => {
  refuseOn('query', 'parse');
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

function refuseOn(...paths: StatementPath[]): void {
  stage.decide = ({ path, text }) =>
    paths.includes(path) && (path === 'execute' || text === undefined || text.includes(WORD))
      ? deny(new Fault('statement_denied', { rule: 'house', reason: 'not for you' }))
      : allow;
}

/** The steps with a statement that is refused: by the guard through the gateway, by the grammar directly. */
type Make = (bad: (text: string) => string) => readonly Step[];
type Case = { name: string; steps: Make; errors?: number; paths?: StatementPath[] };

const denied = (text: string): string => `${text} /* ${WORD} */`;
const wrong = (text: string): string => `SELEC ${text}`;
const until = (type: string): Step => ({ until: type });

/** Types, tags and transaction states; of errors, only that there is one. */
const shape = (messages: readonly BackendMessage[]): string =>
  messages.map((m) => (m.type === 'E' ? 'E' : `${m}`)).join(' ');

async function expectSameShape({ steps, errors = 1 }: Case, cut: Cut = whole): Promise<void> {
  const script = (bad: (text: string) => string): Script => ({ name: '', steps: steps(bad) });
  const direct = await play(await stage.direct(), script(wrong));
  const client = await stage.open();
  const through = await play(client, script(denied), cut);
  expect(shape(through.messages)).toBe(shape(direct.messages));
  await expectDenials(through.messages, client, errors);
}

/** Each denial has the words of the guard and a decision id that the server's log has too; the rest stays unsaid. */
async function expectDenials(
  messages: readonly BackendMessage[],
  client: RawClient,
  count: number,
  logged = true,
): Promise<void> {
  const denials = messages.filter((m) => m.type === 'E' && m.fields.C === '42501').map((m) => m.fields);
  expect(denials).toHaveLength(count);
  for (const { S, V, M, D = '', ...rest } of denials) {
    expect({ S, V, M }).toEqual({ S: 'ERROR', V: 'ERROR', M: 'refused by policy rule "house": not for you' });
    expect(Object.keys(rest)).toEqual(['C']);
    expect(D).toMatch(/^decision [0-9a-f-]{36}$/);
    const id = D.slice('decision '.length);
    if (logged)
      await waitUntil('the decision in the log of the server', () => stage.postgres.logText().includes(id));
  }
  for (const secret of ['portcullis', 'syntax error', WORD]) {
    expect(client.receivedBytes.toString('latin1')).not.toContain(secret);
  }
  expect(stage.postgres.logText()).not.toContain(WORD);
}

const copy = 'COPY loaded FROM STDIN';
const cases: Case[] = [
  { name: 'a simple query', steps: (bad) => [f.query(bad('SELECT 1'))] },
  {
    name: 'a query among others that were not waited for',
    steps: (bad) => [f.query('SELECT 1'), f.query(bad('SELECT 2')), f.query('SELECT 3')],
  },
  {
    name: 'several statements in one query: nothing of it runs',
    steps: (bad) => [
      f.query(bad('INSERT INTO items VALUES (6); SELECT 1')),
      f.query('SELECT count(*) FROM items'),
    ],
  },
  {
    name: 'inside a transaction, which fails and can be rolled back',
    steps: (bad) => [
      f.query('BEGIN'),
      f.query('INSERT INTO items VALUES (7)'),
      f.query(bad('SELECT 1')),
      f.query('SELECT 2'),
      f.query('ROLLBACK'),
      f.query('SELECT count(*) FROM items'),
    ],
  },
  {
    name: 'inside a transaction that is committed nevertheless: it rolls back',
    steps: (bad) => [
      f.query('BEGIN'),
      f.query('INSERT INTO items VALUES (8)'),
      f.query(bad('SELECT 1')),
      f.query('COMMIT'),
      f.query('SELECT count(*) FROM items'),
    ],
  },
  {
    name: 'behind a savepoint, to which it can be rolled back',
    steps: (bad) => [
      f.query('BEGIN'),
      f.query('INSERT INTO items VALUES (9)'),
      f.query('SAVEPOINT a'),
      f.query(bad('SELECT 1')),
      f.query('ROLLBACK TO a'),
      f.query('SELECT count(*) FROM items'),
      f.query('ROLLBACK'),
    ],
  },
  {
    name: 'in a failed transaction',
    steps: (bad) => [f.query('BEGIN'), f.query('SELECT 1/0'), f.query(bad('SELECT 1')), f.query('ROLLBACK')],
  },
  {
    name: 'a Parse in the middle of a segment: what was before it is undone',
    steps: (bad) => [
      f.extended('INSERT INTO items VALUES (10)'),
      f.extended(bad('SELECT 1')),
      f.extended('INSERT INTO items VALUES (11)'),
      f.sync(),
      f.extended('SELECT count(*) FROM items'),
      f.sync(),
    ],
  },
  {
    name: 'a Parse at the beginning of a segment',
    steps: (bad) => [
      f.extended(bad('SELECT 1')),
      f.extended('INSERT INTO items VALUES (12)'),
      f.sync(),
      f.extended('SELECT count(*) FROM items'),
      f.sync(),
    ],
  },
  {
    name: 'one in each of several segments',
    errors: 3,
    steps: (bad) => [1, 2, 3].flatMap(() => [f.extended('SELECT 1'), f.extended(bad('SELECT 2')), f.sync()]),
  },
  {
    name: 'a Parse behind an error of the server',
    errors: 0,
    steps: (bad) => [
      f.extended('SELECT 1/0'),
      f.extended(bad('SELECT 1')),
      f.sync(),
      f.extended('SELECT 2'),
      f.sync(),
    ],
  },
  {
    name: 'a Parse that a Flush follows',
    steps: (bad) => [
      f.parse(bad('SELECT 1')),
      f.flush(),
      until('E'),
      f.extended('SELECT 2'),
      f.flush(),
      f.sync(),
    ],
  },
  {
    name: 'a Parse within an open transaction',
    steps: (bad) => [
      f.query('BEGIN'),
      f.extended(bad('SELECT 1')),
      f.sync(),
      f.extended('SELECT 2'),
      f.sync(),
      f.query('ROLLBACK'),
    ],
  },
  {
    name: 'a Parse of a named statement, which does not exist then',
    steps: (bad) => [
      f.parse(bad('SELECT 1'), 's'),
      f.sync(),
      f.bind({ statement: 's' }),
      f.sync(),
      f.parse('SELECT 2', 's'),
      f.bind({ statement: 's' }),
      f.execute(),
      f.closeStatement('s'),
      f.sync(),
    ],
  },
  {
    name: 'a Parse under a taken name, which keeps its statement',
    steps: (bad) => [
      f.parse('SELECT 5', 's'),
      f.sync(),
      f.parse(bad('SELECT 1'), 's'),
      f.sync(),
      f.bind({ statement: 's' }),
      f.execute(),
      f.closeStatement('s'),
      f.sync(),
    ],
  },
  {
    name: 'an unnamed Parse, after which there is no unnamed statement',
    steps: (bad) => [f.parse('SELECT 5'), f.sync(), f.parse(bad('SELECT 1')), f.sync(), f.bind({}), f.sync()],
  },
  {
    name: 'a COPY IN whose data follows',
    steps: (bad) => [
      f.query(bad(copy)),
      f.copyData('1\n'),
      f.copyDone(),
      f.query('SELECT count(*) FROM loaded'),
    ],
  },
  {
    name: 'a COPY IN by the extended protocol whose data follows',
    steps: (bad) => [
      f.parse(bad(copy)),
      f.bind({}),
      f.execute(),
      f.copyData('1\n'),
      f.copyDone(),
      f.sync(),
      f.query('SELECT count(*) FROM loaded'),
    ],
  },
  {
    name: 'a simple query in the middle of a segment',
    steps: (bad) => [f.extended('SELECT 1'), f.query(bad('SELECT 2')), f.extended('SELECT 3'), f.sync()],
  },
];

describe('a refused statement is answered like one that the server refuses', () => {
  test.each(cases)('$name', (entry) => expectSameShape(entry));
});

describe('one byte at a time', () => {
  test.each(cases)('$name', (entry) => expectSameShape(entry, singleBytes));
});

test('split at every place', async () => {
  const steps = [
    f.extended('SELECT 1'),
    f.extended(denied('SELECT 2')),
    f.extended('SELECT 3'),
    f.sync(),
    f.query(denied('SELECT 4')),
    f.query('SELECT 5'),
  ];
  const script: Script = { name: '', steps: [Buffer.concat(steps)] };
  const client = await stage.open();
  const { line } = await play(client, script);
  for (let place = 1; place < (script.steps[0] as Buffer).length; place++) {
    expect((await play(client, script, at(place))).line, `split behind byte ${place}`).toBe(line);
  }
});

test('refused statements anywhere in any order of messages', { timeout: 400_000 }, async () => {
  const own: Readonly<Record<string, (bad: (text: string) => string) => Buffer>> = {
    'refused query': (bad) => f.query(bad('SELECT 1')),
    'refused parse': (bad) => f.parse(bad('SELECT 1')),
    'refused parse s': (bad) => f.parse(bad('SELECT 1'), 's'),
    'refused copy': (bad) => Buffer.concat([f.query(bad(copy)), f.copyData('1\n'), f.copyDone()]),
    'refused statement': (bad) => f.extended(bad('SELECT 1')),
  };
  const names = [...Object.keys(utterances), ...Object.keys(own), ...Object.keys(own)];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.boolean(),
      async (order, places, slow) => {
        const decide = stage.decide;
        if (slow) stage.decide = (statement) => turns(1).then(() => decide(statement));
        const script = (bad: (text: string) => string): Script => ({
          name: '',
          steps: [
            Buffer.concat([
              ...order.map((name) => own[name]?.(bad) ?? utterances[name]?.() ?? Buffer.alloc(0)),
              f.sync(),
              f.query('ROLLBACK'),
            ]),
          ],
        });
        const direct = await play(await stage.direct(), script(wrong));
        const through = await play(await stage.open(), script(denied), at(...places));
        expect(shape(through.messages)).toBe(shape(direct.messages));
        stage.hangUp();
        refuseOn('query', 'parse');
      },
    ),
    { numRuns: 200 },
  );
  expect(stage.postgres.logText()).not.toContain(WORD);
});

/** What the server itself says at the place of the refused message, against what the gateway says there. */
async function expectSameAnswers(
  direct: readonly Step[],
  through: readonly Step[],
  errors = 1,
  logged = true,
): Promise<void> {
  const own = await play(await stage.direct(), { name: '', steps: direct });
  const client = await stage.open();
  const answered = await play(client, { name: '', steps: through });
  expect(shape(answered.messages)).toBe(shape(own.messages));
  await expectDenials(answered.messages, client, errors, logged);
}

describe('the other messages that carry or run a statement', () => {
  test('Bind: the statement was prepared, and may not run', async () => {
    const steps = (bind: Buffer) => [
      f.extended('INSERT INTO items VALUES (20)'),
      f.parse('SELECT $1::int', 's'),
      bind,
      f.describePortal(),
      f.execute(),
      f.sync(),
      f.query('SELECT count(*) FROM items'),
    ];
    stage.decide = (statement) =>
      statement.path === 'bind' && statement.values()?.parameters[0]?.toString() === '13'
        ? deny(new Fault('statement_denied', { rule: 'house', reason: 'not for you' }))
        : allow;
    await expectSameAnswers(
      steps(f.bind({ statement: 's', values: ['x'] })),
      steps(f.bind({ statement: 's', values: ['13'] })),
    );
  });

  test('Execute of a cursor that SQL declared', async () => {
    refuseOn('execute');
    const steps = (name: string) => [
      f.query('BEGIN'),
      f.query('DECLARE c CURSOR FOR SELECT 1'),
      f.extended('SELECT 2'),
      f.execute(name),
      f.extended('SELECT 3'),
      f.sync(),
      f.query('SELECT 4'),
      f.query('ROLLBACK'),
    ];
    await expectSameAnswers(steps('nobody'), steps('c'));
  });

  test('FunctionCall', async () => {
    refuseOn('function_call');
    const steps = (oid: number) => [
      f.query('BEGIN'),
      f.functionCall(oid),
      f.query('SELECT 1'),
      f.query('ROLLBACK'),
      f.functionCall(oid),
      f.query('SELECT 2'),
    ];
    await expectSameAnswers(steps(4_000_000_000), steps(89), 2, false);
    expect(stage.seen.filter(({ path }) => path === 'function_call').map((s) => s.functionOid)).toEqual([
      89, 89,
    ]);
  });
});

type Refusal = { name: string; bytes: Buffer; sqlstate: string; want: string };
const large = 'x'.repeat(5000);
const invalid = Buffer.concat([Buffer.from("SELECT '"), Buffer.from([0xc3, 0x28]), Buffer.from("'")]);
const zero = Buffer.from([0]);

describe('a statement that cannot be read is refused, and the session goes on', () => {
  test.each<Refusal>([
    {
      name: 'a query over the limit',
      bytes: f.query(`SELECT '${large}'`),
      sqlstate: '54000',
      want: 'E Z(I)',
    },
    {
      name: 'a Parse over the limit',
      bytes: Buffer.concat([
        f.parse(`SELECT '${large}'`, 's'),
        f.bind({ statement: 's' }),
        f.execute(),
        f.sync(),
      ]),
      sqlstate: '54000',
      want: 'E Z(I)',
    },
    {
      name: 'a query of invalid UTF-8',
      bytes: message('Q', invalid, zero),
      sqlstate: '22021',
      want: 'E Z(I)',
    },
    {
      name: 'a Parse of invalid UTF-8',
      bytes: Buffer.concat([message('P', zero, invalid, zero, int16(0)), f.sync()]),
      sqlstate: '22021',
      want: 'E Z(I)',
    },
    {
      name: 'a query with a zero byte in it',
      bytes: message('Q', Buffer.from('SELECT 1\0 forbidden\0')),
      sqlstate: '08P01',
      want: 'E Z(I)',
    },
    {
      name: 'a query without an end',
      bytes: message('Q', Buffer.from('SELECT 1')),
      sqlstate: '08P01',
      want: 'E Z(I)',
    },
    {
      name: 'a Parse with a zero byte in its text',
      bytes: Buffer.concat([message('P', zero, Buffer.from('SELECT 1\0 forbidden\0'), int16(0)), f.sync()]),
      sqlstate: '08P01',
      want: 'E Z(I)',
    },
    {
      name: 'a Parse whose types are cut short',
      bytes: Buffer.concat([message('P', zero, cstring('SELECT 1'), int16(2), int32(23)), f.sync()]),
      sqlstate: '08P01',
      want: 'E Z(I)',
    },
    {
      name: 'a Bind without names',
      bytes: Buffer.concat([message('B', Buffer.from('p')), f.sync()]),
      sqlstate: '08P01',
      want: 'E Z(I)',
    },
    {
      name: 'an Execute without a row limit',
      bytes: Buffer.concat([message('E', zero), f.sync()]),
      sqlstate: '08P01',
      want: 'E Z(I)',
    },
  ])('$name', async ({ bytes, sqlstate, want }) => {
    for (const cut of [whole, singleBytes]) {
      const client = await stage.open();
      const { messages } = await play(client, { name: '', steps: [bytes] }, cut);
      expect(shape(messages.slice(0, -4))).toBe(want);
      expect(messages[0]?.fields.C).toBe(sqlstate);
      expect(client.receivedBytes.toString('latin1')).not.toContain('portcullis_denied');
    }
    expect(stage.seen.filter(({ text }) => !text?.includes('the last answer'))).toEqual([]);
    expect(stage.postgres.logText()).not.toContain(WORD);
  });

  test('a query that claims 2 GB is refused at once, and nothing is reserved for it', async () => {
    const client = await stage.open();
    const before = process.memoryUsage().rss;
    client.send(messageClaiming('Q', 0x7fff_ffff, Buffer.from('SELECT 1')));
    expect((await client.receive()).fields.C).toBe('54000');
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  test.each([
    { name: 'a length below four', bytes: messageClaiming('Q', 3) },
    { name: 'a negative length', bytes: messageClaiming('Q', 0xffff_fff0) },
    { name: 'an unknown type', bytes: message('!') },
    { name: 'a Sync of 20,000 bytes', bytes: messageClaiming('S', 20_000) },
    { name: 'a password after the login', bytes: f.password('x') },
  ])('$name ends the session', async ({ bytes }) => {
    const client = await stage.open();
    client.send(bytes);
    const [last] = await client.untilEnd();
    expect([last?.fields.S, last?.fields.C]).toEqual(['FATAL', '08P01']);
  });
});

test('the largest statement that is allowed passes', async () => {
  const client = await stage.open();
  const text = `SELECT '${'x'.repeat(4096 - 10)}'`;
  expect(Buffer.byteLength(text) + 1).toBe(4096);
  expect((await client.rows(text))[0]?.[0]).toHaveLength(4086);
});

test('at client_min_messages = debug5 the substituted text does not reach the client either', async () => {
  const client = await stage.open();
  await client.rows('SET client_min_messages = debug5');
  client.send(f.query(denied('SELECT 1')), f.extended(denied('SELECT 2')), f.sync());
  const messages = [...(await client.until('Z')), ...(await client.until('Z'))];
  expect(messages.filter((m) => m.type === 'E')).toHaveLength(2);
  expect(client.receivedBytes.toString('latin1')).not.toMatch(/portcullis|forbidden/);
});

test('a hint of the decision reaches the client, and its own detail stays', async () => {
  stage.decide = () => {
    const fault = new Fault('function_call_refused');
    fault.detail = 'rule shop.no_calls';
    return deny(fault);
  };
  const client = await stage.open();
  const [refusal] = await client.query('SELECT 1');
  expect(refusal?.fields).toMatchObject({
    C: '0A000',
    D: 'rule shop.no_calls',
    H: 'Use SELECT of the function instead.',
  });
});
