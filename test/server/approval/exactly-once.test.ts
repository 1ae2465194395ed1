// Whatever breaks at whichever moment: a statement runs once and by its approval, or not at all, and its client is told.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayProcess } from '../../support/gateway.ts';
import { type BackendMessage, frontend as f, type RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { startWire, type Wire } from '../../support/wire.ts';
import { type Files, PolicyStage } from '../policy-stage.ts';

const schema = 'CREATE TABLE runs (n int)';
const terms = (count = 1): string =>
  JSON.stringify({ approvers: ['group:dba'], count, expires_in: 600, scope: 'statement', uses: 1 });
const ruled = (count = 1): Files => ({
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "deny", "rule": "test.default"}
decision := {"effect": "require_approval", "rule": "test.writes", "approval": ${terms(count)}} if {
  count(input.statement.writes) > 0
}
decision := {"effect": "allow", "rule": "test.reads"} if count(input.statement.writes) == 0`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "allow", "rule": "test.anybody"}`,
});

const statement = (n: number): string => `INSERT INTO runs VALUES (${n})`;
/** How the statements begin that the gateway sends to the state database. */
const asking = 'INSERT INTO portcullis.request';
const answering = 'SELECT expires_at <= clock_timestamp';
const withdrawing = 'UPDATE portcullis.request r SET status';
const taking = 'UPDATE portcullis.approval SET uses_left';
const using = 'INSERT INTO portcullis.use';

const codeOf = (answer: readonly BackendMessage[]): string =>
  answer.find(({ type }) => type === 'E')?.fields.C ?? 'ran';

describe('a statement that waits', () => {
  let stage: PolicyStage;
  let wire: Wire;
  /** Reaches the state database by the wire; the stage's own gateway reaches it directly. */
  let gateway: GatewayProcess;
  let state: RawClient;
  let server: RawClient;
  let last = 0;

  beforeAll(async () => {
    stage = await PolicyStage.start(schema, ruled());
    wire = await startWire(stage.databases);
    gateway = await stage.startAnother(wire);
    await openEyes();
  });
  afterEach(async () => {
    wire.mend();
    stage.hangUp();
    await openEyes();
    if ((await Promise.race([gateway.exited, 'running'])) !== 'running') {
      await gateway.stop();
      gateway = await stage.startAnother(wire);
    }
    await waitUntil('the gateway to have its state again', () =>
      stage.open({}, gateway).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    await gateway?.stop();
    wire?.stop();
    await stage?.stop();
  });

  /** Hanging up closes these too. */
  async function openEyes(): Promise<void> {
    [state, server] = await Promise.all([stage.admin('state'), stage.admin()]);
  }
  const count = async (client: RawClient, sql: string) => Number((await client.rows(sql))[0]?.[0]);
  const ran = (n: number) => count(server, `SELECT count(*) FROM runs WHERE n = ${n}`);
  const like = (n: number) => `shown->>'statement' LIKE '%(${n})%'`;
  const used = (n: number) =>
    count(
      state,
      `SELECT count(*) FROM portcullis.use JOIN portcullis.request r ON r.id = approval_id WHERE ${like(n)}`,
    );
  const requests = async (n: number, status = 'pending') =>
    (
      await state.rows(
        `SELECT id FROM portcullis.request WHERE ${like(n)} AND status = '${status}' ORDER BY created_at`,
      )
    ).map(([id]) => id ?? '');
  const toBecome = (n: number, status: string, number = 1) =>
    waitUntil(`${number} to be ${status}`, async () => (await requests(n, status)).length === number);

  /** A statement of its own on a session of its own. */
  async function send(n: number, at: GatewayProcess = gateway): Promise<RawClient> {
    const client = await stage.open({}, at);
    client.send(f.query(statement(n)));
    return client;
  }
  async function waits(client: RawClient, n: number): Promise<string> {
    await client.until('N');
    return (await requests(n)).at(-1) ?? 'none';
  }
  async function held(at: GatewayProcess = gateway) {
    last += 1;
    const n = last;
    const client = await send(n, at);
    return { n, client, id: await waits(client, n) };
  }
  const answer = (id: string, verb: 'approve' | 'deny' = 'approve', sub = 'dora') =>
    stage.ask({ sub }, 'POST', `approvals/${id}/${verb}`);
  const codeTo = async (client: RawClient) => codeOf(await client.until('Z'));
  /** What was sent before is read first. */
  const closed = (client: RawClient) => client.untilEnd().then(() => 'closed');

  /** Nobody changes this in the state until it is opened. */
  async function lock(what: string) {
    const keeper = await stage.admin('state');
    await keeper.rows(`BEGIN; ${what}`);
    const waiting = (query: string) =>
      count(
        state,
        `SELECT count(*) FROM pg_stat_activity
         WHERE datname = 'state' AND wait_event_type = 'Lock' AND query ~ '^\\s*${query}'`,
      );
    return {
      reached: (query: string, sessions = 1) =>
        waitUntil(`${query} to wait`, async () => (await waiting(query)) === sessions),
      open: () => keeper.rows('COMMIT'),
    };
  }
  const lockTable = (table: string) => lock(`LOCK TABLE portcullis.${table} IN SHARE MODE`);
  const lockRequest = (id: string) => lock(`SELECT FROM portcullis.request WHERE id = '${id}' FOR UPDATE`);

  async function kill(): Promise<void> {
    gateway.signal('SIGKILL');
    await gateway.exited;
  }

  describe('on a gateway that is killed', () => {
    test('while it asks: does not run, and nobody can approve it any more', async () => {
      last += 1;
      const n = last;
      const request = await lockTable('request');
      const client = await send(n);
      await request.reached(asking);
      await kill();
      await request.open();
      expect(await closed(client)).toBe('closed');
      await waitUntil('nothing to be pending', async () => {
        const [id] = await requests(n);
        if (id !== undefined) await stage.declareGone(id);
        return id === undefined;
      });
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });

    test('while it waits: is withdrawn, and does not run', async () => {
      const { n, client, id } = await held();
      await kill();
      expect(await closed(client)).toBe('closed');
      // After all the time that the others give it.
      await toBecome(n, 'withdrawn');
      expect((await answer(id)).status).toBe(409);
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });

    test('when it is approved and not used yet: runs when it is sent again, once', async () => {
      const { n, client, id } = await held();
      const use = await lockTable('use');
      await answer(id);
      await use.reached(using);
      await kill();
      expect(await closed(client)).toBe('closed');
      await use.open();
      const again = await send(n, stage.gateway);
      expect(await codeTo(again)).toBe('ran');
      again.send(f.query(statement(n)));
      expect(await waits(again, n)).not.toBe(id);
      expect([await ran(n), await used(n)]).toEqual([1, 1]);
    });

    test('when it is used and not forwarded yet: does not run, and needs another approval', async () => {
      const { n, client, id } = await held();
      const committed = wire.holdAnswerTo('COMMIT');
      await answer(id);
      await committed;
      await waitUntil('it to be used', async () => (await used(n)) === 1);
      await kill();
      expect(await closed(client)).toBe('closed');
      const again = await send(n, stage.gateway);
      await answer(await waits(again, n));
      expect(await codeTo(again)).toBe('ran');
      expect([await ran(n), await used(n)]).toEqual([1, 2]);
    });
  });

  describe('whose state database is lost', () => {
    test('is served by a gateway that is ready and says what is missing, until it is back', async () => {
      const ask = async (path: string) => await fetch(`http://127.0.0.1:${gateway.adminPort}/${path}`);
      const says = async (available: boolean) => {
        const answer = await ask('health');
        const document = (await answer.json()) as { processes: readonly { state: { available: boolean } }[] };
        const metrics = await (await ask('metrics')).text();
        expect(answer.status).toBe(200);
        return (
          document.processes[0]?.state.available === available &&
          new RegExp(`^portcullis_state_available{.*kind="configured".*} ${available ? 1 : 0}$`, 'm').test(
            metrics,
          )
        );
      };
      expect(await says(true)).toBe(true);
      wire.cut();
      await waitUntil('the loss to be told', () => says(false));
      wire.mend();
      await waitUntil('it to be back', () => says(true));
    });

    test('while it asks: is refused, and its request is withdrawn when it is back', async () => {
      last += 1;
      const n = last;
      const request = await lockTable('request');
      const client = await send(n);
      await request.reached(asking);
      wire.cut();
      expect(await codeTo(client)).toBe('58000');
      await request.open();
      await toBecome(n, 'pending');
      wire.mend();
      await toBecome(n, 'withdrawn');
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });

    test('while it waits: hears afterwards what became of it meanwhile', async () => {
      const approved = await held();
      const denied = await held();
      wire.cut();
      await answer(approved.id);
      await answer(denied.id, 'deny');
      wire.mend();
      expect(await codeTo(approved.client)).toBe('ran');
      expect(await codeTo(denied.client)).toBe('42501');
      expect([await ran(approved.n), await used(approved.n), await ran(denied.n)]).toEqual([1, 1, 0]);
    });

    test('while it waits: a cancel is heard at once, and withdraws it when the database is back', async () => {
      const { n, client } = await held();
      wire.cut();
      await client.cancel();
      expect(await codeTo(client)).toBe('57014');
      expect(await requests(n)).toHaveLength(1);
      wire.mend();
      await toBecome(n, 'withdrawn');
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });

    test('when it is approved and not used yet: is refused, and runs once when it is sent again', async () => {
      const { n, client, id } = await held();
      const use = await lockTable('use');
      await answer(id);
      await use.reached(using);
      wire.cut();
      expect(await codeTo(client)).toBe('58000');
      await use.open();
      wire.mend();
      expect(await codeTo(await send(n, stage.gateway))).toBe('ran');
      expect([await ran(n), await used(n)]).toEqual([1, 1]);
    });

    test('when it is used and nobody says so: is refused, and needs another approval', async () => {
      const { n, client, id } = await held();
      const committed = wire.holdAnswerTo('COMMIT');
      await answer(id);
      await committed;
      await waitUntil('it to be used', async () => (await used(n)) === 1);
      wire.cut();
      expect(await codeTo(client)).toBe('58000');
      wire.mend();
      const again = await send(n, stage.gateway);
      await answer(await waits(again, n), 'deny');
      expect(await codeTo(again)).toBe('42501');
      expect([await ran(n), await used(n)]).toEqual([0, 1]);
    });
  });

  describe('runs once, or not at all,', () => {
    test('when two approve at once, and each of them again and again', async () => {
      const { n, client, id } = await held();
      const answers = Array.from({ length: 10 }, (_, index) =>
        answer(id, 'approve', `approver ${index % 2}`),
      );
      const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
      expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
      expect(await codeTo(client)).toBe('ran');
      expect([await ran(n), await used(n)]).toEqual([1, 1]);
    });

    const ends = {
      cancelled: {
        end: (client: RawClient) => client.cancel(),
        told: async (client: RawClient) => expect(await codeTo(client)).toBe('57014'),
      },
      abandoned: {
        end: (client: RawClient) => client.destroy(),
        told: async () => undefined,
      },
    };
    for (const [how, { end, told }] of Object.entries(ends)) {
      test(`when it is ${how} before somebody approves it`, async () => {
        const { n, client, id } = await held();
        const row = await lockRequest(id);
        await end(client);
        await row.reached(withdrawing);
        const approved = answer(id);
        await row.reached(answering);
        await row.open();
        await told(client);
        expect((await approved).status).toBe(409);
        expect(await requests(n, 'withdrawn')).toEqual([id]);
        expect([await ran(n), await used(n)]).toEqual([0, 0]);
      });

      test(`when it is ${how} after somebody approves it`, async () => {
        const { n, client, id } = await held();
        const row = await lockRequest(id);
        const approved = answer(id);
        await row.reached(answering);
        await end(client);
        await row.reached(withdrawing);
        await row.open();
        await told(client);
        expect((await approved).status).toBe(200);
        expect([await ran(n), await used(n)]).toEqual([0, 0]);
      });

      test(`when it is ${how} while the approval is being used`, async () => {
        const { n, client, id } = await held();
        const use = await lockTable('use');
        await answer(id);
        await use.reached(using);
        await end(client);
        await told(client);
        await use.open();
        await waitUntil('the use to be over', async () => (await used(n)) === 1);
        expect(await ran(n)).toBe(0);
      });
    }

    test('when its time ends while somebody approves it', async () => {
      const { n, client, id } = await held();
      const row = await lock(
        `UPDATE portcullis.request SET expires_at = clock_timestamp() - interval '1 second' WHERE id = '${id}'`,
      );
      const approved = answer(id);
      await row.reached(answering);
      await row.open();
      expect((await approved).status).toBe(409);
      expect(await codeTo(client)).toBe('42501');
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });

    test('when the approval ends before it is used: another one is asked for', async () => {
      const { n, client, id } = await held();
      wire.freeze();
      await answer(id);
      await state.rows(`UPDATE portcullis.approval SET expires_at = clock_timestamp() WHERE id = '${id}'`);
      wire.thaw();
      await waitUntil('another request', async () => (await requests(n)).length === 1);
      const [another = ''] = await requests(n);
      await answer(another, 'deny');
      expect(await codeTo(client)).toBe('42501');
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });

    test('when two sessions want the one use of an approval: one runs, the other waits', async () => {
      const { n, client, id } = await held();
      // Whoever waited for it has left when it comes.
      const row = await lockRequest(id);
      const approved = answer(id);
      await row.reached(answering);
      client.destroy();
      await row.open();
      await approved;
      const use = await lockTable('use');
      const clients = await Promise.all([send(n), send(n, stage.gateway)]);
      await use.reached(using);
      await use.reached(taking);
      await use.open();
      await waitUntil('one of them to wait', async () => (await requests(n)).length === 1);
      const [another = ''] = await requests(n);
      await answer(another, 'deny');
      expect((await Promise.all(clients.map(codeTo))).sort()).toEqual(['42501', 'ran']);
      expect([await ran(n), await used(n)]).toEqual([1, 1]);
    });

    test('when the rules change between the approval and its use', async () => {
      const { n, client, id } = await held();
      const decides = (revision: string) =>
        waitUntil(`${revision} to decide`, () =>
          gateway
            .logText()
            .split('\n')
            .some((line) => line.includes('policy decides') && line.includes(`"${revision}"`)),
        );
      wire.freeze();
      await answer(id);
      await decides(await stage.publish(ruled(2)));
      wire.thaw();
      expect(await codeTo(client)).toBe('42501');
      // What one has approved is no approval where two are asked for.
      const again = await send(n);
      await answer(await waits(again, n), 'deny');
      expect(await codeTo(again)).toBe('42501');
      await decides(await stage.publish(ruled()));
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    });
  });

  test('hears that the gateway ends, and can be approved no more', async () => {
    const another = await stage.startAnother(wire);
    try {
      const { n, client, id } = await held(another);
      another.signal('SIGTERM');
      await waitUntil('it to drain', () => another.logText().includes('draining'));
      another.signal('SIGTERM');
      await another.exited;
      const said = await client.untilEnd();
      expect(said.find(({ type }) => type === 'E')?.fields).toMatchObject({ S: 'FATAL', C: '57P01' });
      expect(await requests(n, 'withdrawn')).toEqual([id]);
      expect([await ran(n), await used(n)]).toEqual([0, 0]);
    } finally {
      await another.stop();
    }
  });
});
