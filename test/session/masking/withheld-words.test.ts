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
});
