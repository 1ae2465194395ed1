// Masks at a real server: whichever way a result is asked for, no value of a masked column reaches the client.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allow } from '../../../gateway/session/index.ts';
import { frontend as f, type RawClient, ServerError, summary } from '../../support/raw-client.ts';
import { play, singleBytes, whole } from '../script.ts';
import { Stage } from '../support.ts';
import { maskAsWritten, planOf } from './support.ts';

const schema = `
CREATE TABLE people (id int PRIMARY KEY, name varchar(20), ssn text);
INSERT INTO people SELECT i, 'name ' || i, 'secret ' || i FROM generate_series(1, 5) i;
CREATE TABLE big (id int, ssn text, document text, tail text)`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
beforeEach(() => {
  stage.decide = maskAsWritten;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const select = 'SELECT id, ssn FROM people /*m -x*/ ORDER BY id';
const parse = f.parse(select);
const named = f.parse(select, 's');
const five = [1, 2, 3, 4, 5].map((id) => `${id}|***`);
const columnsOf = (texts: readonly (string | null)[]): string => texts.map((each) => each ?? '\\N').join('|');

type Case = Readonly<{ name: string; steps: readonly Buffer[]; want: readonly string[] }>;

const cases: readonly Case[] = [
  { name: 'a simple query', steps: [f.query(select)], want: five },
  {
    name: 'two columns, one of them NULL',
    steps: [f.query('SELECT ssn, id, ssn AS other FROM people /*m x-0*/ WHERE id = 1')],
    want: ['***|1|\\N'],
  },
  {
    name: 'NULL stays NULL',
    steps: [f.query("SELECT NULL::text, 'secret' /*m xx*/")],
    want: ['\\N|***'],
  },
  {
    name: 'the mask is told the type that the server names',
    steps: [f.query('SELECT name, id, ssn FROM people /*m ttt*/ WHERE id = 1')],
    want: ['1043 24|23 -1|25 -1'],
  },
  {
    name: 'a portal that is described',
    steps: [parse, f.bind({}), f.describePortal(), f.execute(), f.sync()],
    want: five,
  },
  {
    name: 'a portal that nobody described',
    steps: [parse, f.bind({}), f.execute(), f.sync()],
    want: five,
  },
  {
    name: 'a statement that was described, run without',
    steps: [named, f.describeStatement('s'), f.sync(), f.bind({ statement: 's' }), f.execute(), f.sync()],
    want: five,
  },
  {
    name: 'in binary format, for all columns',
    steps: [
      f.parse('SELECT ssn, name FROM people /*m x-*/ WHERE id = 2'),
      f.bind({ resultFormats: [1] }),
      f.execute(),
      f.sync(),
    ],
    want: ['***|name 2'],
  },
  {
    name: 'in a format for each column',
    steps: [
      f.parse('SELECT ssn, name FROM people /*m bb*/ WHERE id = 2'),
      f.bind({ resultFormats: [1, 0] }),
      f.execute(),
      f.sync(),
    ],
    want: ['se*|na*'],
  },
  {
    name: 'a portal that is run in parts',
    steps: [parse, f.bind({}), f.execute('', 2), f.execute('', 2), f.execute('', 2), f.sync()],
    want: five,
  },
  {
    name: 'a portal that is run in parts, in segments of a transaction',
    steps: [
      f.query('BEGIN'),
      named,
      f.bind({ statement: 's', portal: 'p' }),
      f.execute('p', 2),
      f.sync(),
      f.execute('p', 2),
      f.sync(),
      f.describePortal('p'),
      f.execute('p'),
      f.sync(),
      f.query('COMMIT'),
    ],
    want: five,
  },
  {
    name: 'a portal that is described behind its first rows',
    steps: [parse, f.bind({}), f.execute('', 2), f.describePortal(), f.execute(), f.sync()],
    want: five,
  },
  {
    name: 'two portals of one statement, run by turns',
    steps: [
      named,
      f.bind({ statement: 's', portal: 'one' }),
      f.bind({ statement: 's', portal: 'two', resultFormats: [0, 1] }),
      f.describePortal('two'),
      f.execute('one', 1),
      f.execute('two', 1),
      f.execute('one', 1),
      f.execute('two', 1),
      f.sync(),
    ],
    want: ['1|***', '1|***', '2|***', '2|***'],
  },
  {
    name: 'one portal behind another of the same name',
    steps: [
      f.parse('SELECT id FROM people /*m -*/ WHERE id = 1', 'a'),
      f.parse('SELECT ssn FROM people /*m x*/ WHERE id = 1', 'b'),
      f.bind({ statement: 'a' }),
      f.describePortal(),
      f.execute(),
      f.bind({ statement: 'b' }),
      f.execute(),
      f.sync(),
    ],
    want: ['1', '***'],
  },
  {
    name: 'its neighbours in the pipeline pass',
    steps: [f.extended("SELECT 'one'"), parse, f.bind({}), f.execute(), f.extended("SELECT 'two'"), f.sync()],
    want: ['one', ...five, 'two'],
  },
  {
    name: 'RETURNING',
    steps: [f.query('UPDATE people SET name = name WHERE id = 3 RETURNING ssn, id /*m x-*/')],
    want: ['***|3'],
  },
  {
    name: 'a cursor',
    steps: [
      f.query('BEGIN'),
      f.query(`DECLARE c CURSOR FOR ${select}`),
      f.query('FETCH 2 FROM c /*m -x*/'),
      f.query('FETCH ALL FROM c /*m -x*/'),
      f.query('COMMIT'),
    ],
    want: five,
  },
  {
    name: 'a binary cursor',
    steps: [
      f.query('BEGIN'),
      f.query('DECLARE c BINARY CURSOR FOR SELECT ssn FROM people ORDER BY id /*m x*/'),
      f.query('FETCH 2 FROM c /*m b*/'),
      f.query('COMMIT'),
    ],
    want: ['se*', 'se*'],
  },
  {
    name: 'a cursor that SQL declared, run as a portal',
    steps: [
      f.query('BEGIN'),
      f.query(`DECLARE c CURSOR FOR ${select}`),
      f.execute('c', 3),
      f.execute('c'),
      f.sync(),
      f.query('COMMIT'),
    ],
    want: five,
  },
  {
    name: 'FETCH by the extended protocol',
    steps: [
      f.query('BEGIN'),
      f.query(`DECLARE c CURSOR FOR ${select}`),
      f.parse('FETCH ALL FROM c /*m -x*/'),
      f.bind({}),
      f.execute(),
      f.sync(),
      f.query('COMMIT'),
    ],
    want: five,
  },
  {
    name: 'a statement that SQL prepared',
    steps: [f.query(`PREPARE p AS ${select}`), f.query('EXECUTE p /*m -x*/')],
    want: five,
  },
  {
    name: 'several statements of one text, each with a plan of its own',
    steps: [
      f.query(
        "SELECT ssn FROM people WHERE id = 1 /*m x*/; SELECT 'plain', 'too' /*m all*/; SET search_path TO DEFAULT /*m all*/; SELECT id, ssn FROM people WHERE id = 2 /*m -0*/",
      ),
    ],
    want: ['***', 'plain|too', '2|\\N'],
  },
  {
    name: 'no rows at all',
    steps: [f.parse('SELECT ssn FROM people WHERE false /*m x*/'), f.bind({}), f.execute(), f.sync()],
    want: [],
  },
  {
    name: 'a statement without a result',
    steps: [f.parse('UPDATE people SET name = name /*m */'), f.bind({}), f.execute(), f.sync()],
    want: [],
  },
  {
    name: 'an empty text',
    steps: [f.parse('/*m x*/'), f.bind({}), f.execute(), f.sync()],
    want: [],
  },
];

const rowsOf = (messages: readonly { type: string; texts: (string | null)[] }[]): string[] =>
  messages.flatMap((each) => (each.type === 'D' ? [columnsOf(each.texts)] : []));

/** A result of the sentinel of `play` stands behind all others. */
async function rowsThrough(client: RawClient, steps: readonly Buffer[], cut = whole): Promise<string[]> {
  const { messages } = await play(client, { name: '', steps: [Buffer.concat(steps)] }, cut);
  return rowsOf(messages).slice(0, -1);
}

describe.each(cases)('$name', ({ steps, want }) => {
  test.each([
    { how: 'whole', cut: whole },
    { how: 'one byte at a time', cut: singleBytes },
  ])('$how', async ({ cut }) => {
    const client = await stage.open();
    expect(await rowsThrough(client, steps, cut)).toEqual(want);
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });

  test('with every other message as the server has sent it', async () => {
    const script = { name: '', steps: [Buffer.concat(steps)] };
    const direct = await play(await stage.direct(), script);
    const through = await play(await stage.open(), script);
    const others = ({ messages }: typeof direct) =>
      messages.map((each) => (each.type === 'D' ? 'D' : each.bytes.toString('latin1')));
    expect(others(through)).toEqual(others(direct));
  });
});

describe('rows for which there is no mask', () => {
  test.each([
    { name: 'more columns than planned', text: 'SELECT id, ssn FROM people /*m -*/' },
    { name: 'fewer columns than planned', text: 'SELECT ssn FROM people /*m x-*/' },
    { name: 'a second result', text: 'SELECT id FROM people /*m -*/; SELECT ssn FROM people' },
    { name: 'COPY with fewer columns than planned', text: 'COPY people TO STDOUT /*m -xx-*/' },
    { name: 'COPY whose layout is not certain', text: "COPY people TO STDOUT (ENCODING 'latin1') /*m -xx*/" },
  ])('end the session: $name', async ({ text }) => {
    const client = await stage.open();
    client.send(f.query(text));
    expect((await client.untilEnd()).at(-1)?.fields).toMatchObject({ S: 'FATAL', C: 'XX000' });
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });

  test('end it before the first row when the columns come from elsewhere', async () => {
    stage.decide = ({ text = '' }) => ({
      kind: 'mask',
      plans: [{ columns: [undefined], origins: [{ relation: text.length, column: 1 }] }],
    });
    const client = await stage.open();
    client.send(f.parse('SELECT ssn FROM people'), f.bind({}), f.execute(), f.sync());
    expect((await client.untilEnd()).at(-1)?.fields).toMatchObject({ S: 'FATAL', C: 'XX000' });
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });
});

describe('the plan that counts', () => {
  test('is that of Bind, not that of Parse', async () => {
    const client = await stage.open();
    client.send(f.parse('SELECT ssn, id FROM people WHERE id = 1', 's'), f.sync());
    await client.until('Z');
    const masked = (letters: string) => {
      stage.decide = ({ path }) => (path === 'bind' ? { kind: 'mask', plans: [planOf(letters)] } : allow);
    };
    masked('x-');
    expect(await rowsThrough(client, [f.bind({ statement: 's' }), f.execute(), f.sync()])).toEqual(['***|1']);
    masked('0x');
    expect(await rowsThrough(client, [f.bind({ statement: 's' }), f.execute(), f.sync()])).toEqual([
      '\\N|***',
    ]);
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });
});

describe('an error in the middle', () => {
  const failing = "SELECT 'secret ' || id, 1 / (3 - id) FROM generate_series(1, 5) id /*m x-*/";
  test.each([
    { how: 'of a simple query', steps: [f.query(failing)] },
    { how: 'of a portal', steps: [f.parse(failing), f.bind({}), f.execute(), f.sync()] },
  ])('$how ends the result, and the session goes on', async ({ steps }) => {
    const client = await stage.open();
    client.send(...steps);
    const answer = await client.until('Z');
    expect(summary(answer)).toMatch(/ ?D D E\(22012\) Z\(I\)$/);
    expect(await client.rows(select)).toHaveLength(5);
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });

  test('of a Describe of the gateway’s own is the error of the Execute behind it', async () => {
    const client = await stage.open();
    stage.decide = () => ({ kind: 'mask', plans: [{ columns: [undefined] }] });
    client.send(f.execute('nothing'), f.sync());
    expect(summary(await client.until('Z'))).toBe('E(34000) Z(I)');
  });
});

describe('large rows', () => {
  const megabytes = (count: number) => `repeat('0123456789abcdef', ${count} * 65536)`;
  test.each([
    { name: 'a large value that is masked', columns: 'id, ssn, document', letters: '-xx', want: ['***', 3] },
    {
      name: 'a large value behind a masked one',
      columns: 'id, ssn, document',
      letters: '-x-',
      want: ['***', 41943040],
    },
    { name: 'one that becomes NULL', columns: 'id, ssn, document', letters: '-x0', want: ['***', undefined] },
    {
      name: 'one that is masked as it comes',
      columns: 'id, ssn, document, tail',
      letters: '-xs-',
      want: ['***', 41943040],
    },
  ])('$name', async ({ columns, letters, want }) => {
    const client = await stage.open({ milliseconds: 120_000 });
    const row = `SELECT 1 AS id, 'secret'::text AS ssn, ${megabytes(40)} AS document, 'tail'::text AS tail`;
    const [values] = (await client.query(`SELECT ${columns} FROM (${row}) r /*m ${letters}*/`))
      .filter(({ type }) => type === 'D')
      .map((each) => each.values);
    expect([values?.[1]?.toString(), values?.[2]?.length]).toEqual(want);
    expect(client.receivedBytes.includes('secret')).toBe(false);
    expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('that would have to be kept until a masked value behind them comes end the session', async () => {
    const client = await stage.open();
    client.send(f.query(`SELECT ${megabytes(20)}, 'secret' /*m -x*/`));
    expect((await client.untilEnd()).at(-1)?.fields).toMatchObject({ S: 'FATAL', C: '54000' });
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });
});

describe('words that are withheld', () => {
  const isWithheld = (fields: Readonly<Record<string, string>>, code: string, severity = 'ERROR') => {
    expect(fields).toMatchObject({ S: severity, V: severity, C: code });
    expect(Object.keys(fields).sort().join('')).toBe('CHMSV');
  };
  const failing = 'SELECT ssn::int FROM people WHERE id = 1';

  test.each([
    { how: 'a masked query', steps: [f.query(`${failing} /*m x*/`)] },
    { how: 'a masked portal', steps: [f.parse(`${failing} /*m x*/`), f.bind({}), f.execute(), f.sync()] },
  ])('$how', async ({ steps }) => {
    const client = await stage.open();
    client.send(...steps);
    const error = (await client.until('Z')).find(({ type }) => type === 'E');
    isWithheld(error?.fields ?? {}, '22P02');
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });

  test('a statement that is allowed and withholds', async () => {
    stage.decide = ({ text }) => ({ kind: 'allow', withholds: text === failing });
    const client = await stage.open();
    isWithheld((await client.query(failing)).find(({ type }) => type === 'E')?.fields ?? {}, '22P02');
    const other = (await client.query("SELECT 'words'::int")).find(({ type }) => type === 'E');
    expect(other?.fields.M).toContain('words');
  });

  test('notices keep their severity', async () => {
    const owner = await stage.direct();
    await owner.rows(`CREATE OR REPLACE FUNCTION noisy(value text) RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN RAISE WARNING 'the value is %', value USING DETAIL = value; RETURN value; END $$`);
    const client = await stage.open();
    const answer = await client.query('SELECT noisy(ssn) FROM people WHERE id = 1 /*m x*/');
    isWithheld(answer.find(({ type }) => type === 'N')?.fields ?? {}, '01000', 'WARNING');
    expect(client.receivedBytes.includes('secret')).toBe(false);
    const notice = (await client.query("SELECT noisy('words')")).find(({ type }) => type === 'N');
    expect(notice?.fields.M).toContain('words');
  });

  test('what the planner says at Bind', async () => {
    const owner = await stage.direct();
    await owner.rows(`CREATE OR REPLACE FUNCTION failing() RETURNS int LANGUAGE plpgsql IMMUTABLE AS
      $$ BEGIN RAISE EXCEPTION 'it is secret'; END $$`);
    const client = await stage.open();
    client.send(f.parse('SELECT failing() /*m x*/'), f.bind({}), f.execute(), f.sync());
    const answer = await client.until('Z');
    isWithheld(answer.find(({ type }) => type === 'E')?.fields ?? {}, 'P0001');
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });

  test('checks that wait for the end of the transaction', async () => {
    const owner = await stage.direct();
    await owner.rows('CREATE TABLE IF NOT EXISTS late (ssn text UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const client = await stage.open();
    stage.decide = ({ text }) => ({ kind: 'allow', withholds: text?.startsWith('INSERT') === true });
    const insert = "INSERT INTO late SELECT 'secret' FROM generate_series(1, 2)";
    await client.query('BEGIN');
    await client.query(insert);
    await client.query('SAVEPOINT s');
    const between = (await client.query("SELECT 'words'::int")).find(({ type }) => type === 'E');
    expect(between?.fields.M).toContain('words');
    await client.query('ROLLBACK TO s');
    const answer = await client.query('COMMIT');
    isWithheld(answer.find(({ type }) => type === 'E')?.fields ?? {}, '23505');
    client.send(f.parse(insert), f.bind({}), f.execute(), f.sync());
    isWithheld((await client.until('Z')).find(({ type }) => type === 'E')?.fields ?? {}, '23505');
    expect(client.receivedBytes.includes('secret')).toBe(false);
    await expect(client.rows("SELECT 'words'::int")).rejects.toThrow(ServerError);
  });
});
