// Access for a time: begun at once or when it is approved, known to every gateway, and gone at its end, however it ends.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayProcess } from '../../support/gateway.ts';
import { type BackendMessage, frontend as f, type RawClient, ServerError } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';
import { shippedPolicy } from './shipped-policy.ts';

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, price int);
  CREATE TABLE customers (id int PRIMARY KEY, ssn text);
  INSERT INTO orders SELECT n, n FROM generate_series(1, 300) n;
  INSERT INTO customers VALUES (1, '123-45-6789')`;

const reading = { select: { public: ['orders', 'customers'], pg_catalog: 'all' } };
const access = {
  roles: { support: { who: { groups: ['support'] }, may: reading } },
  eligible: {
    prices: {
      who: { groups: ['support'] },
      rights: { update: { public: ['orders'] }, unmask: ['pii.ssn'] },
      max_hours: 8,
      without_key: 'refuse',
      approval: { approvers: ['group:dba'] },
    },
    night: {
      who: { groups: ['night'] },
      rights: { select: { public: 'all' } },
      max_hours: 2,
      at_once: true,
      connect: { credential: 'readonly' },
    },
  },
};
const catalog = { columns: { 'public.customers.ssn': ['pii.ssn'] }, functions: {} };

const sam = { sub: 'sam', groups: ['support'] };
const nora = { sub: 'nora', groups: ['night'] };
const dora = { sub: 'dora', groups: ['dba'] };
const security = { sub: 'sec', groups: ['security'] };

type Document = Readonly<{
  id: string;
  status: string;
  until?: string;
  extension?: Readonly<{ request: string }>;
  grants: readonly Document[];
  error: Readonly<{ code: string; message: string; hint?: string }>;
}>;

const errorOf = (answer: readonly BackendMessage[]) => answer.find(({ type }) => type === 'E')?.fields;

describe.each([
  { what: 'one process', workers: 1 },
  { what: 'two processes', workers: 2 },
])('gateways of $what each', ({ workers }) => {
  let stage: PolicyStage;
  let another: GatewayProcess;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, await shippedPolicy(access, catalog), workers);
    another = await stage.startAnother();
  });
  afterEach(() => stage.hangUp());
  afterAll(async () => {
    await another?.stop();
    await stage.stop();
  });

  async function api(
    who: object,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    gateway = stage.gateway,
  ) {
    const { status, document } = await stage.ask(who, method, path, body, gateway);
    return { status, document: document as unknown as Document };
  }
  const ask = (who: object, rights: string, time: string, gateway = stage.gateway) =>
    api(who, 'POST', 'grants', { resource: 'shop', rights, for: time, reason: 'ticket 7' }, gateway);
  const begun = async (who: object, rights: string, time: string): Promise<string> => {
    const { status, document } = await ask(who, rights, time);
    expect([status, document.status]).toEqual([201, 'active']);
    return document.id;
  };
  const approved = async (who: object, rights: string, time: string): Promise<string> => {
    const { document } = await ask(who, rights, time);
    expect((await api(dora, 'POST', `approvals/${document.id}/approve`)).status).toBe(200);
    return document.id;
  };
  const revoke = async (id: string, who: object = security) =>
    expect((await api(who, 'POST', `grants/${id}/revoke`, { words: 'over' })).status).toBe(200);
  const update = 'UPDATE orders SET price = 5 WHERE id = 1';
  const may = async (client: RawClient, sql: string): Promise<boolean> => {
    const error = errorOf(await client.query(sql));
    expect([undefined, '42501']).toContain(error?.C);
    return error === undefined;
  };
  const soon = (what: string, condition: () => Promise<boolean>) => waitUntil(what, condition);
  const elsewhere = () => stage.open(sam, another);

  test('is asked for, approved by others at any gateway, counts at all of them, and is revoked', async () => {
    const [here, there] = [await stage.open(sam), await elsewhere()];
    expect([await may(here, update), await may(there, update)]).toEqual([false, false]);
    const { status, document } = await ask(sam, 'write public.orders', '2h');
    // insert and delete are nothing that anybody is eligible for.
    expect([status, document.error.message]).toEqual([
      403,
      'access is not granted, by policy rule "access.beyond": You are not eligible for all of that: delete, insert',
    ]);
    const asked = await ask(sam, 'update public.orders', '2h');
    expect([asked.status, asked.document.status]).toEqual([201, 'requested']);
    const { id } = asked.document;
    expect(await may(here, update)).toBe(false);

    const waiting = await api(dora, 'GET', 'approvals', undefined, another);
    expect(waiting.document).toMatchObject({
      approvals: [
        {
          ...{ id, kind: 'access', resource: 'shop', statement: 'update public.orders', purpose: 'ticket 7' },
          sentences: ['Asks for access to shop for 2 hours: ticket 7'],
        },
      ],
    });
    expect((await api(sam, 'POST', `approvals/${id}/approve`)).status).toBe(403);
    expect((await api(dora, 'POST', `approvals/${id}/approve`, {}, another)).status).toBe(200);
    await soon('the grant here', () => may(here, update));
    await soon('the grant there', () => may(there, update));
    expect(await may(here, 'DELETE FROM orders WHERE id = 1')).toBe(false);
    expect(await may(here, 'UPDATE orders SET price = 5')).toBe(false);
    const bob = await stage.open({ sub: 'bob', groups: ['support'] });
    expect(await may(bob, update)).toBe(false);

    await revoke(id);
    await soon('its end here', async () => !(await may(here, update)));
    await soon('its end there', async () => !(await may(there, update)));
    expect((await api(sam, 'GET', `grants/${id}`)).document).toMatchObject({
      ...{ status: 'revoked', revoked_by: 'sec', words: 'over' },
    });
  });

  test('is refused by an approver, who says why', async () => {
    const { id } = (await ask(sam, 'update public.orders', '1h')).document;
    expect((await api(dora, 'POST', `approvals/${id}/deny`, { words: 'not now' })).status).toBe(200);
    const { document } = await api(sam, 'GET', `grants/${id}`);
    expect(document).toMatchObject({ status: 'denied', words: 'not now' });
  });

  test('unmasks what it names, for open portals too, until it is revoked', async () => {
    const client = await stage.open(sam);
    const read = async () => (await client.rows('SELECT ssn FROM customers'))[0]?.[0];
    expect(await read()).toBe('[redacted]');
    const id = await approved(sam, 'unmask pii.ssn', '30 minutes');
    await soon('the value', async () => (await read()) === '123-45-6789');
    client.send(
      f.query('BEGIN'),
      f.parse('SELECT ssn FROM customers, generate_series(1, 3)'),
      f.bind({ portal: 'p' }),
      f.execute('p', 1),
      f.flush(),
    );
    await client.until('s');
    await revoke(id);
    await soon('its end', async () => {
      const other = await stage.open(sam);
      const [row] = await other.rows('SELECT ssn FROM customers');
      other.destroy();
      return row?.[0] === '[redacted]';
    });
    client.send(f.execute('p', 1), f.sync());
    const bytes = Buffer.concat((await client.until('Z')).map((message) => message.bytes)).toString();
    expect(bytes).not.toContain('123-45-6789');
  });

  test('lets somebody in, and ends their session with it, idle or running', async () => {
    const refused = await stage.open(nora).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServerError);
    await begun(nora, 'read public.orders', '6 seconds');
    const [idle, running] = await waitUntil('to be let in', () =>
      Promise.all([stage.open(nora), stage.open(nora)]).catch(() => undefined),
    );
    expect(await idle.rows('SELECT count(*) FROM orders')).toEqual([['300']]);
    running.send(f.query('SELECT count(*) FROM orders a, orders b, orders c, orders d'));
    for (const client of [idle, running]) {
      const last = (await client.untilEnd()).filter(({ type }) => type === 'E').at(-1)?.fields;
      expect(last).toMatchObject({ S: 'FATAL', M: 'the grant that let this session in has ended' });
    }
  });

  test('is extended by whoever has it, within what the policy allows', async () => {
    const id = await begun(nora, 'read public.orders', '1 hour');
    const extend = (who: object, time: string) =>
      api(who, 'POST', `grants/${id}/extend`, { for: time, reason: 'still at it' });
    expect((await extend(nora, '2 hours')).document.error.message).toContain('2 hours at most');
    expect((await extend(security, '10 minutes')).status).toBe(403);
    const before = (await api(nora, 'GET', `grants/${id}`)).document.until ?? '';
    const { document } = await extend(nora, '30 minutes');
    expect(Date.parse(document.until ?? '') - Date.parse(before)).toBe(30 * 60_000);
    await revoke(id, nora);
    expect((await extend(nora, '1 minute')).document.error.code).toBe('grant_over');
  });

  test('is extended when that is approved', async () => {
    const id = await approved(sam, 'update public.orders', '1 hour');
    const before = (await api(sam, 'GET', `grants/${id}`)).document.until ?? '';
    const asked = await api(sam, 'POST', `grants/${id}/extend`, { for: '1h', reason: 'still at it' });
    expect(asked.document.until).toBe(before);
    const { request = '' } = asked.document.extension ?? {};
    expect((await api(dora, 'POST', `approvals/${request}/approve`)).status).toBe(200);
    const { until = '', extension } = (await api(sam, 'GET', `grants/${id}`)).document;
    expect(Date.parse(until) - Date.parse(before)).toBe(3_600_000);
    expect(extension).toBeUndefined();
    await revoke(id, sam);
  });

  test('is for nobody who acts for its owner, nor seen by others', async () => {
    const id = await approved(sam, 'update public.orders', '1 hour');
    const own = await stage.open(sam);
    await soon('the grant', () => may(own, update));
    const acting = await stage.open({ ...sam, act: { sub: 'assistant' } });
    expect(await may(acting, update)).toBe(false);
    const seen = async (who: object, query = '') => {
      const { document } = await api(who, 'GET', `grants${query}`);
      return document.grants?.some((grant) => grant.id === id);
    };
    expect([await seen(sam), await seen(dora), await seen(nora), await seen(security)]).toEqual([
      ...[true, true, false, false],
    ]);
    expect([await seen(security, '?of=all'), await seen(sam, '?of=all')]).toEqual([true, undefined]);
    expect((await api(nora, 'GET', `grants/${id}`)).status).toBe(404);
    expect((await api(nora, 'POST', `grants/${id}/revoke`)).status).toBe(404);
    await revoke(id, dora);
  });

  test.for([
    { name: 'no resource', body: { resource: '' }, status: 400, says: 'resource is missing' },
    { name: 'an unknown resource', body: { resource: 'none' }, status: 403, says: 'does not exist' },
    { name: 'no right', body: { rights: 'own public.orders' }, status: 400, says: '"own" is no right' },
    { name: 'a table without schema', body: { rights: 'read orders' }, status: 400, says: 'names no table' },
    { name: 'rights of another form', body: { rights: { opaque: true } }, status: 400, says: 'form' },
    { name: 'no time', body: { for: 'a while' }, status: 400, says: 'for how long' },
    { name: 'no reason', body: { reason: ' ' }, status: 400, says: 'reason is missing' },
  ])('a request with $name is answered with $status', async ({ body, status, says }) => {
    const usual = { resource: 'shop', rights: 'update public.orders', for: '1h', reason: 'a' };
    const answer = await api(sam, 'POST', 'grants', { ...usual, ...body });
    expect([answer.status, answer.document.error.message]).toEqual([status, expect.stringContaining(says)]);
  });
});
