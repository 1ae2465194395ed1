// Rows for which there is no mask, plans that change, and results that end early: nothing passes that wasn't planned for.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allow } from '../../../gateway/session/index.ts';
import { frontend as f, summary } from '../../support/raw-client.ts';
import { Stage } from '../support.ts';
import { rowsThrough, schema, select } from './cases.ts';
import { maskAsWritten, planOf } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
beforeEach(() => {
  stage.decide = maskAsWritten;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

describe('rows for which there is no mask', () => {
  test.each([
    { name: 'more columns than planned', text: 'SELECT id, ssn FROM people /*m -*/' },
    { name: 'fewer columns than planned', text: 'SELECT ssn FROM people /*m x-*/' },
    { name: 'a second result', text: 'SELECT id FROM people /*m -*/; SELECT ssn FROM people' },
    { name: 'COPY with fewer columns than planned', text: 'COPY people TO STDOUT /*m -xx-*/' },
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
