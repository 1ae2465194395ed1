// Limits that a policy gives a statement: kept while it runs where nothing tells beforehand that it stays within them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BackendMessage, frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { type Files, PolicyStage } from './policy-stage.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  INSERT INTO customers SELECT n, 'name ' || n, 'ssn ' || n FROM generate_series(1, 10) n;
  CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers ON DELETE CASCADE);
  INSERT INTO orders SELECT n, 10 FROM generate_series(1, 5) n`;

const policy: Files = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "test.limits", "limits": {"max_rows": 4, "max_affected_rows": 3}}
decision := {"effect": "allow", "rule": "test.cut", "limits": {"max_rows": 4, "on_max_rows": "cut"}} if input.identity.principal == "cutter"
decision := {
  "effect": "mask", "rule": "test.masks", "limits": {"max_rows": 4, "max_affected_rows": 3},
  "masks": [{"label": "pii.ssn", "with": {"kind": "redact"}}],
} if {
  some output in input.statement.outputs
  "pii.ssn" in output.labels
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.nobody"}`,
  'catalog/data.json': JSON.stringify({ columns: { 'public.customers.ssn': ['pii.ssn'] } }),
};

const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;

describe('a policy with limits', () => {
  let stage: PolicyStage;
  let client: RawClient;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, policy);
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage?.stop());

  const answer = async (text: string): Promise<string> => {
    client = await stage.open();
    return summary(await client.query(text));
  };

  test.each([
    ['within its LIMIT', 'SELECT id FROM customers LIMIT 4', 'T D D D D C(SELECT 4) Z(I)'],
    ['within it when it runs', 'SELECT id FROM customers WHERE id > 6', 'T D D D D C(SELECT 4) Z(I)'],
    ['above', 'SELECT id FROM customers', 'T D D D D E(42501) Z(I)'],
    ['COPY above', 'COPY customers TO STDOUT', 'H d d d d E(42501) Z(I)'],
    ['what is no row of a table', 'EXPLAIN (ANALYZE, VERBOSE) SELECT count(*) FROM customers', /^T( D){5,}/],
    ['one row by its key', 'UPDATE customers SET name = name WHERE id = 1', 'C(UPDATE 1) Z(I)'],
    ['several rows of VALUES', "INSERT INTO customers VALUES (11, 'a'), (12, 'b')", 'C(INSERT 0 2) Z(I)'],
    ['few enough rows', 'UPDATE customers SET name = name WHERE id > 10', 'C(UPDATE 2) Z(I)'],
    ['too many rows', 'UPDATE customers SET name = name', 'E(42501) Z(I)'],
    ['one row with too many that cascade', 'DELETE FROM customers WHERE id = 10', 'E(42501) Z(I)'],
    ['no rows that anybody counts', 'TRUNCATE orders', 'E(42501) Z(I)'],
    ['a definition', 'CREATE TEMP TABLE other (id int)', 'C(CREATE TABLE) Z(I)'],
    ['a definition with rows', 'CREATE TABLE another AS SELECT * FROM customers', 'E(42501) Z(I)'],
    ['what runs outside of transactions', 'VACUUM customers', 'N C(VACUUM) Z(I)'],
    [
      'a transaction',
      'BEGIN; SELECT id FROM customers LIMIT 1; COMMIT',
      'C(BEGIN) T D C(SELECT 1) C(COMMIT) Z(I)',
    ],
  ] as const)('%s', async (_name, text, want) => {
    const told = await answer(text);
    if (typeof want === 'string') expect(told).toBe(want);
    else expect(told).toMatch(want);
  });

  test('says which rule, which limit and what was counted', async () => {
    client = await stage.open();
    const rows = errorOf(await client.query('SELECT id FROM customers'));
    expect(rows?.M).toBe(
      'refused by policy rule "test.limits": the answer has more rows than the limit of 4',
    );
    const affected = errorOf(await client.query('DELETE FROM customers WHERE id = 10'));
    expect(affected?.M).toBe(
      'refused by policy rule "test.limits": the limit is 3 changed rows, and 6 were counted; all of it was rolled back',
    );
    const uncounted = errorOf(await client.query('TRUNCATE orders'));
    expect(uncounted?.M).toBe(
      'refused by policy rule "test.limits": it allows this only with at most 3 changed rows, and how many this changes cannot be counted',
    );
  });

  test('cuts where it says so', async () => {
    client = await stage.open({ sub: 'cutter' });
    expect(summary(await client.query('SELECT id FROM customers'))).toBe('T D D D D N C(SELECT 4) Z(I)');
    client.send(f.parse('SELECT id FROM customers'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 2 D D D D N C(SELECT 4) Z(I)');
  });

  test('masks what it lets pass, whichever way it is asked for', async () => {
    client = await stage.open();
    const simple = await client.query('SELECT ssn FROM customers ORDER BY id');
    client.send(f.parse('SELECT ssn FROM customers ORDER BY id'), f.bind({}), f.execute(), f.sync());
    const extended = await client.until('Z');
    for (const messages of [simple, extended]) {
      const rows = messages.filter(({ type }) => type === 'D');
      expect(rows).toHaveLength(4);
      for (const row of rows) expect(row.texts[0]).not.toContain('ssn');
      expect(errorOf(messages)?.C).toBe('42501');
    }
  });

  test('is the limit of a prepared statement each time that it runs', async () => {
    client = await stage.open();
    client.send(f.parse('SELECT id FROM customers WHERE id <= $1', 'some', [23]), f.sync());
    await client.until('Z');
    for (const [most, want] of [
      ['4', '2 D D D D C(SELECT 4) Z(I)'],
      ['5', '2 D D D D E(42501) Z(I)'],
      ['3', '2 D D D C(SELECT 3) Z(I)'],
    ] as const) {
      client.send(f.bind({ statement: 'some', values: [most] }), f.execute(), f.sync());
      expect(summary(await client.until('Z'))).toBe(want);
    }
  });
});
