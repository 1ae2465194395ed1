// SIGTERM, SIGHUP and several workers: no statement in flight is lost, nobody is dropped, cancels find their process.
import { frontend, RawClient, ServerError } from '../../support/raw-client.ts';
import { sleep, waitUntil, within } from '../../support/wait.ts';
import { processTree } from '../process-probe.ts';
import { atMost, check, range, type Scenario } from '../scenario.ts';
import { gatewayConfig, type Target } from '../subject.ts';

const IN_FLIGHT = 20;

export const drain: Scenario = {
  name: 'SIGTERM loses no statement in flight',
  gatewayOnly: true,
  milliseconds: 60_000,
  async run(stage) {
    const subject = await stage.another({ limits: { drain_seconds: 20, linger_seconds: 1 } });
    const gateway = subject.gateway;
    if (!gateway) throw new Error('only a gateway drains');
    try {
      const target = subject.target();
      const idle = await stage.open(target);
      const inTransaction = await stage.open(target);
      await inTransaction.rows('BEGIN');
      await inTransaction.rows('UPDATE account SET balance = 100 WHERE id = 1');
      const busy = await Promise.all(range(IN_FLIGHT).map(() => stage.open(target)));
      const simple = busy.slice(0, IN_FLIGHT / 2);
      const extended = busy.slice(IN_FLIGHT / 2);
      for (const client of simple) client.send(frontend.query("SELECT pg_sleep(2), repeat('x', 500000)"));
      for (const client of extended) {
        client.send(frontend.extended("SELECT pg_sleep(2), repeat('x', 500000)"), frontend.sync());
      }
      await sleep(300);
      gateway.signal('SIGTERM');
      const told = (await idle.untilEnd()).at(-1);
      check(told?.type === 'E' && told.fields.C === '57P01', `an idle session was told ${told}`);
      const refused = await RawClient.open({ ...target, milliseconds: 3000 }).catch((thrown) => thrown);
      check(!(refused instanceof RawClient), 'a new client was let in while draining');
      for (const [index, client] of busy.entries()) {
        const want = index < simple.length ? 'T D C(SELECT 1) Z(I)' : '1 2 T D C(SELECT 1) Z(I)';
        const got = (await client.until('Z')).join(' ');
        check(got === want, `a statement in flight got ${got}`);
      }
      const commit = await inTransaction.query('COMMIT').catch((thrown: Error) => [thrown.name]);
      const { code } = await within(25_000, 'the gateway to exit', gateway.exited);
      check(code === 0, `the exit code is ${code}`);
      return `${IN_FLIGHT} statements finished; COMMIT of an open transaction: ${commit.join(' ')}`;
    } finally {
      await subject.stop();
    }
  },
};

export const reload: Scenario = {
  name: 'SIGHUP drops nobody',
  gatewayOnly: true,
  milliseconds: 60_000,
  async run(stage) {
    const subject = await stage.another({});
    const gateway = subject.gateway;
    if (!gateway) throw new Error('only a gateway reloads');
    try {
      const target = subject.target();
      const idle = await Promise.all(range(20).map(() => stage.open(target)));
      const sleeping = await Promise.all(range(20).map(() => stage.open(target)));
      const answers = sleeping.map((client) => client.query('SELECT pg_sleep(2)'));
      const config = gatewayConfig(stage.upstreams, stage.issuer) as { resources: { name: string }[] };
      const [plain] = config.resources;
      const changed = { ...config, resources: [...config.resources, { ...plain, name: 'added' }] };
      await gateway.reload(changed);
      await waitUntil('the added resource', () => tryLogin({ ...target, database: 'added' }));
      // A refused configuration leaves the one that works in use.
      await gateway.reload({ ...changed, resources: 'nonsense' });
      await sleep(500);
      check(await tryLogin({ ...target, database: 'added' }), 'a bad configuration took the good one away');
      // Whoever is just logging in gets in or is told that the resource doesn't exist, and nothing else.
      const removed = atMost(10, range(10), () =>
        waitUntil(
          'the resource to be gone',
          async () => !(await tryLogin({ ...target, database: 'added' })),
          {
            every: 0,
          },
        ),
      );
      await sleep(50);
      await gateway.reload(config);
      await removed;
      for (const answer of await Promise.all(answers)) {
        check(answer.join(' ') === 'T D C(SELECT 1) Z(I)', `a sleeping session got ${answer.join(' ')}`);
      }
      for (const client of idle)
        check((await client.rows('SELECT 1'))[0]?.[0] === '1', 'a session was dropped');
      return '40 sessions stayed through three reloads, one of them refused';
    } finally {
      await subject.stop();
    }
  },
};

export const workers: Scenario = {
  name: 'workers: cancels reach the right one',
  gatewayOnly: true,
  milliseconds: 90_000,
  async run(stage, scale) {
    const subject = await stage.another({ workers: 2 });
    try {
      const target = { ...subject.target(), milliseconds: 30_000 };
      const count = scale.of(40, 200);
      const clients = await atMost(40, range(count), () => stage.open(target));
      const pids = await processTree(subject.pid);
      const answers = clients.map((client, index) =>
        client.query(`SELECT pg_sleep(${index % 2 === 0 ? 20 : 3})`),
      );
      await sleep(500);
      await atMost(
        40,
        clients.filter((_, index) => index % 2 === 0),
        (client) => client.cancel(),
      );
      await atMost(40, clients, async (client, index) => {
        const key = Buffer.from(client.backendKey);
        key[key.length - 1] = (key.at(-1) ?? 0) ^ (1 + (index % 255));
        await RawClient.cancel(target, key);
      });
      for (const [index, answer] of (await Promise.all(answers)).entries()) {
        const want = index % 2 === 0 ? 'T E(57014) Z(I)' : 'T D C(SELECT 1) Z(I)';
        check(answer.join(' ') === want, `session ${index} got ${answer.join(' ')} instead of ${want}`);
      }
      return `${count / 2} of ${count} sessions cancelled over ${pids.length} processes, the others untouched`;
    } finally {
      await subject.stop();
    }
  },
};

async function tryLogin(target: Target): Promise<boolean> {
  try {
    await (await RawClient.open(target)).end();
    return true;
  } catch (thrown) {
    if (thrown instanceof ServerError && thrown.fields.C === '3D000') return false;
    throw thrown;
  }
}
