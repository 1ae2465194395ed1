// What approvers see of the rows that a commit changes: as they were and as they are, without labelled values.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { PolicyStage } from '../policy-stage.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  COMMENT ON COLUMN customers.ssn IS '@label(pii.ssn)';
  INSERT INTO customers SELECT n, 'name ' || n, 'secret ' || n FROM generate_series(1, 1000) n;
  CREATE TABLE notes (id int PRIMARY KEY, customer int REFERENCES customers ON DELETE CASCADE, "odd ""name" text);
  INSERT INTO notes SELECT n, n, NULL FROM generate_series(1, 1000) n;
  CREATE TABLE log (what text);
  CREATE TABLE closed (id int PRIMARY KEY, what text);
  INSERT INTO closed VALUES (1, 'secret');
  CREATE TABLE bulky (id int PRIMARY KEY, text text);
  INSERT INTO bulky VALUES (1, repeat('x', 10000))`;

const terms = {
  approvers: ['group:dba'],
  count: 1,
  expires_in: 600,
  scope: 'statement',
  uses: 1,
  at: 'commit',
};
const rules = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "test.reads"}
decision := {"effect": "require_approval", "rule": "test.writes", "reason": "It changes rows.",
  "approval": ${JSON.stringify({ ...terms, sample_rows: 2 })}} if {
  count(input.statement.writes) > 0
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "allow", "rule": "test.all"}`,
};
const dba = { sub: 'dora', groups: ['dba'] };

type Sample = Readonly<{
  table: string;
  hidden: readonly string[];
  rows: readonly object[];
  problem?: string;
}>;

describe.each([15, 18] as const)('a sample of what is changed, on PostgreSQL %i', (version) => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, rules, 1, version);
    const admin = await stage.admin();
    await admin.rows('REVOKE ALL ON closed FROM app, app_reader; GRANT UPDATE ON closed TO app');
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  /** What the approvers see of it; it is refused then. */
  async function samplesOf(client: RawClient, last: string): Promise<readonly Sample[]> {
    client.send(f.query(last));
    await client.until('N');
    const { document } = await stage.ask(dba, 'GET', 'approvals');
    const id = document.approvals.at(0)?.id ?? 'none';
    const shown = await stage.ask(dba, 'GET', `approvals/${id}`);
    const own = await stage.ask({}, 'GET', `approvals/${id}`);
    expect([own.status, 'samples' in own.document]).toEqual([200, false]);
    expect(JSON.stringify(document)).not.toContain('samples');
    await stage.ask(dba, 'POST', `approvals/${id}/deny`);
    const answer = await client.until('Z');
    expect(summary(answer.filter(({ type }) => type !== 'N'))).toMatch(/E\(42501\) Z\(I\)$/);
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
    return (shown.document as unknown as { samples: readonly Sample[] }).samples;
  }

  test('has updated rows as they were and as they are, without labelled columns', async () => {
    const client = await stage.open();
    const [sample, more] = await samplesOf(
      client,
      "UPDATE customers SET name = 'new', ssn = 'x' WHERE id = 7",
    );
    expect(more).toBeUndefined();
    expect(sample).toEqual({
      table: 'public.customers',
      hidden: ['ssn'],
      rows: [{ before: { id: '7', name: 'name 7' }, after: { id: '7', name: 'new' } }],
    });
  });

  test('has what was deleted, with what went with it, and what was inserted, also behind savepoints', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('DELETE FROM customers WHERE id IN (11, 12, 13)');
    await client.query('SAVEPOINT a');
    await client.query("INSERT INTO log VALUES ('kept')");
    await client.query('RELEASE a');
    await client.query('SAVEPOINT b');
    await client.query("INSERT INTO log VALUES ('undone')");
    await client.query('ROLLBACK TO b');
    await client.query('SAVEPOINT c');
    await client.query('DELETE FROM notes WHERE id = 500');
    await client.query('RELEASE c');
    // What is only locked isn't changed, nor is it by this transaction what another one changes.
    await client.query('SELECT * FROM customers WHERE id = 1 FOR UPDATE');
    const other = await stage.admin();
    await other.query('BEGIN');
    await other.rows("UPDATE customers SET name = 'other' WHERE id = 2");
    await other.rows("INSERT INTO log VALUES ('of another')");
    const samples = await samplesOf(client, 'COMMIT');
    const byTable = new Map(samples.map((sample) => [sample.table, sample.rows]));
    expect(byTable.get('public.customers')).toEqual([
      { before: { id: '11', name: 'name 11' } },
      { before: { id: '12', name: 'name 12' } },
    ]);
    expect(byTable.get('public.notes')).toEqual([
      { before: { id: '11', customer: '11', 'odd "name': null } },
      { before: { id: '12', customer: '12', 'odd "name': null } },
    ]);
    expect(byTable.get('public.log')).toEqual([{ after: { what: 'kept' } }]);
  });

  test('has what only a savepoint has deleted', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('SAVEPOINT a');
    await client.query('DELETE FROM notes WHERE id = 600');
    await client.query('RELEASE a');
    const [sample] = await samplesOf(client, 'COMMIT');
    expect(sample?.rows).toEqual([{ before: { id: '600', customer: '600', 'odd "name': null } }]);
  });

  test('says what it could not look at, and the session is as it was', async () => {
    const client = await stage.open();
    await client.query("SET statement_timeout = '77s'");
    const [sample] = await samplesOf(client, "UPDATE closed SET what = 'open'");
    expect(sample).toMatchObject({
      table: 'public.closed',
      rows: [],
      problem: expect.stringContaining('not be'),
    });
    expect(await client.rows('SHOW statement_timeout')).toEqual([['77s']]);
    expect(await client.rows('SHOW search_path')).toEqual([['"$user", public']]);
  });

  test('says that nothing can be looked at in a pipeline, which has no savepoints', async () => {
    const client = await stage.open();
    client.send(f.extended("UPDATE customers SET name = 'piped' WHERE id = 40"), f.sync());
    await client.until('N');
    const { document } = await stage.ask(dba, 'GET', 'approvals');
    const shown = await stage.ask(dba, 'GET', `approvals/${document.approvals.at(0)?.id}`);
    const { samples } = shown.document as unknown as { samples: readonly Sample[] };
    expect(samples).toMatchObject([{ rows: [], problem: 'its rows could not be looked at' }]);
    await stage.ask(dba, 'POST', `approvals/${document.approvals.at(0)?.id}/approve`);
    const answer = await client.until('Z');
    expect(summary(answer.filter(({ type }) => type !== 'N'))).toMatch(/Z\(I\)$/);
    expect(await client.rows('SELECT name FROM customers WHERE id = 40')).toEqual([['piped']]);
  });

  test('cuts what is long', async () => {
    const client = await stage.open();
    const [sample] = await samplesOf(client, 'UPDATE bulky SET text = text || 1');
    const [row] = (sample?.rows ?? []) as readonly { before: { text: string }; after: { text: string } }[];
    expect([row?.before.text.length, row?.after.text.length]).toEqual([200, 200]);
  });

  test('goes with what is approved, which is committed', async () => {
    const client = await stage.open();
    client.send(f.query("UPDATE customers SET name = 'approved' WHERE id = 30"));
    await client.until('N');
    const { document } = await stage.ask(dba, 'GET', 'approvals');
    await stage.ask(dba, 'POST', `approvals/${document.approvals.at(0)?.id}/approve`);
    const answer = await client.until('Z');
    expect(summary(answer.filter(({ type }) => type !== 'N'))).toBe('C(UPDATE 1) Z(I)');
    expect(await client.rows('SELECT name FROM customers WHERE id = 30')).toEqual([['approved']]);
  });
});
