// While the state database is away nothing new is granted; what runs goes on until its end, which the gateway keeps.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';
import { shippedPolicy } from './shipped-policy.ts';

const access = {
  roles: { everybody: { who: { kinds: ['human'] }, may: { select: { pg_catalog: 'all' } } } },
  eligible: {
    orders: {
      who: { groups: ['support'] },
      rights: { select: { public: ['orders'] } },
      max_hours: 1,
      at_once: true,
    },
  },
};
const sam = { sub: 'sam', groups: ['support'] };
const wish = (time: string) => ({
  resource: 'shop',
  rights: 'read public.orders',
  for: time,
  reason: 'ticket 7',
});

let stage: PolicyStage;
let proxy: FaultProxy;
let gateway: GatewayProcess;
beforeAll(async () => {
  const policy = await shippedPolicy(access, { columns: {}, functions: {} });
  stage = await PolicyStage.start('CREATE TABLE orders (id int PRIMARY KEY)', policy);
  proxy = await startFaultProxy({ target: stage.databases, seed: 1, plan: () => ({}) });
  gateway = await stage.startAnother(proxy);
});
afterAll(async () => {
  await gateway?.stop();
  await proxy?.stop();
  await stage.stop();
});

const refusal = async (client: RawClient): Promise<string | undefined> =>
  (await client.query('SELECT id FROM orders')).find(({ type }) => type === 'E')?.fields.M;

test('a grant goes on without the state database, ends in time, and none begins', async () => {
  const tom = { ...sam, sub: 'tom' };
  const [longer, shorter] = await Promise.all([stage.open(sam, gateway), stage.open(tom, gateway)]);
  expect((await stage.ask(sam, 'POST', 'grants', wish('1 hour'), gateway)).status).toBe(201);
  expect((await stage.ask(tom, 'POST', 'grants', wish('5 seconds'), gateway)).status).toBe(201);
  await waitUntil('it to count', async () => (await refusal(longer)) === undefined);
  await proxy.stop();
  proxy.resetAll();
  await waitUntil('it to be away', async () => {
    const { status } = await stage.ask({ ...sam, sub: 'una' }, 'POST', 'grants', wish('1 hour'), gateway);
    return status === 503;
  });
  expect(await refusal(longer)).toBeUndefined();
  const ended = await waitUntil('its end', () => refusal(shorter));
  expect(ended).toContain("Your roles don't let you read public.orders");
});
