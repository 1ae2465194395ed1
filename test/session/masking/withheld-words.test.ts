// Errors and notices of statements that may read what is masked: their kind is told, and nothing else.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frontend as f, ServerError } from '../../support/raw-client.ts';
import { Stage } from '../support.ts';
import { schema } from './cases.ts';
import { maskAsWritten } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
beforeEach(() => {
  stage.decide = maskAsWritten;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

describe('words that are withheld', () => {
  const isWithheld = (fields: Readonly<Record<string, string>>, code: string, severity = 'ERROR') => {
    expect(fields).toMatchObject({ S: severity, V: severity, C: code });
    expect(Object.keys(fields).sort().join('')).toBe(severity === 'ERROR' ? 'CDHMSV' : 'CDMSV');
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

  describe('in whatever way they come', () => {
    const touches = /late|people|people_copy/;
    beforeEach(async () => {
      const owner = await stage.direct();
      await owner.rows('CREATE TABLE IF NOT EXISTS late (ssn text UNIQUE DEFERRABLE INITIALLY DEFERRED)');
      await owner.rows('TRUNCATE late');
      stage.decide = ({ text = '' }) => ({ kind: 'allow', withholds: touches.test(text) });
    });
    const twice = "INSERT INTO late SELECT 'secret' FROM generate_series(1, 2)";
    const run = (text: string) => [f.parse(text), f.bind({}), f.execute()];

    test.each([
      {
        how: 'SET CONSTRAINTS that checks at once',
        last: [f.query('SET CONSTRAINTS ALL IMMEDIATE')],
        code: '23505',
      },
      { how: 'COMMIT by the extended protocol', last: [...run('COMMIT'), f.sync()], code: '23505' },
      { how: 'COMMIT AND CHAIN', last: [f.query('COMMIT AND CHAIN')], code: '23505' },
      { how: 'COMMIT behind an ordinary statement', last: [f.query('SELECT 1; COMMIT')], code: '23505' },
      { how: 'PREPARE TRANSACTION', last: [f.query("PREPARE TRANSACTION 'late'")], code: '23505' },
    ])('$how', async ({ last, code }) => {
      const client = await stage.open();
      await client.query('BEGIN');
      await client.query(twice);
      client.send(...last);
      isWithheld((await client.until('Z')).find(({ type }) => type === 'E')?.fields ?? {}, code);
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('a cursor that is held, whose query fails when its transaction is committed', async () => {
      const client = await stage.open();
      await client.query('BEGIN');
      await client.query('DECLARE c CURSOR WITH HOLD FOR SELECT ssn::int FROM people');
      isWithheld((await client.query('COMMIT')).find(({ type }) => type === 'E')?.fields ?? {}, '22P02');
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('a portal that fails at its second Execute', async () => {
      const client = await stage.open();
      client.send(
        f.parse(
          'SELECT CASE WHEN n = 2 THEN (SELECT max(ssn) FROM people)::int END FROM generate_series(1, 2) n',
        ),
      );
      client.send(f.bind({ portal: 'p' }), f.execute('p', 1), f.execute('p', 1), f.sync());
      isWithheld((await client.until('Z')).find(({ type }) => type === 'E')?.fields ?? {}, '22P02');
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('a pipeline whose Sync commits', async () => {
      const client = await stage.open();
      client.send(...run(twice), ...run('SELECT 1'), f.sync());
      isWithheld((await client.until('Z')).find(({ type }) => type === 'E')?.fields ?? {}, '23505');
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('a line that COPY takes from the client, and its context', async () => {
      const client = await stage.open();
      client.send(f.query('COPY late FROM STDIN'));
      await client.until('G');
      client.send(f.copyData('secret\tof two columns\n'), f.copyDone());
      isWithheld((await client.until('Z')).find(({ type }) => type === 'E')?.fields ?? {}, '22P04');
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('COPY to the client that fails in the middle', async () => {
      const client = await stage.open();
      const answer = await client.query('COPY (SELECT ssn::int FROM people) TO STDOUT');
      isWithheld(answer.find(({ type }) => type === 'E')?.fields ?? {}, '22P02');
    });

    test('once the transaction has ended, words are told again', async () => {
      const client = await stage.open();
      for (const text of ['BEGIN', twice, 'COMMIT', 'BEGIN', 'SELECT 1']) await client.query(text);
      const answer = await client.query("SELECT 'words'::int; COMMIT");
      expect(answer.find(({ type }) => type === 'E')?.fields.M).toContain('words');
    });
  });
});
