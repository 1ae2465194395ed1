// Statements on objects that one session alone sees: temporary ones, and what it has not committed.
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createResolver, DatabaseFacts, type FactsAnswer } from '../../../gateway/catalog/index.ts';
import { OffThread, silentLog } from '../../../gateway/lib/index.ts';
import { patience } from '../resolver/fixture.ts';
import type { PlayingSession } from '../resolver/playing-session.ts';
import { printAnswer } from './print-facts.ts';
import { type FactsStage, startFactsStage } from './stage.ts';

type Case = Readonly<{
  name: string;
  /** Run in the session before; the last leaves the transaction as the statement finds it. */
  before: readonly string[];
  statement: string;
  /** Lines that the facts have. */
  has: readonly string[];
  hasNot?: readonly string[];
}>;

const cases: readonly Case[] = [
  {
    name: 'a temporary table',
    before: ['CREATE TEMP TABLE notes (a int, b text)'],
    statement: 'SELECT b FROM notes WHERE a = 1',
    has: [
      'relation · pg_temp.notes · select',
      'column · notes.b · output',
      'output · 1 b · pg_temp.notes.b · direct',
    ],
  },
  {
    name: 'a temporary table in the place of a permanent one',
    before: ['CREATE TEMP TABLE customers (ssn text)'],
    statement: 'TRUNCATE customers',
    has: ['relation · pg_temp.customers · truncate', 'write · truncate · pg_temp.customers() · rows: none'],
    hasNot: ['relation · public.customers'],
  },
  {
    name: 'the permanent table behind it, by its schema',
    before: ['CREATE TEMP TABLE customers (ssn text)'],
    statement: 'SELECT ssn FROM public.customers',
    has: ['output · 1 ssn · public.customers.ssn · direct · {pii.ssn}'],
  },
  {
    name: 'a temporary schema by its alias',
    before: ['CREATE TEMP TABLE notes (a int, b text)'],
    statement: 'COPY pg_temp.notes TO STDOUT',
    has: ['column · notes.a · output', 'column · notes.b · output'],
  },
  {
    name: 'a temporary view over a labelled column',
    before: ['CREATE TEMP VIEW hidden AS SELECT id, right(ssn, 2) AS x FROM customers'],
    statement: 'SELECT x FROM hidden',
    has: [
      'output · 1 x · pg_temp.hidden.x public.customers.ssn · {pii.ssn}',
      'relation · public.customers · select · through pg_temp.hidden · {pii.email pii.ssn}',
    ],
  },
  {
    name: 'a label in the comment on a temporary column',
    before: ['CREATE TEMP TABLE notes (a text)', "COMMENT ON COLUMN notes.a IS '@label(pii.note)'"],
    statement: 'SELECT a FROM notes',
    has: ['output · 1 a · pg_temp.notes.a · direct · {pii.note}'],
  },
  {
    name: 'a temporary function',
    before: [
      'CREATE FUNCTION pg_temp.own() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT ssn FROM customers; END',
    ],
    statement: 'SELECT pg_temp.own()',
    has: ['output · 1 own · public.customers.ssn · {pii.ssn}'],
  },
  {
    name: 'a table of the open transaction',
    before: ['BEGIN', 'CREATE TABLE fresh (a int PRIMARY KEY, b text)'],
    statement: 'DELETE FROM fresh WHERE a = 1',
    has: ['write · delete · public.fresh() · rows: key_equality'],
  },
  {
    name: 'a table of a savepoint',
    before: [
      'BEGIN',
      'SAVEPOINT one',
      'CREATE TABLE fresh (a int)',
      'SAVEPOINT two',
      'ALTER TABLE fresh ADD b text',
    ],
    statement: 'SELECT b FROM fresh',
    has: ['output · 1 b · public.fresh.b · direct'],
  },
  {
    name: 'a view of the open transaction',
    before: ['BEGIN', 'CREATE VIEW seen AS SELECT ssn AS y FROM customers'],
    statement: 'SELECT y FROM seen',
    has: ['output · 1 y · public.seen.y public.customers.ssn · direct · {pii.ssn}'],
  },
  {
    name: 'a table under a new name',
    before: ['BEGIN', 'ALTER TABLE customers RENAME TO people', 'ALTER TABLE people RENAME ssn TO number'],
    statement: 'SELECT number FROM people',
    has: ['output · 1 number · public.people.number · direct · {pii.ssn}'],
  },
  {
    name: 'another table under the old name',
    before: ['BEGIN', 'ALTER TABLE customers RENAME TO people', 'CREATE TABLE customers (a int)'],
    statement: 'TRUNCATE customers',
    has: ['relation · public.customers · truncate'],
    hasNot: ['pii.ssn'],
  },
  {
    name: 'a trigger of the open transaction',
    before: ['BEGIN', 'CREATE TRIGGER late BEFORE DELETE ON copies FOR EACH ROW EXECUTE FUNCTION trg()'],
    statement: 'DELETE FROM copies',
    has: ['opaque · trigger: fires the plpgsql function public.trg(), whose reads are not known'],
  },
  {
    name: 'a body that was replaced in the open transaction',
    before: [
      'BEGIN',
      'CREATE OR REPLACE FUNCTION body(i int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT email FROM customers; END',
    ],
    statement: 'SELECT body(1)',
    has: ['output · 1 body · public.customers.email · {pii.email}'],
  },
  {
    name: 'a cast of the open transaction',
    before: [
      'BEGIN',
      "CREATE TYPE hue AS ENUM ('red')",
      "CREATE TYPE tone AS ENUM ('red')",
      "CREATE FUNCTION to_tone(hue) RETURNS tone LANGUAGE sql RETURN 'red'::tone",
      'CREATE CAST (hue AS tone) WITH FUNCTION to_tone AS IMPLICIT',
    ],
    statement: "SELECT 'red'::hue UNION SELECT 'red'::tone",
    has: ['cast · public.to_tone(public.hue) · followed'],
  },
  {
    name: 'a temporary heir of a permanent table',
    before: ['CREATE TEMP TABLE heir () INHERITS (logt)'],
    statement: 'SELECT t FROM logt',
    has: ['relation · pg_temp.heir · select · through public.logt'],
  },
  {
    name: 'nothing of its own',
    before: [],
    statement: 'SELECT ssn FROM customers',
    has: ['output · 1 ssn · public.customers.ssn · direct · {pii.ssn}'],
  },
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: FactsStage;
  let session: PlayingSession;
  let facts: DatabaseFacts;
  const thread = new OffThread();

  beforeAll(async () => {
    stage = await startFactsStage(version);
    const never = async (): Promise<pg.Client> => {
      throw new Error('only the session is asked');
    };
    const catalog = { current: () => stage.catalog, refresh: async () => stage.catalog };
    const resolver = await createResolver({ connect: never, log: silentLog }, patience);
    facts = new DatabaseFacts({ catalog, resolver, thread, log: silentLog, statementBytes: 1_000_000 });
  });
  afterAll(async () => {
    await thread.close();
    await stage?.stop();
  });
  beforeEach(async () => {
    session = await stage.session();
  });
  afterEach(() => session.client.end());

  const ask = async (text: string): Promise<FactsAnswer> => {
    const { rows } = await session.client.query<{ path: string[] }>(
      'SELECT current_schemas(true)::text[] AS path',
    );
    const analysis = { searchPath: rows[0]?.path ?? [], settings: {} };
    return facts.ofSession(
      { text, parameterTypes: [], analysis },
      { questions: session, named: () => undefined },
    );
  };

  test.each(cases)('$name', async ({ before, statement, has, hasNot = [] }) => {
    for (const each of before) await session.client.query(each);
    const printed = printAnswer(await ask(statement)).replace(/pg_temp_\d+/g, 'pg_temp');
    const lines = printed.split('\n');
    expect(lines).toEqual(expect.arrayContaining([...has]));
    for (const each of hasNot) expect(printed).not.toContain(each);
    if (!has.some((line) => line.startsWith('opaque'))) expect(printed).not.toContain('opaque ·');
  });

  test('functions and operators that the session put before the server’s own are not called', async () => {
    for (const each of [
      'CREATE FUNCTION pg_temp.no(oid, oid) RETURNS boolean LANGUAGE sql RETURN false',
      'CREATE OPERATOR pg_temp.= (FUNCTION = pg_temp.no, LEFTARG = oid, RIGHTARG = oid)',
      'CREATE TEMP VIEW hidden AS SELECT ssn AS x FROM customers',
      'SET search_path = pg_temp, public, pg_catalog',
    ])
      await session.client.query(each);
    expect(printAnswer(await ask('SELECT x FROM hidden'))).toContain('{pii.ssn}');
  });

  test('the session is as it was', async () => {
    await session.client.query('BEGIN');
    await session.client.query('CREATE TEMP TABLE notes (a int)');
    await session.client.query('SAVEPOINT mine');
    await ask('SELECT a FROM notes');
    expect(session.transaction).toBe('open');
    const { rows } = await session.client.query('SHOW search_path');
    expect(rows).toEqual([{ search_path: '"$user", public' }]);
    await session.client.query('ROLLBACK TO mine');
    await session.client.query('SELECT a FROM notes');
  });

  test('in a failed transaction what names something is opaque, and its end is not', async () => {
    await session.client.query('BEGIN');
    await session.client.query('SELECT 1 / 0').catch(() => {});
    // Its turn comes when the session is known to have failed.
    await session.client.query('SELECT 1').catch(() => {});
    const analysis = { searchPath: ['pg_catalog', 'public'], settings: {} };
    const of = (text: string) =>
      facts.ofSession({ text, parameterTypes: [], analysis }, { questions: session, named: () => undefined });
    expect(printAnswer(await of('TRUNCATE copies'))).toContain('opaque · unresolved: the transaction');
    expect(printAnswer(await of('ROLLBACK'))).not.toContain('opaque');
  });
});
