// A write that is approved at its commit: it runs, its COMMIT waits with the true row counts, and a refusal rolls back.
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BackendMessage, frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { type Files, PolicyStage } from '../policy-stage.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  INSERT INTO customers SELECT n, 'name ' || n, 'ssn ' || n FROM generate_series(1, 1000) n;
  CREATE TABLE notes (id int PRIMARY KEY, customer int REFERENCES customers ON DELETE CASCADE, text text);
  INSERT INTO notes SELECT n, (n + 1) / 2, 'note' FROM generate_series(1, 2000) n;
  CREATE TABLE late (id int, ok boolean);
  CREATE FUNCTION check_late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NOT NEW.ok THEN RAISE EXCEPTION 'late row is not ok'; END IF; RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER late_check AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_late()`;

const terms = (more: object = {}): object => ({
  approvers: ['group:dba'],
  count: 1,
  expires_in: 600,
  scope: 'statement',
  uses: 1,
  at: 'commit',
  ...more,
});

const ruled = (held: object = terms(), more = ''): Files => ({
  'gateway/statement.rego': `package gateway.statement
import data.portcullis.none
default decision := {"effect": "deny", "rule": "test.default"}
writes if count(input.statement.writes) > 0
writes if input.statement.kind == "ddl"
decision := {"effect": "require_approval", "rule": "test.writes", "reason": "It changes rows.", "approval": ${JSON.stringify(held)}} if {
  writes
  not spared
}
decision := {"effect": "allow", "rule": "test.reads"} if not writes
decision := {"effect": "allow", "rule": "test.spared"} if spared
spared if input.statement.relations[_].name == "late"
${more}`,
  'portcullis/none.rego': 'package portcullis.none',
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.not_named", "reason": "You are not among them."}
decision := {"effect": "allow", "rule": "test.dba"} if "dba" in input.identity.groups`,
});

const dba = { sub: 'dora', groups: ['dba'] };
const withoutNotices = (answer: readonly BackendMessage[]) =>
  summary(answer.filter(({ type }) => type !== 'N' && type !== 'S'));
const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;

type Shown = Readonly<{
  /** What the client was answered until it heard that it waits. */
  before: string;
  id: string;
  kind: string;
  status: string;
  statement: string;
  sentences: readonly string[];
  transaction: readonly Readonly<{ statement: string; sentences: readonly string[] }>[];
  blocks: readonly string[];
  created_at: string;
  expires_at: string;
}>;

describe.each([15, 18] as const)('a write that is approved at its commit, on PostgreSQL %i', (version) => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, ruled(), 1, version);
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  const count = async (where = 'true') =>
    Number((await (await stage.admin()).rows(`SELECT count(*) FROM customers WHERE ${where}`))[0]?.[0]);

  async function decideBy(files: Files): Promise<void> {
    const revision = await stage.publish(files);
    await waitUntil(`revision ${revision} to decide`, () =>
      stage.gateway
        .logText()
        .split('\n')
        .some((line) => line.includes('policy decides') && line.includes(`"${revision}"`)),
    );
  }

  const read = async (id: string): Promise<Shown> =>
    (await stage.ask(dba, 'GET', `approvals/${id}`)).document as unknown as Shown;

  /** What the approvers see, once the client hears that it waits. */
  async function waits(client: RawClient): Promise<Shown> {
    const before: BackendMessage[] = [];
    for (;;) {
      before.push(...(await client.until('N')));
      const notice = before.at(-1)?.fields;
      const start = /approve ([\da-f]{8})/.exec(notice?.H ?? '')?.[1];
      if (start === undefined) continue;
      expect(notice?.M).toBe(
        'the commit waits for approval, which policy rule "test.writes" asks for: It changes rows.',
      );
      const { document } = await stage.ask(dba, 'GET', 'approvals');
      const found = document.approvals.find(({ id }) => id.startsWith(start))?.id ?? 'none';
      return { ...(await read(found)), before: withoutNotices(before) };
    }
  }
  const answer = (id: string, verb: 'approve' | 'deny', words?: string) =>
    stage.ask(dba, 'POST', `approvals/${id}/${verb}`, words === undefined ? undefined : { words });

  test('by itself runs, is shown with what it has changed, and is committed when it is approved', async () => {
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id <= 3'));
    const shown = await waits(client);
    expect(shown).toMatchObject({
      kind: 'commit',
      statement: 'DELETE FROM customers WHERE id <= 3',
      sentences: expect.arrayContaining([
        'It has changed 3 rows of public.customers and 6 rows of public.notes, triggers and foreign keys included.',
      ]),
      blocks: [],
    });
    expect(Date.parse(shown.expires_at) - Date.parse(shown.created_at)).toBe(300_000);
    expect(await count('id <= 3')).toBe(3);
    await answer(shown.id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('C(DELETE 3) Z(I)');
    expect(await count('id <= 3')).toBe(0);
  });

  test('by itself is rolled back when it is refused, and the session goes on', async () => {
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id = 11'));
    await answer((await waits(client)).id, 'deny', 'not that one');
    const said = await client.until('Z');
    expect(withoutNotices(said)).toBe('E(42501) Z(I)');
    expect(errorOf(said)).toMatchObject({
      M: 'refused by dora, whose approval policy rule "test.writes" asks for',
      D: expect.stringContaining('not that one'),
      H: expect.stringContaining('The transaction is rolled back.'),
    });
    expect(await count('id = 11')).toBe(1);
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test('in a transaction runs at once, and its COMMIT waits', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    expect(withoutNotices(await client.query('DELETE FROM customers WHERE id IN (21, 22)'))).toBe(
      'C(DELETE 2) Z(T)',
    );
    await client.query("UPDATE customers SET name = 'x' WHERE id = 23");
    expect(await client.rows('SELECT count(*) FROM customers WHERE id IN (21, 22)')).toEqual([['0']]);
    client.send(f.query('COMMIT'));
    const shown = await waits(client);
    expect(shown.transaction.map(({ statement }) => statement)).toEqual([
      'DELETE FROM customers WHERE id IN (21, 22)',
      "UPDATE customers SET name = 'x' WHERE id = 23",
    ]);
    expect(shown.sentences).toEqual([
      'Commits 2 statements that need approval.',
      'It has changed 3 rows of public.customers and 4 rows of public.notes, triggers and foreign keys included.',
    ]);
    await answer(shown.id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('C(COMMIT) Z(I)');
    expect(await count('id IN (21, 22)')).toBe(0);
    // The next one is another.
    await client.query('BEGIN');
    expect(withoutNotices(await client.query('COMMIT'))).toBe('C(COMMIT) Z(I)');
  });

  test.each(['COMMIT', 'END', 'COMMIT AND CHAIN', "PREPARE TRANSACTION 'two'"])(
    'is undone by a refused %s, which leaves no transaction behind',
    async (end) => {
      const client = await stage.open();
      await client.query('BEGIN');
      await client.query('SAVEPOINT a');
      await client.query('DELETE FROM customers WHERE id = 31');
      client.send(f.query(end));
      await answer((await waits(client)).id, 'deny');
      expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');
      expect(await count('id = 31')).toBe(1);
      // Drivers send it all the same.
      expect(withoutNotices(await client.query('ROLLBACK'))).toBe('C(ROLLBACK) Z(I)');
    },
  );

  test('is asked for no more once it was rolled back, to a savepoint or as a whole', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('SAVEPOINT a');
    await client.query('DELETE FROM customers WHERE id = 41');
    await client.query('ROLLBACK TO a');
    expect(withoutNotices(await client.query('COMMIT'))).toBe('C(COMMIT) Z(I)');
    await client.query('BEGIN');
    await client.query('DELETE FROM customers WHERE id = 41');
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    await client.query('SAVEPOINT a');
    await client.query('DELETE FROM customers WHERE id = 42');
    await client.query('RELEASE a');
    await client.query('SAVEPOINT b');
    await client.query('DELETE FROM customers WHERE id = 43');
    await client.query('SELECT 1 / 0');
    await client.query('ROLLBACK TO b');
    client.send(f.query('COMMIT'));
    const shown = await waits(client);
    expect(shown.statement).toBe('DELETE FROM customers WHERE id = 42');
    await answer(shown.id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('C(COMMIT) Z(I)');
    expect(await count('id IN (41, 42, 43)')).toBe(2);
  });

  test('needs nothing in a transaction that has failed', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('DELETE FROM customers WHERE id = 51');
    await client.query('SELECT 1 / 0');
    expect(withoutNotices(await client.query('COMMIT'))).toBe('C(ROLLBACK) Z(I)');
    expect(await count('id = 51')).toBe(1);
  });

  test('is held at the Sync that would commit it, and in a pipeline at the COMMIT', async () => {
    const client = await stage.open();
    const whole = (text: string, values: string[] = []) => [f.parse(text), f.bind({ values }), f.execute()];
    const deletes = (id: string) => whole('DELETE FROM customers WHERE id = $1', [id]);
    const ran = '1 2 C(DELETE 1)';
    /** What comes in front of the notice is there at once. */
    const sends = async (...parts: readonly Uint8Array[]) => {
      client.send(...parts);
      return await waits(client);
    };
    const both = await sends(...deletes('61'), ...deletes('62'), f.sync());
    expect(both.before).toBe(`${ran} ${ran}`);
    expect(both.sentences[1]).toContain('2 rows of public.customers');
    await answer(both.id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('Z(I)');
    await answer((await sends(...deletes('63'), f.sync())).id, 'deny');
    expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');

    client.send(...whole('BEGIN'), ...deletes('64'), f.sync());
    expect(withoutNotices(await client.until('Z'))).toBe(`1 2 C(BEGIN) ${ran} Z(T)`);
    await answer((await sends(...whole('COMMIT'), f.sync())).id, 'deny');
    expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');

    const piped = await sends(...whole('BEGIN'), ...deletes('65'), ...whole('COMMIT'), f.sync());
    expect(piped.before).toBe(`1 2 C(BEGIN) ${ran} 1 2`);
    await answer(piped.id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('C(COMMIT) Z(I)');
    // A failure behind it leaves nothing to approve.
    client.send(...deletes('66'), ...whole('SELECT 1 / 0'), f.sync());
    expect(withoutNotices(await client.until('Z'))).toBe(`${ran} 1 E(22012) Z(I)`);
    expect(await count('id BETWEEN 61 AND 66')).toBe(3);
  });

  test('can not be committed by a portal that was bound before, by a Query without Sync, or by another text', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    client.send(f.parse('COMMIT', 'c'), f.bind({ statement: 'c', portal: 'p' }), f.sync());
    await client.until('Z');
    await client.query('DELETE FROM customers WHERE id = 71');
    client.send(f.execute('p'), f.sync());
    await answer((await waits(client)).id, 'deny');
    expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');

    client.send(
      f.parse('DELETE FROM customers WHERE id = 71', ''),
      f.bind({}),
      f.execute(),
      f.query('SELECT 1'),
    );
    expect(errorOf(await client.until('Z'))?.M).toContain('send Sync first');

    for (const text of ['SELECT 1; COMMIT', 'COMMIT; BEGIN']) {
      await client.query('BEGIN');
      await client.query('DELETE FROM customers WHERE id = 71');
      expect(errorOf(await client.query(text))?.M).toContain('send COMMIT by itself');
      expect(withoutNotices(await client.query('COMMIT'))).toBe('C(ROLLBACK) Z(I)');
    }
    expect(errorOf(await client.query('BEGIN; DELETE FROM customers WHERE id = 71; COMMIT'))?.M).toContain(
      'send them apart',
    );
    client.send(
      f.parse('DELETE FROM customers WHERE id = 71', ''),
      f.bind({}),
      f.execute(),
      f.parse('VACUUM notes', ''),
      f.bind({}),
      f.execute(),
      f.sync(),
    );
    expect(errorOf(await client.until('Z'))?.C).toBe('42501');
    expect(await count('id = 71')).toBe(1);
  });

  test('is withdrawn by a cancel and by a client that leaves', async () => {
    for (const ways of ['query', 'transaction', 'sync'] as const) {
      const client = await stage.open();
      const send = async () => {
        if (ways === 'query') client.send(f.query('DELETE FROM customers WHERE id = 81'));
        else if (ways === 'sync')
          client.send(f.parse('DELETE FROM customers WHERE id = 81', ''), f.bind({}), f.execute(), f.sync());
        else {
          await client.query('BEGIN');
          await client.query('DELETE FROM customers WHERE id = 81');
          client.send(f.query('COMMIT'));
        }
      };
      await send();
      const cancelled = await waits(client);
      await client.cancel();
      const said = await client.until('Z');
      expect(errorOf(said)?.C).toBe('57014');
      expect(summary(said.slice(-1))).toBe('Z(I)');
      expect(await client.rows('SELECT 1')).toEqual([['1']]);
      await send();
      const abandoned = await waits(client);
      client.destroy();
      for (const { id } of [cancelled, abandoned]) {
        await waitUntil('the request to be withdrawn', async () => (await read(id)).status === 'withdrawn');
      }
      await waitUntil('the locks to be gone', async () => {
        const admin = await stage.admin();
        return (await admin.query('DELETE FROM customers WHERE id = 81 AND false')).length > 0;
      });
      expect(await count('id = 81')).toBe(1);
    }
  });

  test('shows whom its locks keep waiting, and lets them go when it ends', async () => {
    const client = await stage.open();
    client.send(f.query('DELETE FROM customers WHERE id = 91'));
    const { id } = await waits(client);
    const other = await stage.admin();
    await other.query("SET application_name = 'night job'");
    other.send(f.query("UPDATE customers SET name = 'y' WHERE id = 91"));
    await waitUntil('the approvers to see who waits', async () =>
      (await read(id)).blocks.includes('night job'),
    );
    await answer(id, 'deny');
    expect(withoutNotices(await other.until('Z'))).toBe('C(UPDATE 1) Z(I)');
    await client.until('Z');
  });

  test('is held no longer than the terms let it keep its locks', async () => {
    await decideBy(ruled(terms({ lock_seconds: 1 })));
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('DELETE FROM customers WHERE id = 101');
    client.send(f.query('COMMIT'));
    const said = await client.until('Z');
    expect(withoutNotices(said)).toBe('E(42501) Z(I)');
    expect(errorOf(said)?.M).toContain('nobody approved');
    expect(await count('id = 101')).toBe(1);
    await decideBy(ruled());
  });

  test('is decided again when it is approved', async () => {
    const client = await stage.open();
    await client.query('BEGIN');
    await client.query('DELETE FROM customers WHERE id = 111');
    client.send(f.query('COMMIT'));
    const { id } = await waits(client);
    await decideBy(ruled(terms({ count: 2 })));
    await answer(id, 'approve');
    const said = await client.until('Z');
    expect(withoutNotices(said)).toBe('E(42501) Z(I)');
    expect(errorOf(said)?.M).toContain('has changed since it was approved');
    expect(await count('id = 111')).toBe(1);
    await decideBy(ruled());
  });

  test('needs nobody as long as the transaction has changed no more rows than are free', async () => {
    await decideBy(ruled(terms({ free_rows: 3 })));
    const client = await stage.open();
    const answered = async (sql: string) => {
      client.send(f.query(sql));
      return withoutNotices(await client.until('Z'));
    };
    try {
      expect(await answered('DELETE FROM customers WHERE id = 401')).toBe('C(DELETE 1) Z(I)');
      expect(await answered('BEGIN')).toBe('C(BEGIN) Z(T)');
      expect(await answered('DELETE FROM notes WHERE customer = 402')).toBe('C(DELETE 2) Z(T)');
      expect(await answered('DELETE FROM notes WHERE id = 805')).toBe('C(DELETE 1) Z(T)');
      expect(await answered('COMMIT')).toBe('C(COMMIT) Z(I)');
      expect(await count('id = 401')).toBe(0);
      // With the notes that go with them it is six.
      client.send(f.query('DELETE FROM customers WHERE id IN (411, 412)'));
      await answer((await waits(client)).id, 'deny');
      expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');
      expect(await answered('BEGIN')).toBe('C(BEGIN) Z(T)');
      for (const id of [811, 812, 813, 814])
        expect(await answered(`DELETE FROM notes WHERE id = ${id}`)).toBe('C(DELETE 1) Z(T)');
      client.send(f.query('COMMIT'));
      await answer((await waits(client)).id, 'deny');
      expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');
      expect(await count('id IN (411, 412)')).toBe(2);
      // Nobody counts what TRUNCATE takes away.
      client.send(f.query('TRUNCATE notes'));
      await answer((await waits(client)).id, 'deny');
      expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');
    } finally {
      await decideBy(ruled());
    }
  });

  test('is another request where the terms are others, and all of them have to be approved', async () => {
    const other = JSON.stringify(terms({ lock_seconds: 60 }));
    const more = `decision := {"effect": "require_approval", "rule": "test.writes", "reason": "It changes rows.", "approval": ${other}} if {
  ofNotes
}
ofNotes if input.statement.writes[_].target == "public.notes"`;
    await decideBy({
      ...ruled(),
      'gateway/statement.rego': `${ruled()['gateway/statement.rego']?.replace('not spared', 'not spared\n  not ofNotes')}\n${more}`,
    });
    const rewrite = async (client: RawClient, id: number): Promise<readonly Shown[]> => {
      await client.query('BEGIN');
      await client.query(`UPDATE customers SET name = 'two' WHERE id = ${id}`);
      await client.query(`UPDATE notes SET text = 'two' WHERE id = ${2 * id}`);
      client.send(f.query('COMMIT'));
      const first = await waits(client);
      const second = await waits(client);
      return [first, second].toSorted((one, another) => one.statement.localeCompare(another.statement));
    };
    const client = await stage.open();
    const [ofCustomers, ofNotes] = await rewrite(client, 601);
    expect([ofCustomers?.statement, ofNotes?.statement]).toEqual([
      "UPDATE customers SET name = 'two' WHERE id = 601",
      "UPDATE notes SET text = 'two' WHERE id = 1202",
    ]);
    const heldFor = (shown: Shown | undefined) =>
      Date.parse(shown?.expires_at ?? '') - Date.parse(shown?.created_at ?? '');
    expect([heldFor(ofCustomers), heldFor(ofNotes)]).toEqual([300_000, 60_000]);
    await answer(ofCustomers?.id ?? '', 'approve');
    expect(await count("name = 'two'")).toBe(0);
    await answer(ofNotes?.id ?? '', 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('C(COMMIT) Z(I)');
    expect(await count("name = 'two'")).toBe(1);
    // One that is refused ends the other, and takes back what both have done.
    const [approved, refused] = await rewrite(client, 602);
    await answer(approved?.id ?? '', 'approve');
    await answer(refused?.id ?? '', 'deny', 'no');
    expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');
    expect(await count("name = 'two'")).toBe(1);
    const [left, ended] = await rewrite(client, 603);
    await answer(left?.id ?? '', 'deny', 'no');
    expect(withoutNotices(await client.until('Z'))).toBe('E(42501) Z(I)');
    await waitUntil('the other to be over', async () => (await read(ended?.id ?? '')).status === 'withdrawn');
    await decideBy(ruled());
  });

  test('is no way for definitions, which wait before they run, nor for wider scopes', async () => {
    const client = await stage.open();
    client.send(f.query('CREATE TABLE more (id int)'));
    const notice = (await client.until('N')).at(-1)?.fields;
    expect(notice?.M).toMatch(/^the statement waits for approval/);
    await client.cancel();
    await client.until('Z');
    await decideBy(ruled(terms({ scope: 'shape' })));
    expect(errorOf(await client.query('DELETE FROM customers WHERE id = 121'))?.M).toContain(
      'its scope has to be statement',
    );
    await decideBy(ruled());
  });

  test('tells the truth of TRUNCATE, of COPY and of checks that were put off', async () => {
    const client = await stage.open();
    client.send(f.query('TRUNCATE notes'));
    const truncated = await waits(client);
    expect(truncated.sentences.join(' ')).toContain('an unknown number of rows');
    await answer(truncated.id, 'deny');
    await client.until('Z');
    client.send(f.query('COPY customers FROM STDIN'));
    await client.until('G');
    client.send(f.copyData('5001\tx\ty\n5002\tx\ty\n'), f.copyDone());
    const copied = await waits(client);
    expect(copied.sentences.join(' ')).toContain('It has changed 2 rows of public.customers,');
    await answer(copied.id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('C(COPY 2) Z(I)');
    await client.query('BEGIN');
    await client.query('INSERT INTO late VALUES (1, false)');
    await client.query('DELETE FROM customers WHERE id = 131');
    client.send(f.query('COMMIT'));
    await answer((await waits(client)).id, 'approve');
    expect(withoutNotices(await client.until('Z'))).toBe('E(P0001) Z(I)');
    expect(await count('id = 131')).toBe(1);
  });

  test('is rolled back and committed as drivers expect it', async () => {
    /** Answers the next request. */
    const answered = async (verb: 'approve' | 'deny') => {
      const pending = await waitUntil('a request', async () => {
        const { document } = await stage.ask(dba, 'GET', 'approvals');
        return document.approvals[0]?.id;
      });
      await answer(pending, verb);
    };
    const { host, port } = stage.gateway;
    const login = { host, port, user: 'token', database: 'shop', password: await stage.token() };
    const client = new pg.Client(login);
    await client.connect();
    const sql = postgres({ ...login, max: 1, onnotice: () => undefined });
    try {
      await client.query('BEGIN');
      await client.query('DELETE FROM customers WHERE id = $1', [151]);
      await Promise.all([
        answered('deny'),
        expect(client.query('COMMIT')).rejects.toThrow('refused by dora'),
      ]);
      await client.query('ROLLBACK');
      await Promise.all([answered('approve'), client.query('DELETE FROM customers WHERE id = $1', [152])]);
      const deletes = (id: number) => sql.begin((inside) => inside`DELETE FROM customers WHERE id = ${id}`);
      await Promise.all([answered('deny'), expect(deletes(153)).rejects.toThrow('refused by dora')]);
      await Promise.all([answered('approve'), deletes(154)]);
    } finally {
      await Promise.all([client.end(), sql.end()]);
    }
    const admin = await stage.admin();
    expect(await admin.rows('SELECT id FROM customers WHERE id BETWEEN 151 AND 154 ORDER BY id')).toEqual([
      ['151'],
      ['153'],
    ]);
  });

  test('is not committed when the gateway is killed while it waits', async () => {
    const another = await stage.startAnother();
    const client = await stage.open({}, another);
    await client.query('BEGIN');
    await client.query('DELETE FROM customers WHERE id = 141');
    client.send(f.query('COMMIT'));
    const { id } = await waits(client);
    another.signal('SIGKILL');
    await client.ended;
    await stage.declareGone(id);
    const admin = await stage.admin();
    await admin.query("UPDATE customers SET name = 'z' WHERE id = 141");
    expect(await count('id = 141')).toBe(1);
    await waitUntil('the request to be withdrawn', async () => (await read(id)).status === 'withdrawn');
  });
});
