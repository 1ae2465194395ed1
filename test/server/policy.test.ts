// What a policy decides is what becomes of logins and statements, from the next one on after it changed.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type BackendMessage,
  frontend as f,
  type RawClient,
  ServerError,
  summary,
} from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { type Files, PolicyStage } from './policy-stage.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text CHECK (name IS NOT NULL), ssn text);
  INSERT INTO customers SELECT n, 'name ' || n, 'ssn ' || n FROM generate_series(1, 5) n`;

const ruled = (statement: string, data: object = {}): Files => ({
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "deny", "rule": "test.default", "reason": "Nothing allows this.", "hint": "Ask somebody."}
${statement}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}
decision := {"effect": "deny", "rule": "test.stranger", "reason": "Strangers stay outside."} if input.identity.principal == "stranger"
decision := {
  "effect": "allow", "rule": "test.tenant", "credential": "readonly",
  "settings": {"app.tenant": "acme"},
  "limits": {"max_sessions": 1},
} if input.identity.principal == "tenant"
decision := {"effect": "allow", "rule": "test.actor", "credential": "acting"} if input.identity.principal == "actor"
decision := {"effect": "allow", "rule": "test.brief", "limits": {"max_session_seconds": 1}} if input.identity.principal == "brief"`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.nobody"}`,
  'catalog/data.json': JSON.stringify(data),
});

const allowAll = 'decision := {"effect": "allow", "rule": "test.all"}';
/** Everything but labelled columns and what can't be told. */
const careful = `
decision := {"effect": "allow", "rule": "test.unlabelled"} if {
  not input.statement.opaque
  count([1 | some column in input.statement.columns; count(column.labels) > 0]) == 0
}`;

const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;
const codeOf = async (client: RawClient, text: string) => errorOf(await client.query(text))?.C ?? 'ok';

describe('a policy', () => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, ruled(allowAll));
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  /** Publishes, and resolves once it decides. */
  async function decideBy(files: Files): Promise<void> {
    const revision = await stage.publish(files);
    await waitUntil(`revision ${revision} to decide`, async () =>
      stage.gateway
        .logText()
        .split('\n')
        .some((line) => line.includes('policy decides') && line.includes(`"${revision}"`)),
    );
  }

  test('reaches a session at its next statement, and refuses in words', async () => {
    const client = await stage.open();
    expect(summary(await client.query('SELECT name FROM customers WHERE id = 1'))).toBe(
      'T D C(SELECT 1) Z(I)',
    );
    await decideBy(ruled(''));
    const answer = await client.query('SELECT name FROM customers WHERE id = 1');
    expect(summary(answer)).toBe('E(42501) Z(I)');
    expect(errorOf(answer)).toMatchObject({
      M: 'refused by policy rule "test.default": Nothing allows this',
      D: expect.stringMatching(/^decision [\da-f-]{36}$/),
      H: 'Ask somebody.',
    });
    await decideBy(ruled(allowAll));
    expect(await codeOf(client, 'SELECT name FROM customers')).toBe('ok');
  });

  test('decides again on what was prepared, and on a portal that is open', async () => {
    await decideBy(ruled(allowAll));
    const client = await stage.open();
    await client.query('BEGIN');
    client.send(f.parse('SELECT id FROM customers ORDER BY id', 'some'), f.sync());
    await client.until('Z');
    client.send(f.bind({ statement: 'some', portal: 'p' }), f.execute('p', 1), f.sync());
    expect(summary(await client.until('Z'))).toBe('2 D s Z(T)');
    await decideBy(
      ruled('decision := {"effect": "allow", "rule": "t"} if input.statement.kind == "transaction"'),
    );
    client.send(f.execute('p', 1), f.sync());
    expect(summary(await client.until('Z'))).toBe('E(42501) Z(E)');
    await client.query('ROLLBACK');
    client.send(f.bind({ statement: 'some' }), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('E(42501) Z(I)');
  });

  test('sees labels from the data of its bundle, and new ones with the rules that came with them', async () => {
    await decideBy(ruled(careful));
    const client = await stage.open();
    expect(await codeOf(client, 'SELECT ssn FROM customers')).toBe('ok');
    await decideBy(ruled(careful, { columns: { 'public.customers.ssn': ['pii.ssn'] } }));
    expect(await codeOf(client, 'SELECT ssn FROM customers')).toBe('42501');
    expect(await codeOf(client, 'SELECT name FROM customers')).toBe('ok');
    await decideBy(
      ruled(careful, { resources: { shop: { columns: { 'public.customers.name': ['pii.name'] } } } }),
    );
    expect(await codeOf(client, 'SELECT name FROM customers')).toBe('42501');
    expect(await codeOf(client, 'SELECT ssn FROM customers')).toBe('ok');
  });

  test('decides each statement of a text, and the strictest decision holds', async () => {
    await decideBy(ruled(careful, { columns: { 'public.customers.ssn': ['pii.ssn'] } }));
    const client = await stage.open();
    const answer = await client.query("UPDATE customers SET name = 'x'; SELECT ssn FROM customers");
    expect(summary(answer)).toBe('E(42501) Z(I)');
    const admin = await stage.admin();
    expect(await admin.rows("SELECT count(*) FROM customers WHERE name = 'x'")).toEqual([['0']]);
  });

  test('is told how many rows the planner expects where it asks', async () => {
    await decideBy(
      ruled(`
decision := {"effect": "deny", "rule": "test.ask", "needs": ["estimated_rows"]} if {
  some write in input.statement.writes
  not write.estimated_rows
}
decision := {"effect": "allow", "rule": "test.few"} if {
  some write in input.statement.writes
  write.estimated_rows < 3
}`),
    );
    const client = await stage.open();
    expect(await codeOf(client, 'DELETE FROM customers WHERE id = 100')).toBe('ok');
    expect(errorOf(await client.query('DELETE FROM customers'))?.M).toContain('test.default');
    expect(errorOf(await client.query('SELECT 1'))?.M).toContain('test.default');
  });

  test('is asked again where an estimate decides, though the same shape was let through without one', async () => {
    await decideBy(
      ruled(`
decision := {"effect": "allow", "rule": "test.few", "needs": ["estimated_rows"]} if {
  every write in input.statement.writes { object.get(write, "estimated_rows", 0) < 2 }
}`),
    );
    const client = await stage.open();
    // The planner divides first, so that there is no estimate of the one.
    expect(await codeOf(client, 'DELETE FROM customers WHERE id > 1/0')).toBe('22012');
    expect(await codeOf(client, 'DELETE FROM customers WHERE id > 1/1')).toBe('42501');
  });

  test('masks what it says, by label and by column, in both formats', async () => {
    const masks = [
      { label: 'pii.ssn', with: { kind: 'null' } },
      { column: 'public.customers.name', with: { kind: 'partial', keep_start: 2 } },
    ];
    await decideBy(
      ruled(`decision := {"effect": "mask", "rule": "test.mask", "masks": ${JSON.stringify(masks)}}`, {
        columns: { 'public.customers.ssn': ['pii.ssn'] },
      }),
    );
    const client = await stage.open();
    const rows = (text: string) => client.rows(text);
    expect(await rows('SELECT id, name, ssn FROM customers WHERE id = 3')).toEqual([['3', 'na****', null]]);
    expect(
      await rows("SELECT upper(ssn), 'x' || name, count(*) FROM customers WHERE id = 3 GROUP BY 1, 2"),
    ).toEqual([[null, '[redacted]', '1']]);
    expect(await rows('UPDATE customers SET ssn = ssn WHERE id = 3 RETURNING ssn, id')).toEqual([
      [null, '3'],
    ]);
    const copied = await client.query('COPY (SELECT id, ssn, name FROM customers WHERE id = 3) TO STDOUT');
    expect(Buffer.concat(copied.map(({ bytes }) => bytes)).toString()).toContain('3\t\\N\tna****\n');
    client.send(f.parse('SELECT ssn, name FROM customers WHERE id = 3', 's'), f.sync());
    await client.until('Z');
    // No Describe: what the columns are has to be known all the same.
    client.send(f.bind({ statement: 's', resultFormats: [1] }), f.execute(), f.sync());
    const answer = await client.until('Z');
    expect(summary(answer)).toBe('2 D C(SELECT 1) Z(I)');
    expect(client.receivedBytes.includes('ssn 3')).toBe(false);
    expect(client.receivedBytes.includes('name 3')).toBe(false);
    // The words of an error can hold a value: of a cast that fails, or the whole row that a constraint refuses.
    expect(errorOf(await client.query('SELECT ssn::int FROM customers'))).toMatchObject({
      C: '22P02',
      M: expect.not.stringContaining('ssn 1'),
    });
    await decideBy(ruled(allowAll, { columns: { 'public.customers.ssn': ['pii.ssn'] } }));
    const refused = errorOf(await client.query('UPDATE customers SET name = NULL WHERE id = 3'));
    expect(refused?.C).toBe('23514');
    expect(JSON.stringify(refused)).not.toContain('ssn 3');
  });

  test('has the client told sentences, each once, with what runs and with what is refused', async () => {
    const notices = '"notices": ["Read the handbook."]';
    await decideBy(
      ruled(`decision := {"effect": "allow", "rule": "t", ${notices}} if input.statement.kind == "select"
decision := {"effect": "deny", "rule": "t", ${notices}} if input.statement.kind == "insert"
decision := {"effect": "allow", "rule": "t"} if not input.statement.kind in {"select", "insert"}`),
    );
    const client = await stage.open();
    expect(summary(await client.query('SELECT 1; SHOW timezone; SELECT 2'))).toBe(
      'N T D C(SELECT 1) T D C(SHOW) T D C(SELECT 1) Z(I)',
    );
    expect(summary(await client.query('SHOW timezone'))).toBe('T D C(SHOW) Z(I)');
    expect(summary(await client.query("INSERT INTO customers VALUES (9, 'x')"))).toBe('N E(42501) Z(I)');
    client.send(f.parse('SELECT 1'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 2 N D C(SELECT 1) Z(I)');
  });

  test('limits the time of a statement', async () => {
    await decideBy(
      ruled('decision := {"effect": "allow", "rule": "t", "limits": {"statement_timeout_ms": 50}}'),
    );
    const client = await stage.open();
    const answer = await client.query('SELECT pg_sleep(3600)');
    expect(errorOf(answer)?.M).toContain('it took longer than the 50 ms');
  });

  test('in a failed transaction leaves the words to the server, also when its end is on the way', async () => {
    await decideBy(ruled(careful, { columns: { 'public.customers.ssn': ['pii.ssn'] } }));
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('SELECT 1 / 0');
    expect(await codeOf(client, 'SELECT ssn FROM customers')).toBe('25P02');
    client.send(f.query('ROLLBACK'), f.query('SELECT ssn FROM customers'));
    expect(summary(await client.until('Z'))).toBe('C(ROLLBACK) Z(I)');
    expect(summary(await client.until('Z'))).toBe('E(42501) Z(I)');
  });

  test('refuses a login in words', async () => {
    await decideBy(ruled(allowAll));
    const refused = await stage.open({ sub: 'stranger' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServerError);
    expect((refused as ServerError).fields).toMatchObject({
      C: '28000',
      M: 'refused by policy rule "test.stranger": Strangers stay outside',
      D: expect.stringMatching(/^decision /),
    });
  });

  test('chooses the credential and the settings of a session, which stay as they are', async () => {
    await decideBy(ruled(allowAll));
    const client = await stage.open({ sub: 'tenant' });
    expect(await client.rows("SELECT current_user, current_setting('app.tenant')")).toEqual([
      ['app_reader', 'acme'],
    ]);
    for (const text of [
      "SET app.tenant = 'other'",
      "SET LOCAL App.Tenant = 'other'",
      "SELECT set_config('app.tenant', 'other', false)",
      "SELECT 1; SET app.tenant = 'other'",
      "DO $$ BEGIN SET app.tenant = 'other'; END $$",
    ])
      expect(errorOf(await client.query(text))?.M).toContain('is fixed by policy');
    expect(await codeOf(client, 'RESET ALL')).toBe('ok');
    expect(await client.rows("SELECT current_setting('app.tenant')")).toEqual([['acme']]);
  });

  test('chooses a credential that acts as another role, which the session can not leave', async () => {
    await decideBy(ruled(allowAll));
    const client = await stage.open({ sub: 'actor' });
    for (const text of [
      'SET ROLE app',
      'SET LOCAL ROLE NONE',
      'SET SESSION AUTHORIZATION app',
      "SELECT set_config('role', 'none', false)",
      'DO $$ BEGIN SET ROLE app; END $$',
    ])
      expect(errorOf(await client.query(text))?.M).toContain('is fixed by policy');
    for (const text of ['RESET ROLE', 'RESET SESSION AUTHORIZATION', 'RESET ALL', 'DISCARD ALL']) {
      await client.query(text);
      expect(await client.rows('SELECT current_user')).toEqual([['app_reader']]);
    }
    expect(await codeOf(client, "UPDATE customers SET name = 'x'")).toBe('42501');
  });

  test('ends the sessions that began without one', async () => {
    await decideBy(ruled(allowAll));
    await stage.decideBy('nothing');
    const begun = await stage.open();
    await stage.decideBy('bundle');
    expect(errorOf(await begun.until('E'))).toMatchObject({ S: 'FATAL', C: '57P01' });
  });

  test('limits how many sessions a principal has, and how long', async () => {
    await decideBy(ruled(allowAll));
    await stage.open({ sub: 'tenant' });
    const second = await stage.open({ sub: 'tenant' }).catch((error: unknown) => error);
    expect((second as ServerError).fields.C).toBe('53300');
    const brief = await stage.open({ sub: 'brief' });
    const [last] = await brief.until('E');
    expect(last?.fields).toMatchObject({ C: '57P05' });
  });

  test('stays as it is when what comes next cannot be taken, which health tells', async () => {
    await decideBy(ruled(allowAll));
    expect((await stage.health()).status).toBe(200);
    const client = await stage.open();
    await stage.publish({ ...ruled(''), 'catalog/data.json': '{"columns": {"nonsense": ["x"]}}' });
    await waitUntil('the bundle to be refused', async () =>
      JSON.stringify((await stage.health()).document).includes('columns.'),
    );
    expect((await stage.health()).status).toBe(200);
    expect(await codeOf(client, 'SELECT 1')).toBe('ok');
  });
});

test('several processes decide alike, and health tells of each', async () => {
  const stage = await PolicyStage.start(schema, ruled(allowAll), 2);
  try {
    const { status, document } = await stage.health();
    expect([status, document.ready, document.processes.length]).toEqual([200, true, 2]);
    const clients = await Promise.all(Array.from({ length: 6 }, () => stage.open()));
    const codes = () => Promise.all(clients.map((client) => codeOf(client, 'SELECT name FROM customers')));
    expect(new Set(await codes())).toEqual(new Set(['ok']));
    const sessions = (await stage.health()).document.processes.map((each) => each.sessions);
    expect(sessions[0] ?? 0).toBeGreaterThan(0);
    expect((sessions[0] ?? 0) + (sessions[1] ?? 0)).toBe(6);
    await stage.publish(ruled(''));
    await waitUntil('every process to refuse', async () => (await codes()).every((code) => code === '42501'));
  } finally {
    await stage.stop();
  }
});

test('without a policy nobody gets in, and health says why', async () => {
  const stage = await PolicyStage.start(schema, undefined);
  try {
    const { status, document } = await stage.health();
    expect([status, document.ready]).toEqual([503, false]);
    expect(document.reason).toMatch(/^no policy is active, and every statement is denied: bundle "main": /);
    const refused = await stage.open().catch((error: unknown) => error);
    expect((refused as ServerError).fields).toMatchObject({
      C: '42501',
      M: 'no policy is active, and without one everything is denied',
    });
  } finally {
    await stage.stop();
  }
});
