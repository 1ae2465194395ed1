// Budgets of what answers hold: one statement can't take more than is left, nor can many at once.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BackendMessage, frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { type Files, PolicyStage } from './policy-stage.ts';

const schema = `CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, repeat('x', 90) FROM generate_series(1, 3000) n;
  CREATE TABLE customers (id int PRIMARY KEY, ssn text, email text, city text);
  COMMENT ON COLUMN customers.ssn IS '@label(pii.ssn)';
  COMMENT ON COLUMN customers.email IS '@label(pii.email)';
  INSERT INTO customers SELECT n, 'ssn' || n, 'e' || n, 'c' || n % 3 FROM generate_series(1, 1000) n;
  CREATE FUNCTION known(wanted text) RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM customers WHERE ssn = wanted; END;
  CREATE VIEW people AS SELECT id, ssn AS number FROM customers;
  CREATE TABLE parts (id int REFERENCES orders ON DELETE CASCADE);
  INSERT INTO parts SELECT 1 FROM generate_series(1, 7)`;
const policies = fileURLToPath(new URL('../../policies/', import.meta.url));

type Role = Readonly<{ may?: object; limits: object }>;

/** The policy that is shipped, with a role for each principal of the tests, which has its name. */
async function starter(given: Readonly<Record<string, Role>>): Promise<Files> {
  const files = (await readdir(policies, { recursive: true })).filter((file) => file.endsWith('.rego'));
  const texts = files.map(async (file) => [file, await readFile(join(policies, file), 'utf8')] as const);
  const places = { public: 'all', pg_catalog: 'all' };
  const roles = Object.fromEntries(
    Object.entries(given).map(([name, { may, limits }]) => {
      const all = { select: places, insert: places, update: places, delete: places, ...may };
      return [name, { who: { principals: [name] }, may: all, without_key: 'allow', limits }];
    }),
  );
  const functions = { classes: ['pure', 'whole_value', 'internal'], signatures: [] };
  const labels = { '*': { mask: { kind: 'redact' } } };
  const access = { roles, labels, masks_reach: ['cursor', 'copy'], settings: {}, functions };
  return { ...Object.fromEntries(await Promise.all(texts)), 'access/data.json': JSON.stringify(access) };
}

const rowsOf = (answer: readonly BackendMessage[]): number =>
  answer.filter(({ type }) => type === 'D').length;
const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;

const see = { unmask: ['*'] };
const roles: Readonly<Record<string, Role>> = {
  rows: { limits: { rows_per_day: 100 } },
  several: { limits: { rows_per_day: 100 } },
  copies: { limits: { rows_per_day: 100 } },
  portals: { limits: { rows_per_day: 100 } },
  cursors: { limits: { rows_per_day: 100 } },
  shows: { may: see, limits: { labelled_cells_per_day: 100 } },
  prober: {
    may: { filter_by: ['*'], run_signatures: ['public.known(text)'] },
    limits: { probes_per_day: 2 },
  },
  bytes: { limits: { bytes_per_hour: 10_000 } },
  cells: { may: see, limits: { labelled_cells_per_day: 100 } },
  one: {
    may: see,
    limits: { budgets: [{ of: 'labelled_cells', label: 'pii.ssn', window_seconds: 60, most: 10 }] },
  },
  masked: { limits: { labelled_cells_per_day: 10 } },
  counted: { limits: { budgets: [{ of: 'labelled_cells', masked: true, window_seconds: 60, most: 10 }] } },
  changes: { limits: { affected_rows_per_day: 10 } },
  cascades: { limits: { affected_rows_per_day: 7 } },
  loads: { may: { commands: ['COPY FROM'] }, limits: { affected_rows_per_day: 3 } },
  guesser: { may: { filter_by: ['*'] }, limits: { probes_per_day: 3 } },
  binder: { may: { filter_by: ['*'] }, limits: { probes_per_day: 3 } },
  lists: { may: { filter_by: ['*'] }, limits: { probes_per_day: 3 } },
  ranges: {
    may: see,
    limits: { budgets: [{ of: 'probes', label: 'pii.ssn', window_seconds: 60, most: 3 }] },
  },
};

describe('a budget', () => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, await starter(roles));
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  test('of rows ends a dump where it is spent, with the rows before it', async () => {
    const client = await stage.open({ sub: 'rows' });
    expect(rowsOf(await client.query('SELECT id FROM orders LIMIT 30'))).toBe(30);
    const dump = await client.query('SELECT id FROM orders');
    expect(rowsOf(dump)).toBe(70);
    expect(errorOf(dump)).toMatchObject({
      C: '53400',
      M: expect.stringMatching(
        /^refused by policy rule "role.rows": the budget of 100 rows a day is spent; there is room again in \d{5} seconds$/,
      ),
      H: expect.stringMatching(/^Ask for less then/),
    });
    expect(dump.at(-1)?.type).toBe('Z');
    expect(summary(await client.query('SELECT id FROM orders'))).toBe('E(53400) Z(I)');
    // What returns no rows goes on.
    expect(summary(await client.query('UPDATE orders SET note = note WHERE id = 1'))).toBe(
      'C(UPDATE 1) Z(I)',
    );
  });

  test('of rows is never exceeded by sessions at once', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => stage.open({ sub: 'several' })));
    const answers = await Promise.all(clients.map((client) => client.query('SELECT id, note FROM orders')));
    expect(answers.reduce((sum, answer) => sum + rowsOf(answer), 0)).toBe(100);
    expect(answers.map((answer) => errorOf(answer)?.C)).toEqual(Array<string>(8).fill('53400'));
  });

  test('of rows counts those of COPY', async () => {
    const client = await stage.open({ sub: 'copies' });
    const answer = await client.query('COPY (SELECT id FROM orders) TO STDOUT');
    expect(answer.filter(({ type }) => type === 'd')).toHaveLength(100);
    expect(errorOf(answer)?.C).toBe('53400');
  });

  test('of rows counts those of a portal, however many Executes fetch them', async () => {
    const client = await stage.open({ sub: 'portals' });
    client.send(f.parse('SELECT id FROM orders'), f.bind({}));
    for (let count = 0; count < 4; count++) client.send(f.execute('', 30));
    client.send(f.sync());
    const answer = await client.until('Z');
    expect(rowsOf(answer)).toBe(100);
    expect(errorOf(answer)?.C).toBe('53400');
  });

  test('of rows counts those of a cursor', async () => {
    const client = await stage.open({ sub: 'cursors' });
    await client.query('BEGIN');
    await client.query('DECLARE c CURSOR FOR SELECT id FROM orders');
    expect(rowsOf(await client.query('FETCH 60 FROM c'))).toBe(60);
    const answer = await client.query('FETCH 60 FROM c');
    expect([rowsOf(answer), errorOf(answer)?.C]).toEqual([40, '53400']);
    expect(summary(await client.query('ROLLBACK'))).toBe('C(ROLLBACK) Z(I)');
  });

  test('of bytes ends an answer before they are too many', async () => {
    const client = await stage.open({ sub: 'bytes' });
    const answer = await client.query('SELECT id, note FROM orders');
    const bytes = answer.reduce((sum, { type, body }) => sum + (type === 'D' ? body.length : 0), 0);
    expect(bytes).toBeLessThanOrEqual(10_000);
    expect(bytes).toBeGreaterThan(9_800);
    expect(errorOf(answer)?.M).toContain('the budget of 10000 bytes an hour is spent');
  });

  test('of labelled cells counts each labelled value of a row, and no other', async () => {
    const client = await stage.open({ sub: 'cells' });
    expect(rowsOf(await client.query('SELECT id, city FROM customers'))).toBe(1000);
    expect(rowsOf(await client.query('SELECT id, ssn, email FROM customers LIMIT 20'))).toBe(20);
    const answer = await client.query('SELECT upper(number) FROM people');
    expect(rowsOf(answer)).toBe(60);
    expect(errorOf(answer)).toMatchObject({
      M: expect.stringContaining('the budget of 100 labelled values a day is spent'),
      H: expect.stringMatching(/^Leave the labelled columns out/),
    });
    expect(rowsOf(await client.query('SELECT id, city FROM customers'))).toBe(1000);
  });

  test('of labelled cells counts those of COPY, of cursors and of RETURNING', async () => {
    const client = await stage.open({ sub: 'shows' });
    const copied = await client.query('COPY (SELECT id, ssn FROM customers LIMIT 40) TO STDOUT');
    expect(copied.filter(({ type }) => type === 'd')).toHaveLength(40);
    await client.query('BEGIN');
    await client.query('DECLARE c CURSOR FOR SELECT ssn FROM customers');
    expect(rowsOf(await client.query('FETCH 50 FROM c'))).toBe(50);
    await client.query('COMMIT');
    const update = "UPDATE customers SET city = 'seen' WHERE id <= 11 RETURNING ssn";
    expect(errorOf(await client.query(update))?.C).toBe('53400');
    const admin = await stage.admin();
    expect(await admin.rows("SELECT count(*) FROM customers WHERE city = 'seen'")).toEqual([['0']]);
    expect(summary(await client.query('COPY customers TO STDOUT'))).toMatch(/E\(53400\) Z\(I\)$/);
  });

  test('of the cells of one label counts no others', async () => {
    const client = await stage.open({ sub: 'one' });
    expect(rowsOf(await client.query('SELECT email FROM customers'))).toBe(1000);
    const answer = await client.query('SELECT email, ssn FROM customers');
    expect(rowsOf(answer)).toBe(10);
    expect(errorOf(answer)?.M).toContain('the budget of 10 "pii.ssn" values a minute is spent');
  });

  test('of labelled cells counts masked ones only where it says so', async () => {
    const free = await stage.open({ sub: 'masked' });
    expect(rowsOf(await free.query('SELECT ssn FROM customers'))).toBe(1000);
    const counted = await stage.open({ sub: 'counted' });
    expect(rowsOf(await counted.query('SELECT ssn FROM customers'))).toBe(10);
  });

  test('of changed rows undoes what is over it, and keeps what is not', async () => {
    const client = await stage.open({ sub: 'changes' });
    expect(summary(await client.query("UPDATE orders SET note = 'a' WHERE id < 5"))).toBe('C(UPDATE 4) Z(I)');
    const over = await client.query("UPDATE orders SET note = 'b' WHERE id < 500");
    expect(errorOf(over)).toMatchObject({
      C: '53400',
      M: expect.stringContaining('the budget of 10 changed rows a day is spent; it never has room for'),
      H: expect.stringMatching(/^Nothing of the statement was kept/),
    });
    const admin = await stage.admin();
    expect(await admin.rows("SELECT count(*) FROM orders WHERE note = 'b'")).toEqual([['0']]);
    expect(summary(await client.query("UPDATE orders SET note = 'c' WHERE id < 7"))).toBe('C(UPDATE 6) Z(I)');
    expect(summary(await client.query("UPDATE orders SET note = 'd' WHERE id = 7"))).toBe('E(53400) Z(I)');
    expect(rowsOf(await client.query('SELECT id FROM orders'))).toBe(3000);
  });

  test('of changed rows refuses rows before they are sent to the server where it can tell', async () => {
    const client = await stage.open({ sub: 'loads' });
    const answer = await client.query(
      "INSERT INTO orders VALUES (5001, 'a'), (5002, 'a'), (5003, 'a'), (5004, 'a')",
    );
    expect(errorOf(answer)?.M).toContain('it never has room for 4 changed rows at once');
    expect(summary(await client.query("INSERT INTO orders VALUES (5001, 'a'), (5002, 'a')"))).toBe(
      'C(INSERT 0 2) Z(I)',
    );
  });

  test('of changed rows counts what a foreign key deletes', async () => {
    const client = await stage.open({ sub: 'cascades' });
    expect(errorOf(await client.query('DELETE FROM orders WHERE id = 1'))?.C).toBe('53400');
    const admin = await stage.admin();
    expect(await admin.rows('SELECT count(*) FROM parts')).toEqual([['7']]);
  });

  test('of probes lets a person look up some, again and again, and nobody guess', async () => {
    const client = await stage.open({ sub: 'guesser' });
    const find = (ssn: string) => client.query(`SELECT id FROM customers WHERE ssn = '${ssn}'`);
    for (const ssn of ['ssn1', 'ssn1', 'ssn2', 'nobody', 'ssn1'])
      expect(errorOf(await find(ssn))).toBeUndefined();
    const answer = await find('ssn3');
    expect(errorOf(answer)).toMatchObject({
      C: '53400',
      M: expect.stringMatching(
        /the budget of 3 values that labelled columns are compared with a day is spent; there is/,
      ),
      H: expect.stringMatching(/^Values that were looked for/),
    });
    expect(errorOf(await find('nobody'))).toBeUndefined();
    expect(errorOf(await client.query("SELECT id FROM people WHERE number = 'ssn9'"))?.C).toBe('53400');
    expect(rowsOf(await client.query("SELECT id FROM customers WHERE city = 'c1'"))).toBeGreaterThan(300);
    const log = stage.gateway.logText();
    expect(log).not.toContain('ssn3');
  });

  test('of probes counts parameters, in text and in binary', async () => {
    const client = await stage.open({ sub: 'binder' });
    client.send(f.parse('SELECT id FROM customers WHERE email = $1', 'p'), f.sync());
    await client.until('Z');
    const find = async (email: string, format = 0): Promise<string | undefined> => {
      const values = [Buffer.from(email)];
      client.send(f.bind({ statement: 'p', values, formats: [format] }), f.execute(), f.sync());
      return errorOf(await client.until('Z'))?.C;
    };
    const ends: (string | undefined)[] = [];
    for (const email of ['e1', 'e2', 'e1', 'e3', 'e4']) ends.push(await find(email));
    expect(ends).toEqual([undefined, undefined, undefined, undefined, '53400']);
    expect(await find('e2', 1)).toBeUndefined();
  });

  test('of probes counts each value of a list', async () => {
    const client = await stage.open({ sub: 'lists' });
    const find = async (list: string) =>
      errorOf(await client.query(`SELECT id FROM customers WHERE ssn ${list}`))?.C;
    expect(await find("IN ('a', 'b', 'c', 'd')")).toBe('53400');
    expect(await find("= ANY ('{a,b,c,d}')")).toBe('53400');
    expect(await find("IN ('a', 'b')")).toBeUndefined();
    expect(await find("= ANY ('{b,a,c}')")).toBeUndefined();
    expect(await find("= 'd'")).toBe('53400');
  });

  test('of probes is not gone around by functions, EXECUTE, names or several statements', async () => {
    const client = await stage.open({ sub: 'prober' });
    const codeOf = async (sql: string) => errorOf(await client.query(sql))?.C;
    expect(await codeOf("SELECT known('ssn1')")).toBe('53400');
    expect(await codeOf('PREPARE p AS SELECT id FROM customers WHERE ssn = $1')).toBeUndefined();
    expect(await codeOf("EXECUTE p('ssn1')")).toBe('53400');
    const by = (value: string) => `SELECT a FROM customers AS t(a, b, c, d) WHERE b = '${value}'`;
    expect(await codeOf(`${by('x')}; ${by('y')}; ${by('z')}`)).toBe('53400');
    expect(await codeOf(`${by('x')}; ${by('x')}; ${by('y')}`)).toBeUndefined();
    expect(await codeOf(`SELECT 1 WHERE EXISTS (${by('z')})`)).toBe('53400');
    expect(await codeOf("DELETE FROM customers WHERE ssn = 'z'")).toBe('53400');
    expect(await codeOf("EXPLAIN SELECT 1 FROM customers WHERE ssn = 'z'")).toMatch(/^(?:53400|42501)$/);
  });

  test('of probes refuses what it cannot count, and says why', async () => {
    const client = await stage.open({ sub: 'ranges' });
    const answer = await client.query("SELECT id FROM customers WHERE ssn > 'ssn5'");
    expect(errorOf(answer)).toMatchObject({
      C: '53400',
      M: 'refused by policy rule "role.ranges": it limits how many values columns labelled "pii.ssn" may be compared with, and nobody can tell which ones this statement compares: a range or a pattern stands for many values',
      H: 'Compare the column itself with = or IN, and constants or parameters.',
    });
    const join = "SELECT 1 FROM customers JOIN (VALUES ('a'), ('b')) v(x) ON x = ssn";
    expect(errorOf(await client.query(join))?.C).toBe('53400');
    expect(
      errorOf(await client.query("SELECT id FROM customers WHERE email > 'e5' AND city <> 'c1'")),
    ).toBeUndefined();
    expect(errorOf(await client.query('SELECT ssn FROM customers ORDER BY ssn'))).toBeUndefined();
  });
});

describe('for several processes a budget', () => {
  const limits: Readonly<Record<string, Role>> = {
    dumps: { limits: { rows_per_day: 1000 } },
    turns: { limits: { rows_per_day: 1000 } },
    cells: { may: see, limits: { labelled_cells_per_day: 100 } },
    slow: { limits: { rows_per_day: 100_000 } },
    writes: { limits: { affected_rows_per_day: 100 } },
    guesses: { may: { filter_by: ['*'] }, limits: { probes_per_day: 20 } },
    portals: { limits: { rows_per_day: 500 } },
  };
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, await starter(limits), 2);
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  const open = (sub: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => stage.open({ sub })));

  test('is never exceeded by dumps at once', async () => {
    const clients = await open('dumps', 8);
    const { processes } = (await stage.health()).document;
    expect(processes.every(({ sessions }) => sessions > 0)).toBe(true);
    const answers = await Promise.all(clients.map((client) => client.query('SELECT id, note FROM orders')));
    expect(answers.reduce((sum, answer) => sum + rowsOf(answer), 0)).toBe(1000);
    expect(answers.every((answer) => errorOf(answer)?.C === '53400')).toBe(true);
  });

  test('is never exceeded by labelled cells at once', async () => {
    const clients = await open('cells', 8);
    const answers = await Promise.all(
      clients.map((client) => client.query('SELECT ssn, email FROM customers')),
    );
    expect(answers.reduce((sum, answer) => sum + rowsOf(answer), 0)).toBe(50);
  });

  test('is there for whoever comes next, wherever that is', async () => {
    const clients = await open('turns', 6);
    const ends: string[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const answer = await (clients[turn % 6] as RawClient).query('SELECT id FROM orders LIMIT 100');
      ends.push(errorOf(answer)?.C ?? String(rowsOf(answer)));
    }
    expect(ends).toEqual(Array<string>(10).fill('100'));
    for (const client of clients)
      expect(errorOf(await client.query('SELECT id FROM orders'))?.C).toBe('53400');
  });

  test('that is large disturbs nobody', async () => {
    const clients = await open('slow', 6);
    const answers = await Promise.all(clients.map((client) => client.query('SELECT id, note FROM orders')));
    expect(answers.map(rowsOf)).toEqual(Array<number>(6).fill(3000));
  });

  test('of changed rows is one', async () => {
    const clients = await open('writes', 6);
    const update = "UPDATE customers SET city = 'x' WHERE id <= 30";
    const ends = await Promise.all(clients.map((client) => client.query(update)));
    expect(ends.filter((end) => errorOf(end) === undefined)).toHaveLength(3);
    expect(summary(await (clients[0] as RawClient).query(update))).toBe('E(53400) Z(I)');
  });

  test('of probes is one, and counts a value once wherever it is looked for', async () => {
    const clients = await open('guesses', 6);
    let found = 0;
    for (let guess = 0; guess < 30; guess++) {
      for (const client of clients.slice(0, 3)) {
        const answer = await client.query(`SELECT id FROM customers WHERE ssn = 'guess${guess}'`);
        if (errorOf(answer) === undefined) found += 1;
      }
    }
    expect(found).toBe(60);
  });

  test('lasts for a portal that is left for a while', async () => {
    const [client, other] = await open('portals', 2);
    if (client === undefined || other === undefined) throw new Error('nobody is there');
    client.send(f.query('BEGIN'));
    await client.until('Z');
    client.send(f.parse('SELECT id FROM orders'), f.bind({ portal: 'p' }), f.execute('p', 100), f.sync());
    expect(rowsOf(await client.until('Z'))).toBe(100);
    // What was held for it has gone back meanwhile: somebody else has used it.
    for (let turn = 0; turn < 3; turn++)
      expect(rowsOf(await other.query('SELECT id FROM orders LIMIT 100'))).toBe(100);
    client.send(f.execute('p', 100), f.sync());
    expect(rowsOf(await client.until('Z'))).toBe(100);
    client.send(f.execute('p', 100), f.sync());
    expect(errorOf(await client.until('Z'))?.C).toBe('53400');
  });
});
