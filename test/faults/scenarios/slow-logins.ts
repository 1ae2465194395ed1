// Logins that never finish: they are ended in time, and honest clients get in meanwhile.
import { frontend, RawClient } from '../../support/raw-client.ts';
import { sleep, waitUntil } from '../../support/wait.ts';
import { probe } from '../process-probe.ts';
import { atMost, check, range, type Scenario } from '../scenario.ts';
import type { Target } from '../subject.ts';

const LOGIN_SECONDS = 3;

/** How far each kind of half-open login goes before it falls silent. */
const beginnings: readonly { kind: string; begin(client: RawClient, target: Target): void }[] = [
  { kind: 'silent', begin: () => {} },
  { kind: 'half a length', begin: (client) => client.send(Buffer.from([0, 0])) },
  {
    kind: 'half a startup packet',
    begin: (client, { user }) => client.send(frontend.startup({ user, database: 'plain' }).subarray(0, 12)),
  },
  {
    kind: 'no password',
    begin: (client, { user }) => client.send(frontend.startup({ user, database: 'plain' })),
  },
  {
    kind: 'half a password',
    begin: (client, { user }) =>
      client.send(
        frontend.startup({ user, database: 'plain' }),
        frontend.password('x'.repeat(200)).subarray(0, 50),
      ),
  },
  { kind: 'after SSLRequest', begin: (client) => client.send(frontend.sslRequest()) },
  {
    kind: 'a trickle',
    begin: (client, { user }) => {
      const bytes = frontend.startup({ user, database: 'plain', application_name: 'x'.repeat(500) });
      let at = 0;
      const timer = setInterval(() => {
        if (client.socket.isOver || at >= bytes.length - 1) clearInterval(timer);
        else client.send(bytes.subarray(at, ++at));
      }, 100);
      client.closed.then(() => clearInterval(timer));
    },
  },
];

export const slowLogins: Scenario = {
  name: 'logins that never finish',
  gatewayOnly: true,
  milliseconds: 90_000,
  async run(stage, scale) {
    const subject = await stage.another({ limits: { login_seconds: LOGIN_SECONDS, linger_seconds: 1 } });
    try {
      const target = { ...subject.target(), milliseconds: 20_000 };
      const count = scale.of(200, 700);
      const started = performance.now();
      const slow = await atMost(100, range(count), async (index) => {
        const client = await stage.connect(target);
        beginnings[index % beginnings.length]?.begin(client, target);
        return client;
      });
      const honest = performance.now();
      for (const _ of range(5)) await (await RawClient.open({ ...target, milliseconds: 2000 })).end();
      const each = (performance.now() - honest) / 5;
      await Promise.all(slow.map((client) => client.ended)).then(() => {});
      const seconds = (performance.now() - started) / 1000;
      check(seconds < LOGIN_SECONDS + 4, `the last one was ended after ${seconds.toFixed(1)} s`);
      for (const client of slow) client.destroy();
      await waitUntil('their sockets to close', async () => (await probe(subject.pid)).sockets === 0);
      return `${count} ended within ${seconds.toFixed(1)} s; an honest login took ${each.toFixed(0)} ms meanwhile`;
    } finally {
      await subject.stop();
    }
  },
};

export const loginFlood: Scenario = {
  name: 'half-open logins at the connection limit',
  gatewayOnly: true,
  milliseconds: 60_000,
  async run(stage) {
    const limit = 50;
    const subject = await stage.another({
      limits: { login_seconds: LOGIN_SECONDS, connections: limit, linger_seconds: 1 },
    });
    try {
      const target = subject.target();
      const slow = await atMost(limit, range(limit * 2), () => stage.connect(target));
      await sleep((LOGIN_SECONDS + 2) * 1000);
      const client = await RawClient.open(target);
      check((await client.rows('SELECT 1'))[0]?.[0] === '1', 'no answer after the flood');
      await client.end();
      for (const one of slow) one.destroy();
      return `${limit * 2} silent connections at a limit of ${limit}; served again after the time-out`;
    } finally {
      await subject.stop();
    }
  },
};
