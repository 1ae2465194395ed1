// What a statement is told of its session, at a real server: names, the search path, settings, objects of its own.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allow, type MayChange, type Statement } from '../../gateway/session/index.ts';
import { frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { Stage } from './support.ts';

const schema = `
CREATE SCHEMA other;
CREATE TABLE items (id int);
CREATE FUNCTION swap_prepared() RETURNS int LANGUAGE plpgsql AS
  $$BEGIN EXECUTE 'DEALLOCATE p' ;EXECUTE 'PREPARE p AS SELECT 666' ;RETURN 1 ;END$$;
CREATE FUNCTION swap_cursor() RETURNS int LANGUAGE plpgsql AS
  $$DECLARE c refcursor := 'c' ;BEGIN CLOSE c ;OPEN c FOR SELECT 666 ;RETURN 1 ;END$$;
CREATE FUNCTION leave() RETURNS int LANGUAGE plpgsql AS
  $$BEGIN PERFORM set_config('search_path', 'other', false) ;RETURN 1 ;END$$;
CREATE FUNCTION make_temporary() RETURNS int LANGUAGE plpgsql AS
  $$BEGIN CREATE TEMP TABLE made (id int) ;RETURN 1 ;END$$;
CREATE FUNCTION escape() RETURNS int LANGUAGE plpgsql AS
  $$BEGIN PERFORM set_config('standard_conforming_strings', 'off', false) ;RETURN 1 ;END$$`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
beforeEach(() => {
  stage.resetGuard();
  seen.length = 0;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

/** What the statements with the word were told, in order. */
const seen: unknown[] = [];

/** Looks at the session before each statement with the word, and tells what the functions of some may change. */
function look<T>(
  what: (statement: Statement) => T | Promise<T>,
  hints: Readonly<Record<string, readonly MayChange[]>> = {},
): void {
  stage.decide = async (statement) => {
    const { text = '', path } = statement;
    for (const [word, changes] of Object.entries(hints)) {
      if (text.includes(word)) statement.mayChange(...changes);
    }
    if (text.includes('look') && path !== 'parse') seen.push(await what(statement));
    return allow;
  };
}

const preparedText = async ({ session }: Statement) => (await session.prepared('p'))?.text.trim();
const cursorText = async ({ session }: Statement) => (await session.cursor('c'))?.statement?.text.trim();
const path = async ({ session }: Statement) => (await session.context()).searchPath;
const own = async ({ session }: Statement) => {
  await session.context();
  return session.ownObjects;
};

/** Sends each text as a Query of its own, in one write. */
async function pipeline(client: RawClient, ...texts: readonly string[]): Promise<string> {
  client.send(...texts.map((text) => f.query(text)));
  const answers: string[] = [];
  for (const _ of texts) answers.push(summary(await client.until('Z')));
  return answers.join(' ');
}

/** The same as one segment. */
async function segment(client: RawClient, ...texts: readonly string[]): Promise<string> {
  client.send(...texts.map((text) => f.extended(text)), f.sync());
  return summary(await client.until('Z'));
}

/** What the server has logged of the client's session, with this text at least. */
async function linesOf(client: RawClient, text: string): Promise<readonly string[]> {
  const lines = (): string[] =>
    stage.postgres
      .logText()
      .split('\n')
      .filter((line) => line.includes(`[${client.pid}]`));
  await waitUntil(`${text} in the log`, () => lines().some((line) => line.includes(text)));
  return lines();
}

describe.each([
  { name: 'query by query', send: pipeline },
  { name: 'in one segment', send: segment },
])('a prepared statement, $name,', ({ send }) => {
  test('is what stands inside PREPARE, until it is deallocated', async () => {
    look(preparedText);
    const client = await stage.open();
    await send(
      client,
      'PREPARE p (int) AS SELECT $1',
      'SELECT 1 AS look',
      'DEALLOCATE p',
      'SELECT 2 AS look',
    );
    expect(seen).toEqual(['SELECT $1', undefined]);
  });

  test('that code may have replaced is asked for', async () => {
    look(preparedText, { swap_prepared: ['names'] });
    const client = await stage.open();
    await client.query('PREPARE p AS SELECT 1');
    await send(client, 'SELECT 1 AS look', 'SELECT swap_prepared()', 'SELECT 2 AS look');
    expect(seen).toEqual(['SELECT 1', undefined]);
  });

  test('that code has left alone is still known', async () => {
    look(preparedText, { leave: ['names'] });
    const client = await stage.open();
    await client.query('PREPARE p AS SELECT 1');
    await send(client, 'SELECT leave()', 'SELECT 2 AS look');
    expect(seen).toEqual(['SELECT 1']);
  });

  test('is not transactional', async () => {
    look(preparedText);
    const client = await stage.open();
    await client.query('BEGIN');
    await send(client, 'PREPARE p AS SELECT 1', 'ROLLBACK', 'SELECT 1 AS look');
    expect(seen).toEqual(['SELECT 1']);
  });
});

describe('a prepared statement', () => {
  test('that a function replaced is not bound as what it was', async () => {
    look(() => undefined, { swap_prepared: ['names'] });
    const client = await stage.open();
    await client.query('PREPARE p AS SELECT 1');
    client.send(f.query('SELECT swap_prepared()'), f.bind({ statement: 'p' }), f.execute(), f.sync());
    await client.until('Z');
    await client.until('Z');
    expect(stage.seen.filter(({ path }) => path === 'bind').map(({ text }) => text)).toEqual([undefined]);
  });

  test('is bound as what it is when the function only might have', async () => {
    look(() => undefined, { leave: ['names'] });
    const client = await stage.open();
    client.send(f.parse('SELECT 7', 's'), f.sync(), f.query('SELECT leave()'));
    client.send(f.bind({ statement: 's' }), f.execute(), f.sync());
    for (let answers = 0; answers < 3; answers++) await client.until('Z');
    expect(stage.seen.filter(({ path }) => path === 'bind').map(({ text }) => text)).toEqual(['SELECT 7']);
  });

  test('is known to the statements behind PREPARE in the same text, and to none before', async () => {
    look(async ({ session }) => [
      (await session.prepared('p', 0))?.text.trim(),
      (await session.prepared('p', 1))?.text.trim(),
      (await session.prepared('p', 2))?.text.trim(),
    ]);
    await (await stage.open()).query('PREPARE p AS SELECT 1; DEALLOCATE ALL; SELECT 2 AS look');
    expect(seen).toEqual([[undefined, 'SELECT 1', undefined]]);
  });

  test('that EXECUTE names is what it is when it runs, and not when it was bound', async () => {
    const executed: unknown[] = [];
    stage.decide = async ({ path, text, session }) => {
      if (text === 'EXECUTE p') executed.push([path, (await session.prepared('p'))?.text.trim()]);
      return allow;
    };
    const client = await stage.open();
    await client.query('PREPARE p AS SELECT 1');
    client.send(f.parse('EXECUTE p', 'e'), f.bind({ statement: 'e' }), f.closeStatement('p'));
    client.send(f.parse('SELECT 2', 'p'), f.execute(), f.sync());
    const row = (await client.until('Z')).find(({ type }) => type === 'D');
    expect(row?.texts).toEqual(['2']);
    expect(executed).toEqual([
      ['parse', 'SELECT 1'],
      ['bind', 'SELECT 1'],
      ['execute', 'SELECT 2'],
    ]);
  });

  test('has a name of 63 bytes, as the server has', async () => {
    look(() => undefined);
    const client = await stage.open();
    const name = 'n'.repeat(63);
    client.send(
      f.parse('SELECT 1', `${name}1`),
      f.closeStatement(`${name}2`),
      f.parse('SELECT 2', `${name}2`),
    );
    client.send(f.bind({ statement: `${name}1` }), f.execute(), f.sync());
    const row = (await client.until('Z')).find(({ type }) => type === 'D');
    expect(row?.texts).toEqual(['2']);
    expect(stage.seen.at(-1)?.text).toBe('SELECT 2');
  });
});

describe('a cursor', () => {
  const cases = [
    { name: 'is what DECLARE declares', texts: ['DECLARE c CURSOR FOR SELECT 1'], want: 'SELECT 1' },
    {
      name: 'is gone when it is closed',
      texts: ['DECLARE c CURSOR FOR SELECT 1', 'CLOSE c'],
      want: undefined,
    },
    { name: 'and when all are', texts: ['DECLARE c CURSOR FOR SELECT 1', 'CLOSE ALL'], want: undefined },
    {
      name: 'is gone with its transaction',
      texts: ['DECLARE c CURSOR FOR SELECT 1', 'COMMIT'],
      want: undefined,
    },
    {
      name: 'outlives it when it is held',
      texts: ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'COMMIT'],
      want: 'SELECT 1',
    },
    {
      name: 'though not a rollback',
      texts: ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'ROLLBACK'],
      want: undefined,
    },
    {
      name: 'but the rollback of a later transaction',
      texts: ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'COMMIT', 'BEGIN', 'SELECT 1', 'ROLLBACK'],
      want: 'SELECT 1',
    },
    {
      name: 'goes with a savepoint that it was declared after',
      texts: ['SAVEPOINT s', 'DECLARE c CURSOR FOR SELECT 1', 'ROLLBACK TO s'],
      want: undefined,
    },
    {
      name: 'stays when it was declared before',
      texts: ['DECLARE c CURSOR FOR SELECT 1', 'SAVEPOINT s', 'ROLLBACK TO s'],
      want: 'SELECT 1',
    },
    {
      name: 'stays when the savepoint was released',
      texts: ['SAVEPOINT s', 'SAVEPOINT t', 'DECLARE c CURSOR FOR SELECT 1', 'RELEASE t', 'ROLLBACK TO t'],
      want: 'failed',
    },
    {
      name: 'that code may have replaced is asked for',
      texts: ['DECLARE c CURSOR FOR SELECT 1', 'SELECT swap_cursor()'],
      want: undefined,
    },
    {
      name: 'that code has left alone is still known',
      texts: ['DECLARE c CURSOR FOR SELECT 1', 'SELECT leave()'],
      want: 'SELECT 1',
    },
  ];
  test.each(cases)('$name', async ({ texts, want }) => {
    const hints = { swap_cursor: ['names'], leave: ['names'] } as const;
    look((statement) => (statement.transaction === 'failed' ? 'failed' : cursorText(statement)), hints);
    const client = await stage.open();
    await pipeline(client, 'BEGIN', ...texts);
    await client.query('SELECT 1 AS look');
    expect(seen).toEqual([want]);
  });

  test('that a Bind opened is known to FETCH', async () => {
    look(cursorText);
    const client = await stage.open();
    client.send(f.query('BEGIN'), f.parse('SELECT 5'), f.bind({ portal: 'c' }), f.sync());
    client.send(f.query('FETCH c -- look'));
    for (let answers = 0; answers < 3; answers++) await client.until('Z');
    expect(seen).toEqual(['SELECT 5']);
  });

  test('is known to the statements behind DECLARE in the same text', async () => {
    look(async ({ session }) => (await session.cursor('c', 2))?.statement?.text.trim());
    const client = await stage.open();
    await client.query('BEGIN; DECLARE c CURSOR FOR SELECT 1; FETCH c; COMMIT -- look');
    expect(seen).toEqual(['SELECT 1']);
  });
});

describe('the search path', () => {
  test('is the effective one, and the same object while nothing changes, in all sessions', async () => {
    const contexts: unknown[] = [];
    stage.decide = async ({ session }) => {
      contexts.push(await session.context());
      return allow;
    };
    for (const client of [await stage.open(), await stage.open()]) {
      await client.rows('SELECT 1');
      await client.rows('INSERT INTO items VALUES (1)');
      await client.rows("SET application_name = 'x'");
      await client.rows('SELECT 2');
    }
    expect(new Set(contexts).size).toBe(1);
    expect(contexts[0]).toMatchObject({ searchPath: ['pg_catalog', 'public'] });
  });

  test('is asked for once', async () => {
    look(path);
    const client = await stage.open();
    for (let index = 0; index < 3; index++) await client.rows(`SELECT ${index} AS look, 'asked once'`);
    const mine = await linesOf(client, "SELECT 2 AS look, 'asked once'");
    expect(mine.filter((line) => line.includes('current_schemas')).length).toBeLessThanOrEqual(1);
  });

  const cases = [
    { name: 'SET', texts: ['SET search_path = other'], want: ['pg_catalog', 'other'] },
    {
      name: 'RESET',
      texts: ['SET search_path = other', 'RESET search_path'],
      want: ['pg_catalog', 'public'],
    },
    {
      name: 'DISCARD ALL',
      texts: ['SET search_path = other', 'DISCARD ALL'],
      want: ['pg_catalog', 'public'],
    },
    {
      name: 'a ROLLBACK',
      texts: ['BEGIN', 'SET search_path = other', 'SELECT 1 AS look', 'ROLLBACK'],
      want: ['pg_catalog', 'public'],
    },
    {
      name: 'a ROLLBACK TO',
      texts: ['BEGIN', 'SAVEPOINT s', 'SET search_path = other', 'SELECT 1 AS look', 'ROLLBACK TO s'],
      want: ['pg_catalog', 'public'],
    },
    {
      name: 'the end of SET LOCAL',
      texts: ['BEGIN', 'SET LOCAL search_path = other', 'SELECT 1 AS look', 'COMMIT'],
      want: ['pg_catalog', 'public'],
    },
    { name: 'a function', texts: ['SELECT leave()'], want: ['pg_catalog', 'other'] },
    {
      name: 'a schema that somebody creates',
      texts: ['SET search_path = fresh', 'SELECT 1 AS look', 'CREATE SCHEMA fresh'],
      want: ['pg_catalog', 'fresh'],
    },
    {
      name: 'an error behind it in the same text',
      texts: ['SET search_path = other; SELECT 1/0'],
      want: ['pg_catalog', 'public'],
    },
  ];
  test.each(cases)('is asked for again after $name', async ({ texts, want }) => {
    look(path, { leave: ['settings'] });
    const client = await stage.open();
    await pipeline(client, 'SELECT 0 AS look', ...texts, 'SELECT 2 AS look');
    await client.query('DROP SCHEMA IF EXISTS fresh');
    expect(seen.at(-1)).toEqual(want);
  });

  test('is what it is in the middle of a segment', async () => {
    look(path, { leave: ['settings'] });
    const client = await stage.open();
    await segment(client, 'SELECT 1 AS look', 'SET search_path = other', 'SELECT 2 AS look');
    expect(seen).toEqual([
      ['pg_catalog', 'public'],
      ['pg_catalog', 'other'],
    ]);
  });

  test('is asked for again with another version of the catalog', async () => {
    const admin = await stage.open();
    let version = '1';
    look(async ({ session }) => (await session.context(version)).searchPath);
    const client = await stage.open();
    await client.query('SET search_path = fresh, public');
    await client.query('SELECT 1 AS look');
    await admin.query('CREATE SCHEMA fresh');
    version = '2';
    await client.query('SELECT 2 AS look');
    await admin.query('DROP SCHEMA fresh');
    expect(seen).toEqual([
      ['pg_catalog', 'public'],
      ['pg_catalog', 'fresh', 'public'],
    ]);
  });

  test('and what else the text before it changes is said not to be known', async () => {
    look(({ session }) => [0, 1, 2, 3].map((index) => session.isKnownAt(index)));
    const client = await stage.open();
    await client.query('SELECT 1; BEGIN; SET search_path = other; SELECT 2 AS look');
    expect(seen).toEqual([[true, true, true, false]]);
  });
});

describe('what the session has of its own', () => {
  const cases = [
    { name: 'nothing', texts: [], want: 'none' },
    { name: 'a temporary table', texts: ['CREATE TEMP TABLE t (id int)'], want: 'maybe' },
    {
      name: 'one that was dropped',
      texts: ['CREATE TEMP TABLE t (id int)', 'DROP TABLE t'],
      want: 'none',
    },
    {
      name: 'one that was discarded',
      texts: ['CREATE TEMP TABLE t (id int)', 'DISCARD TEMP'],
      want: 'none',
    },
    {
      name: 'one that goes with its transaction',
      texts: ['BEGIN', 'CREATE TEMP TABLE t (id int) ON COMMIT DROP', 'COMMIT'],
      want: 'none',
    },
    {
      name: 'one whose drop is rolled back',
      texts: ['CREATE TEMP TABLE t (id int)', 'BEGIN', 'DROP TABLE t', 'SELECT 1 AS look', 'ROLLBACK'],
      want: 'maybe',
    },
    { name: 'one by SELECT INTO', texts: ['SELECT 1 AS id INTO TEMP t'], want: 'maybe' },
    { name: 'one that a function made', texts: ['SELECT make_temporary()'], want: 'maybe' },
    {
      name: 'a temporary function',
      texts: ['CREATE FUNCTION pg_temp.f() RETURNS int RETURN 1'],
      want: 'maybe',
    },
    { name: 'an uncommitted table', texts: ['BEGIN', 'CREATE TABLE fresh (id int)'], want: 'maybe' },
    {
      name: 'one that was rolled back',
      texts: ['BEGIN', 'CREATE TABLE fresh (id int)', 'ROLLBACK'],
      want: 'none',
    },
    { name: 'one that failed', texts: ['CREATE TABLE fresh (id int); SELECT 1/0'], want: 'none' },
  ];
  test.each(cases)('$name', async ({ texts, want }) => {
    look(own, { make_temporary: ['catalog'] });
    const client = await stage.open();
    await pipeline(client, ...texts, 'SELECT 2 AS look');
    expect(seen.at(-1)).toBe(want);
  });
});

describe('how text is read', () => {
  test('is asked again within a segment, once code may have changed it: the session ends', async () => {
    look(() => undefined, { escape: ['settings'] });
    const client = await stage.open();
    client.send(f.extended('SELECT escape()'), f.extended("SELECT 'x\\'"), f.sync());
    const answer = summary(await client.untilEnd());
    expect(answer).toMatch(/E\(\w+\)$/);
    expect(stage.seen.map(({ text }) => text)).not.toContain("SELECT 'x\\'");
  });

  test('is not asked for when nothing was said to change it', async () => {
    look(() => undefined);
    const client = await stage.open();
    expect(await segment(client, 'SELECT 1', 'SELECT 2')).toBe(
      '1 2 T D C(SELECT 1) 1 2 T D C(SELECT 1) Z(I)',
    );
    const mine = await linesOf(client, 'SELECT 2');
    expect(mine.join('\n')).not.toContain('current_schemas');
  });
});

test('a commit of what the catalog shows is told, with the resource', async () => {
  stage.schemaChanges.length = 0;
  const client = await stage.open();
  const counts: number[] = [];
  for (const text of [
    'CREATE TABLE fresh (id int)',
    'BEGIN',
    'ALTER TABLE fresh ADD COLUMN name text',
    'COMMIT',
    'BEGIN',
    'DROP TABLE fresh',
    'ROLLBACK',
    'CREATE TEMP TABLE mine (id int)',
    'INSERT INTO fresh VALUES (1)',
    'DROP TABLE fresh',
  ]) {
    await client.query(text);
    counts.push(stage.schemaChanges.length);
  }
  expect(counts).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 3]);
  expect(new Set(stage.schemaChanges)).toEqual(new Set(['shop']));
});
