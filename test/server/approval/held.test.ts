// A statement that has to be approved waits on its live session, and runs once, by whoever sent it, when people agree.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BackendMessage, frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { type Files, PolicyStage } from '../policy-stage.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  INSERT INTO customers SELECT n, 'name ' || n, 'ssn ' || n FROM generate_series(1, 100) n`;

const terms = (more: object = {}): string =>
  JSON.stringify({
    approvers: ['group:dba'],
    count: 1,
    expires_in: 600,
    scope: 'statement',
    uses: 1,
    ...more,
  });

/** `held`: the approval that writes need. */
const ruled = (held: string, more = ''): Files => ({
  'gateway/statement.rego': `package gateway.statement
import data.portcullis.none
default decision := {"effect": "deny", "rule": "test.default"}
decision := {"effect": "require_approval", "rule": "test.writes", "reason": "It changes rows.", "approval": ${held}} if {
  count(input.statement.writes) > 0
}
decision := {"effect": "allow", "rule": "test.reads"} if count(input.statement.writes) == 0
${more}`,
  'portcullis/none.rego': 'package portcullis.none',
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.not_named", "reason": "You are not among them."}
decision := {"effect": "allow", "rule": "test.dba"} if "dba" in input.identity.groups`,
});

const dba = { sub: 'dora', groups: ['dba'] };
const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;

describe('a statement that has to be approved', () => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, ruled(terms()));
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  const left = async () =>
    Number((await (await stage.admin()).rows('SELECT count(*) FROM customers'))[0]?.[0]);

  async function decideBy(files: Files): Promise<void> {
    const revision = await stage.publish(files);
    await waitUntil(`revision ${revision} to decide`, () =>
      stage.gateway
        .logText()
        .split('\n')
        .some((line) => line.includes('policy decides') && line.includes(`"${revision}"`)),
    );
  }

  /** The notice by which the client hears that it waits, and the request's id. */
  async function waits(client: RawClient): Promise<{ notice: ReadonlyMap<string, string>; id: string }> {
    const notice = (await client.until('N')).at(-1)?.fields as unknown as Record<string, string>;
    const start = /approve ([\da-f]{8})/.exec(notice.H ?? '')?.[1] ?? 'no id';
    const { document } = await stage.ask(dba, 'GET', 'approvals');
    const id = document.approvals.find((request) => request.id.startsWith(start))?.id ?? 'no such request';
    return { notice: new Map(Object.entries(notice)), id };
  }
  const answer = (id: string, verb: 'approve' | 'deny', words?: string) =>
    stage.ask(dba, 'POST', `approvals/${id}/${verb}`, words === undefined ? undefined : { words });

  test('says so at once and again, in words, and runs when it is', async () => {
    const before = await left();
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id = 1'));
    const { notice, id } = await waits(client);
    expect(Object.fromEntries(notice)).toMatchObject({
      S: 'NOTICE',
      C: '00000',
      M: 'the statement waits for approval, which policy rule "test.writes" asks for: It changes rows.',
      D: expect.stringMatching(
        /^Deletes rows of public\.customers \(the one row of a key\)\. It may be approved by group:dba until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/,
      ),
      H: expect.stringMatching(
        /^They run: portcullis approvals approve [\da-f]{8}\. It runs as soon as they do/,
      ),
    });
    await client.until('N');
    expect(await left()).toBe(before);
    expect((await answer(id, 'approve')).document.status).toBe('approved');
    expect(summary((await client.until('Z')).filter(({ type }) => type !== 'N'))).toBe('C(DELETE 1) Z(I)');
    expect(await left()).toBe(before - 1);
  });

  test('is refused in the words of whoever refuses, and the session goes on', async () => {
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers'));
    const { id } = await waits(client);
    await answer(id, 'deny', 'use the archive job');
    const said = await client.until('Z');
    expect(errorOf(said)).toMatchObject({
      C: '42501',
      M: 'refused by dora, whose approval policy rule "test.writes" asks for',
      D: expect.stringContaining('use the archive job'),
    });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test('is that very statement with these values: another one waits by itself', async () => {
    const before = await left();
    const client = await stage.open();
    client.send(f.parse('DELETE FROM customers WHERE id = $1', 's'), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 Z(I)');
    const run = (id: string) => client.send(f.bind({ statement: 's', values: [id] }), f.execute(), f.sync());
    run('11');
    const first = await waits(client);
    await answer(first.id, 'approve');
    expect(summary((await client.until('Z')).filter(({ type }) => type !== 'N'))).toBe('2 C(DELETE 1) Z(I)');
    for (const value of ['12', '11']) {
      run(value);
      const { id } = await waits(client);
      expect(id).not.toBe(first.id);
      await answer(id, 'deny');
      expect(errorOf(await client.until('Z'))?.C).toBe('42501');
    }
    expect(await left()).toBe(before - 1);
  });

  test('of a shape that was approved runs with other values, as often as was approved', async () => {
    await decideBy(ruled(terms({ scope: 'shape', uses: 3 })));
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id = 21'));
    await answer((await waits(client)).id, 'approve');
    await client.until('Z');
    const other = await stage.open();
    for (const id of [22, 23]) {
      const said = await other.query(`DELETE FROM customers WHERE id = ${id}`);
      expect(summary(said)).toBe('C(DELETE 1) Z(I)');
    }
    other.send(f.query('DELETE FROM customers WHERE id = 24'));
    const { id: again } = await waits(other);
    const { document } = await stage.ask(dba, 'GET', `approvals/${again}`);
    expect(document).toMatchObject({ history: { days: 7, alike: { requests: 1, uses: 3 } } });
    await answer(again, 'deny');
    expect(errorOf(await other.until('Z'))?.C).toBe('42501');
    await decideBy(ruled(terms()));
  });

  test('is withdrawn by a cancel and by a client that leaves', async () => {
    const before = await left();
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers'));
    const cancelled = await waits(client);
    await client.cancel();
    expect(errorOf(await client.until('Z'))?.C).toBe('57014');
    client.send(f.query('DELETE FROM customers WHERE id > 0'));
    const abandoned = await waits(client);
    client.destroy();
    for (const { id } of [cancelled, abandoned]) {
      await waitUntil('the request to be withdrawn', async () => {
        const { document } = await stage.ask(dba, 'GET', `approvals/${id}`);
        return document.status === 'withdrawn';
      });
      expect((await answer(id, 'approve')).status).toBe(409);
    }
    expect(await left()).toBe(before);
  });

  test('in a transaction keeps it open, and fails it when it is refused', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    client.send(f.query('DELETE FROM customers WHERE id = 31'));
    await answer((await waits(client)).id, 'approve');
    expect(summary((await client.until('Z')).filter(({ type }) => type !== 'N'))).toBe('C(DELETE 1) Z(T)');
    client.send(f.query('DELETE FROM customers WHERE id = 32'));
    await answer((await waits(client)).id, 'deny');
    expect(summary((await client.until('Z')).filter(({ type }) => type !== 'N'))).toBe('E(42501) Z(E)');
    expect(summary(await client.query('ROLLBACK'))).toBe('C(ROLLBACK) Z(I)');
  });

  test('does not run by rules that no longer let it', async () => {
    const before = await left();
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id = 41'));
    const { id } = await waits(client);
    await decideBy(ruled(terms({ count: 2 })));
    await answer(id, 'approve');
    expect(errorOf(await client.until('Z'))?.M).toContain('has changed since it was approved');
    await decideBy(ruled(terms()));
    client.send(f.query('DELETE FROM customers WHERE id = 42'));
    const again = await waits(client);
    await decideBy({
      ...ruled(terms()),
      'gateway/statement.rego':
        'package gateway.statement\ndefault decision := {"effect": "deny", "rule": "test.shut"}',
    });
    await answer(again.id, 'approve');
    expect(errorOf(await client.until('Z'))?.M).toContain('test.shut');
    expect(await left()).toBe(before);
    await decideBy(ruled(terms()));
  });

  test('does not run when what it touches became something else', async () => {
    const admin = await stage.admin();
    await admin.rows(
      'CREATE VIEW chosen AS SELECT * FROM customers WHERE id = 51; GRANT ALL ON chosen TO app',
    );
    const before = await left();
    const client = await stage.open();
    client.send(f.query('DELETE FROM chosen'));
    const { id } = await waits(client);
    await admin.rows('CREATE OR REPLACE VIEW chosen AS SELECT * FROM customers WHERE name IS NOT NULL');
    await answer(id, 'approve');
    expect(errorOf(await client.until('Z'))?.M).toContain('has changed since it was approved');
    expect(await left()).toBe(before);
  });

  test('is answered by whom the policy names, and by nobody else', async () => {
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id = 61'));
    const { id } = await waits(client);
    const self = await stage.ask({ sub: 'ada', groups: ['dba'] }, 'POST', `approvals/${id}/approve`);
    expect([self.status, self.document.error.message]).toEqual([
      403,
      'nobody approves what they sent themselves, or what was sent for them',
    ]);
    const stranger = await stage.ask({ sub: 'eve' }, 'POST', `approvals/${id}/approve`);
    expect([stranger.status, stranger.document.error.message]).toEqual([
      403,
      'your answer does not count, by policy rule "test.not_named": You are not among them.',
    ]);
    await answer(id, 'deny');
    await client.until('Z');
  });

  test('asks for reasons where its terms say so: of whoever sends it, and of whoever answers', async () => {
    const files = ruled(terms({ reason: 'both' }));
    const approve = `decision := {"effect": "allow", "rule": "test.dba"} if {
  "dba" in input.identity.groups
  input.session.purpose == input.approval.reason
}`;
    await decideBy({
      ...files,
      'gateway/approve.rego': `package gateway.approve\ndefault decision := {"effect": "deny", "rule": "test.none"}\n${approve}`,
    });
    const before = await left();
    const client = await stage.open();
    expect(errorOf(await client.query('DELETE FROM customers WHERE id = 81'))).toMatchObject({
      C: '42501',
      M: 'policy rule "test.writes" asks what this is for, before anybody is asked to approve it',
      H: expect.stringContaining("SET portcullis.purpose = 'what it is for'"),
    });
    await client.query("SET portcullis.purpose = E'asked \\x1b[31mby Ms. Doe'");
    client.send(f.query('DELETE FROM customers WHERE id = 81'));
    const { id } = await waits(client);
    const { document } = await stage.ask(dba, 'GET', `approvals/${id}`);
    expect(document).toMatchObject({ purpose: 'asked  [31mby Ms. Doe' });
    const silent = await answer(id, 'approve');
    expect([silent.status, silent.document.error.message]).toEqual([
      403,
      'policy rule "test.writes" asks why you answer as you do',
    ]);
    expect((await answer(id, 'approve', 'as agreed')).document.status).toBe('approved');
    expect(summary((await client.until('Z')).filter(({ type }) => type !== 'N'))).toBe('C(DELETE 1) Z(I)');
    expect(await left()).toBe(before - 1);
    // A driver says it as it connects, and what waits at the commit asks alike.
    await decideBy(ruled(terms({ reason: 'requester', at: 'commit' })));
    const silently = await stage.open();
    expect(errorOf(await silently.query('DELETE FROM customers WHERE id = 82'))?.M).toContain(
      'asks what this is for',
    );
    const said = await stage.open({}, stage.gateway, { options: '-c portcullis.purpose=cleaning\\ up' });
    said.send(f.query('DELETE FROM customers WHERE id = 82'));
    const commit = await waits(said);
    const shown = await stage.ask(dba, 'GET', `approvals/${commit.id}`);
    expect(shown.document).toMatchObject({ kind: 'commit', purpose: 'cleaning up' });
    await answer(commit.id, 'approve');
    await said.until('Z');
    expect(await left()).toBe(before - 2);
    await decideBy(ruled(terms()));
  });

  test('is shown with what the planner expects of how many rows, and with what its sender asked for before', async () => {
    const admin = await stage.admin();
    await admin.rows('CREATE TABLE many AS SELECT n AS id FROM generate_series(1, 13000) n; ANALYZE many');
    await admin.rows('GRANT ALL ON many TO app');
    const seen = async (text: string, claims: object) => {
      const client = await stage.open(claims);
      client.send(f.query(text));
      const { id } = await waits(client);
      const { document } = await stage.ask(dba, 'GET', `approvals/${id}`);
      await answer(id, 'deny');
      await client.until('Z');
      return document as unknown as Readonly<{ sentences: readonly string[]; history: object }>;
    };
    const first = await seen('DELETE FROM many WHERE id > 6000', { sub: 'zoe' });
    expect(first.sentences[0]).toMatch(
      /^Deletes about [67],\d{3} of 13,000 rows of public\.many \(those that a filter chooses\)\.$/,
    );
    expect(first.history).toEqual({ days: 7, requests: 0, approved: 0, denied: 0, last: [] });
    const second = await seen('DELETE FROM many', { sub: 'zoe' });
    expect(second.sentences[0]).toBe(
      'Deletes about 13,000 of 13,000 rows of public.many (no filter: every row).',
    );
    expect(second.history).toMatchObject({
      ...{ requests: 1, approved: 0, denied: 1 },
      last: [{ status: 'denied', resource: 'shop', rule: 'test.writes', sentence: first.sentences[0] }],
    });
    // In a transaction that has changed the table itself.
    const inside = await stage.open({ sub: 'zoe' });
    await inside.query('BEGIN');
    await inside.query('CREATE TEMPORARY TABLE own (id int)');
    inside.send(f.query('DELETE FROM many'));
    await answer((await waits(inside)).id, 'approve');
    expect(summary((await inside.until('Z')).filter(({ type }) => type !== 'N'))).toBe(
      'C(DELETE 13000) Z(T)',
    );
    await inside.query('ROLLBACK');
  });

  test('stands alone where others of its text need approval on other terms', async () => {
    const files = ruled(terms());
    const rule = (kind: string, count: number) =>
      `decision := {"effect": "require_approval", "rule": "test.${kind}", "approval": ${terms({ count })}} if input.statement.kind == "${kind}"`;
    await decideBy({
      ...files,
      'gateway/statement.rego': `package gateway.statement\n${rule('insert', 1)}\n${rule('delete', 2)}`,
    });
    const client = await stage.open();
    const said = await client.query("DELETE FROM customers; INSERT INTO customers VALUES (1000, 'x')");
    expect(errorOf(said)).toMatchObject({ C: '42501', H: 'Send them one by one.' });
    await decideBy(ruled(terms()));
  });

  test('is masked as the decision says once it is approved', async () => {
    const held = terms();
    const masks = JSON.stringify([{ column: 'public.customers.ssn', with: { kind: 'redact' } }]);
    const rule = `decision := {"effect": "require_approval", "rule": "test.reads", "approval": ${held}, "masks": ${masks}} if true`;
    const files = ruled(held);
    await decideBy({
      ...files,
      'gateway/statement.rego': `package gateway.statement\n${rule}`,
    });
    const client = await stage.open();
    client.send(f.query('SELECT id, ssn FROM customers WHERE id = 71'));
    await answer((await waits(client)).id, 'approve');
    const row = (await client.until('Z')).find(({ type }) => type === 'D');
    expect(row?.bytes.toString()).toContain('[redacted]');
    expect(row?.bytes.toString()).not.toContain('ssn 71');
    await decideBy(ruled(terms()));
  });
});

test('several processes of two gateways hold, answer and run alike', async () => {
  const stage = await PolicyStage.start(schema, ruled(terms()), 2);
  try {
    const another = await stage.startAnother();
    const clients = await Promise.all(Array.from({ length: 6 }, () => stage.open()));
    for (const [index, client] of clients.entries())
      client.send(f.query(`DELETE FROM customers WHERE id = ${index + 1}`));
    await waitUntil('all of them to wait', async () => {
      const { document } = await stage.ask(dba, 'GET', 'approvals');
      return document.approvals.length === clients.length;
    });
    const { document } = await stage.ask(dba, 'GET', 'approvals');
    await another.stop();
    await Promise.all(
      document.approvals.map(({ id }, index) =>
        stage.ask(dba, 'POST', `approvals/${id}/${index % 2 === 0 ? 'approve' : 'deny'}`),
      ),
    );
    const ends = await Promise.all(clients.map((client) => client.until('Z')));
    const codes = ends.map((end) => errorOf(end)?.C ?? 'ran').sort();
    expect(codes).toEqual(['42501', '42501', '42501', 'ran', 'ran', 'ran']);
    const admin = await stage.admin();
    expect(await admin.rows('SELECT count(*) FROM customers')).toEqual([['97']]);
  } finally {
    await stage.stop();
  }
});
