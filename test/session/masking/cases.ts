// Every way to ask for a result, and what is to come of it: tables of the tests on each version of the server.
import { frontend as f, type RawClient } from '../../support/raw-client.ts';
import { play, whole } from '../script.ts';

export const schema = `
CREATE TABLE people (id int PRIMARY KEY, name varchar(20), ssn text);
INSERT INTO people SELECT i, 'name ' || i, 'secret ' || i FROM generate_series(1, 5) i;
CREATE TABLE big (id int, ssn text, document text, tail text)`;

export const select = 'SELECT id, ssn FROM people /*m -x*/ ORDER BY id';
const parse = f.parse(select);
const named = f.parse(select, 's');
const five = [1, 2, 3, 4, 5].map((id) => `${id}|***`);
const columnsOf = (texts: readonly (string | null)[]): string => texts.map((each) => each ?? '\\N').join('|');

type Case = Readonly<{ name: string; steps: readonly Buffer[]; want: readonly string[] }>;

export const cases: readonly Case[] = [
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
export async function rowsThrough(
  client: RawClient,
  steps: readonly Buffer[],
  cut = whole,
): Promise<string[]> {
  const { messages } = await play(client, { name: '', steps: [Buffer.concat(steps)] }, cut);
  return rowsOf(messages).slice(0, -1);
}
