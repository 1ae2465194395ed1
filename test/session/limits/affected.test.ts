// Rows that a statement changes are counted before anything is committed; above the limit all of it is rolled back.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { Stage } from '../support.ts';
import { limitAsWritten, schema } from './support.ts';

const over = 'E(42501)';
const extended = (text: string, ...values: string[]): Buffer =>
  Buffer.concat([f.parse(text), f.bind({ values }), f.execute(), f.sync()]);

/** Each is played by itself, by both protocols; none leaves anything that the limit doesn't allow. */
const tooMany: readonly (readonly [name: string, text: string])[] = [
  ['UPDATE', "UPDATE t SET name = 'new' /*affected 9*/"],
  ['DELETE', 'DELETE FROM child /*affected 4*/'],
  ['INSERT', "INSERT INTO log SELECT 'x' FROM generate_series(1, 4) /*affected 3*/"],
  ['MERGE', 'MERGE INTO child USING t ON child.id = t.id WHEN MATCHED THEN DELETE /*affected 4*/'],
  ['WITH', 'WITH gone AS (DELETE FROM child RETURNING id) SELECT count(*) FROM gone /*affected 4*/'],
  ['one row, and what a foreign key deletes with it', 'DELETE FROM t WHERE id = 10 /*affected 5*/'],
  ['one row, and what a foreign key updates with it', 'UPDATE t SET id = 100 WHERE id = 10 /*affected 5*/'],
  ['one row, and what a trigger inserts', 'UPDATE watched SET id = id WHERE id = 1 /*affected 4*/'],
  ['what a function does', 'SELECT count(*) FROM writes(4) /*affected 3*/'],
  ['CREATE TABLE AS', 'CREATE TABLE made AS SELECT id FROM t /*affected 9*/'],
  ['SELECT INTO', 'SELECT id INTO made FROM t /*affected 9*/'],
  ['REFRESH', 'REFRESH MATERIALIZED VIEW seen /*affected 9*/'],
  ['EXPLAIN ANALYZE', 'EXPLAIN ANALYZE DELETE FROM child /*affected 4*/'],
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  let client: RawClient;
  beforeAll(async () => {
    stage = await Stage.start({ schema, postgres: { version } });
  });
  beforeEach(async () => {
    stage.decide = limitAsWritten;
    client = await stage.open();
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage?.stop());

  const query = async (text: string) => summary(await client.query(text));
  async function sent(...parts: readonly Buffer[]): Promise<string> {
    client.send(...parts);
    return summary(await client.until('Z'));
  }

  /** What the tables hold, as another session sees it. */
  async function contents(): Promise<unknown> {
    const other = await stage.direct();
    return await other.rows(
      `SELECT (SELECT string_agg(t::text, ' ' ORDER BY t) FROM t), (SELECT string_agg(child::text, ' ' ORDER BY child) FROM child),
        (SELECT count(*) FROM log), (SELECT count(*) FROM watched), to_regclass('made'), (SELECT count(*) FROM late)`,
    );
  }

  describe.each(tooMany)('%s', (_name, text) => {
    const within = text.replace(/affected \d+/, 'affected 1000');

    test('above the limit leaves nothing behind, and a session that goes on', async () => {
      const before = await contents();
      expect(await query(text)).toMatch(/(^| )E\(42501\) Z\(I\)$/);
      expect(await sent(extended(text))).toMatch(/^1 2 .*E\(42501\) Z\(I\)$/);
      expect(await contents()).toEqual(before);
      expect(await query('SELECT 1')).toBe('T D C(SELECT 1) Z(I)');
    });

    test('above the limit fails its transaction as any error does, and a savepoint as well', async () => {
      const before = await contents();
      for (const how of [() => query(text), () => sent(extended(text))]) {
        await query('BEGIN');
        await query("INSERT INTO log VALUES ('kept')");
        await query('SAVEPOINT one');
        expect(await how()).toMatch(/E\(42501\) Z\(E\)$/);
        expect(await query('SELECT 1')).toBe('E(25P02) Z(E)');
        expect(await query('ROLLBACK TO one')).toBe('C(ROLLBACK) Z(T)');
        expect(await client.rows("SELECT count(*) FROM log WHERE what = 'kept'")).toEqual([['1']]);
        expect(await query('ROLLBACK')).toBe('C(ROLLBACK) Z(I)');
      }
      expect(await contents()).toEqual(before);
    });

    test('within the limit does what the server does', async () => {
      const direct = await stage.direct();
      const undone = 'ROLLBACK';
      for (const each of [f.query(within), extended(within)]) {
        const answers: string[] = [];
        for (const one of [direct, client]) {
          await one.query('BEGIN');
          one.send(each);
          answers.push(summary(await one.until('Z')));
          await one.query(undone);
        }
        expect(answers[1]).toBe(answers[0]);
      }
    });
  });

  test('what is within the limit is committed at once, and seen by others', async () => {
    expect(await query("UPDATE t SET name = 'a' WHERE id = 1 /*affected 1*/")).toBe('C(UPDATE 1) Z(I)');
    expect(await sent(extended('UPDATE t SET name = name || $1 WHERE id = 1 /*affected 1*/', 'b'))).toBe(
      '1 2 C(UPDATE 1) Z(I)',
    );
    const other = await stage.direct();
    expect(await other.rows('SELECT name FROM t WHERE id = 1')).toEqual([['ab']]);
  });

  test('the client is told rule, limit and what was counted', async () => {
    const error = (await client.query('DELETE FROM t WHERE id = 10 /*affected 3*/')).find(
      ({ type }) => type === 'E',
    );
    expect(error?.fields).toMatchObject({
      C: '42501',
      M: 'refused by policy rule "the.rule": the limit is 3 changed rows, and 6 were counted; all of it was rolled back',
      H: 'Change fewer rows at a time. Rows that triggers and foreign keys change are counted too.',
    });
  });

  test('what an earlier transaction has changed is not counted again', async () => {
    for (let time = 0; time < 5; time++)
      expect(await query('UPDATE t SET name = name WHERE id <= 3 /*affected 3*/')).toBe('C(UPDATE 3) Z(I)');
    await query('BEGIN');
    for (let time = 0; time < 5; time++)
      expect(await query('UPDATE t SET name = name WHERE id <= 3 /*affected 3*/')).toBe('C(UPDATE 3) Z(T)');
    await query('COMMIT');
  });

  test('several statements of a text are counted together', async () => {
    const before = await contents();
    const one = "INSERT INTO log VALUES ('x')";
    expect(await query(`${one}; SELECT 1; ${one}; ${one} /*affected 2*/`)).toBe(
      `C(INSERT 0 1) T D C(SELECT 1) C(INSERT 0 1) ${over} Z(I)`,
    );
    expect(await contents()).toEqual(before);
    expect(await query(`BEGIN; ${one}; COMMIT /*affected 2*/`)).toBe(`${over} Z(I)`);
    expect(await contents()).toEqual(before);
  });

  test('a pipeline fails as a whole', async () => {
    const before = await contents();
    const insert = [f.parse("INSERT INTO log VALUES ('x')"), f.bind({}), f.execute()];
    const update = [f.parse('UPDATE t SET name = $1 /*affected 3*/'), f.bind({ values: ['x'] }), f.execute()];
    expect(await sent(...insert, ...update, ...insert, f.sync())).toBe(`1 2 C(INSERT 0 1) 1 2 ${over} Z(I)`);
    expect(await contents()).toEqual(before);
  });

  test('a portal is counted as a whole, once', async () => {
    const text = 'UPDATE t SET name = name RETURNING id /*affected 10*/';
    await query('BEGIN');
    expect(
      await sent(f.parse(text), f.bind({}), ...[4, 4, 4].map((rows) => f.execute('', rows)), f.sync()),
    ).toBe('1 2 D D D D s D D D D s D D C(UPDATE 2) Z(T)');
    await query('ROLLBACK');
  });

  test('COPY FROM, by both protocols', async () => {
    const before = await contents();
    const text = 'COPY log FROM STDIN /*affected 2*/';
    const data = [f.copyData('1\n2\n'), f.copyData('3\n'), f.copyDone()];
    expect(await sent(f.query(text), ...data)).toBe(`G ${over} Z(I)`);
    client.send(f.parse(text), f.bind({}), f.execute(), f.sync());
    await client.until('G');
    client.send(...data, f.sync());
    expect(summary(await client.until('Z'))).toBe(`${over} Z(I)`);
    expect(await contents()).toEqual(before);
    expect(
      await sent(f.query('COPY watched FROM STDIN /*affected 9*/'), f.copyData('8\n9\n'), f.copyDone()),
    ).toBe(`G ${over} Z(I)`);
    expect(await contents()).toEqual(before);
  });

  test('what is checked at the commit fails as without a limit', async () => {
    const answers = new Set<string>();
    for (const [one, limit] of [
      [await stage.direct(), ''],
      [client, '/*affected 5*/'],
    ] as const) {
      const told = await one.query(`INSERT INTO late VALUES (1, false) ${limit}`);
      answers.add(`${summary(told)} ${told[0]?.fields.M}`);
    }
    expect([...answers]).toEqual(['E(P0001) Z(I) late row is not ok']);
  });

  test('code that commits by itself is not run where that could not be undone', async () => {
    const before = await contents();
    expect(await query('CALL commits() /*affected 3*/')).toBe('E(2D000) Z(I)');
    expect(await sent(extended('CALL commits() /*affected 3*/'))).toBe(`1 2 ${over} Z(I)`);
    expect(await contents()).toEqual(before);
    expect(await query('CALL deletes(5) /*affected 3*/')).toBe(`${over} Z(I)`);
    await query('BEGIN');
    expect(await sent(extended('CALL deletes(5) /*affected 3*/'))).toBe(`1 2 ${over} Z(E)`);
    await query('ROLLBACK');
    expect(await contents()).toEqual(before);
    expect(await query("DO 'BEGIN DELETE FROM child; END' /*affected 4*/")).toBe(`${over} Z(I)`);
    expect(await contents()).toEqual(before);
  });

  test('what the server does not count is refused', async () => {
    const admin = await stage.admin();
    await admin.query('ALTER ROLE gateway_login SET track_counts = off');
    const uncounting = await stage.open();
    await admin.query('ALTER ROLE gateway_login RESET track_counts');
    const before = await contents();
    const told = await uncounting.query("UPDATE t SET name = 'x' WHERE id = 1 /*affected 3*/");
    expect(summary(told)).toBe(`${over} Z(I)`);
    expect(told[0]?.fields.M).toContain('track_counts is off');
    expect(await contents()).toEqual(before);
  });

  test('a client that says goodbye behind its statement, or only stops sending, has it committed', async () => {
    for (const leave of [(one: RawClient) => one.send(f.terminate()), (one: RawClient) => one.halfClose()]) {
      const leaver = await stage.open();
      leaver.send(f.query("INSERT INTO log VALUES ('goodbye') /*affected 3*/"));
      leave(leaver);
      expect(summary(await leaver.untilEnd())).toBe('C(INSERT 0 1) Z(I)');
    }
    const other = await stage.direct();
    expect(await other.rows("DELETE FROM log WHERE what = 'goodbye' RETURNING 1")).toHaveLength(2);
  });

  test('statements without a limit between them are as they were', async () => {
    client.send(
      f.query("UPDATE t SET name = 'x' /*affected 3*/"),
      f.query('SELECT 1'),
      f.query('BEGIN'),
      f.query("UPDATE t SET name = 'x' /*affected 3*/"),
      f.query('ROLLBACK'),
    );
    const answers: string[] = [];
    for (let count = 0; count < 5; count++) answers.push(summary(await client.until('Z')));
    expect(answers).toEqual([
      `${over} Z(I)`,
      'T D C(SELECT 1) Z(I)',
      'C(BEGIN) Z(T)',
      `${over} Z(E)`,
      'C(ROLLBACK) Z(I)',
    ]);
  });
});
