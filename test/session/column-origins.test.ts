// A guard that knows where columns come from: rows of other columns than it decided on reach nobody.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnOrigin } from '../../gateway/session/index.ts';
import { frontend as f, type RawClient } from '../support/raw-client.ts';
import { Stage } from './support.ts';

const text = 'SELECT b, a, a + 1 AS c FROM t';
let stage: Stage;
let table: number;
beforeAll(async () => {
  stage = await Stage.start({ schema: "CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1, 'x')" });
  const direct = await stage.direct();
  table = Number((await direct.rows("SELECT 't'::regclass::oid"))[0]?.[0]);
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const origins = (...columns: readonly number[]): readonly ColumnOrigin[] =>
  columns.map((column) => ({ relation: column === 0 ? 0 : table, column }));

/** The ways to a RowDescription. */
const ways: readonly Readonly<{ way: string; send(client: RawClient): void }>[] = [
  { way: 'a simple query', send: (client) => client.send(f.query(text)) },
  {
    way: 'a portal that is described',
    send: (client) => client.send(f.parse(text), f.bind({}), f.describePortal(), f.execute(), f.sync()),
  },
  {
    way: 'a statement that is described',
    send: (client) => client.send(f.parse(text, 's'), f.describeStatement('s'), f.sync()),
  },
];

describe.each(ways)('by $way', ({ send }) => {
  test('columns that come from where the guard says pass', async () => {
    stage.decide = () => ({ kind: 'allow', origins: origins(2, 1, 0) });
    const client = await stage.open();
    for (let time = 0; time < 2; time++) {
      send(client);
      const answer = await client.until('Z');
      expect(answer.filter(({ type }) => type === 'T')).toHaveLength(1);
      if (time === 0) client.send(f.closeStatement('s'), f.sync());
      if (time === 0) await client.until('Z');
    }
  });

  test.each([
    { what: 'another column', said: () => origins(1, 1, 0) },
    { what: 'a column of another table', said: () => [{ relation: 1, column: 2 }, ...origins(1, 0)] },
    { what: 'a computed column', said: () => origins(2, 1, 2) },
    { what: 'more columns', said: () => origins(2, 1, 0, 0) },
    { what: 'fewer columns', said: () => origins(2, 1) },
  ])('$what ends the session before any row', async ({ said }) => {
    stage.decide = () => ({ kind: 'allow', origins: said() });
    const client = await stage.open();
    send(client);
    const answer = await client.untilEnd();
    expect(answer.map(({ type }) => type)).not.toContain('D');
    expect(answer.map(({ type }) => type)).not.toContain('T');
    expect(answer.at(-1)?.fields).toMatchObject({ V: 'FATAL', C: 'XX000' });
    await stage.logged('session failed');
  });
});
