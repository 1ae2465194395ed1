// Rows that are larger than what is put together: masked in the pieces that they come in.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frontend as f, summary } from '../../support/raw-client.ts';
import { Stage } from '../support.ts';
import { maskAsWritten } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => {
  stage.decide = maskAsWritten;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

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

  describe('that would have to be kept until a masked value behind them comes', () => {
    const tooLarge = `SELECT i, ${megabytes(40)}, 'secret' FROM generate_series(1, 3) i /*m --x*/`;

    test('fail their statement, and the session goes on', async () => {
      const client = await stage.open({ milliseconds: 120_000 });
      for (let turn = 0; turn < 2; turn++) {
        const answer = await client.query(tooLarge);
        expect(summary(answer)).toBe('T E(54000) Z(I)');
        expect(answer.find(({ type }) => type === 'E')?.fields).toMatchObject({ S: 'ERROR' });
      }
      expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(I)');
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('fail a pipeline and its transaction as any error does', async () => {
      const client = await stage.open({ milliseconds: 120_000 });
      await client.query('BEGIN; SAVEPOINT s');
      client.send(
        f.parse(tooLarge),
        ...[
          f.bind({}),
          f.describePortal(),
          f.execute(),
          f.parse('SELECT 1'),
          f.bind({}),
          f.execute(),
          f.sync(),
        ],
      );
      expect(summary(await client.until('Z'))).toBe('1 2 T E(54000) Z(E)');
      await client.query('ROLLBACK TO s');
      expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(T)');
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });
  });
});
