// Access that is withdrawn at one gateway has ended at every gateway that shares the state database.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayProcess } from '../../support/gateway.ts';
import { frontend as f, type RawClient, ServerError, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';
import { rules, security } from './rules.ts';

describe.each([
  { what: 'one process', workers: 1 },
  { what: 'two processes', workers: 2 },
])('gateways of $what each', ({ workers }) => {
  let stage: PolicyStage;
  let another: GatewayProcess;
  beforeAll(async () => {
    stage = await PolicyStage.start('CREATE TABLE notes (id int PRIMARY KEY)', rules, workers);
    another = await stage.startAnother();
  });
  afterEach(() => stage.hangUp());
  afterAll(async () => {
    await another?.stop();
    await stage.stop();
  });

  const revoke = async (body: object): Promise<string> => {
    const answer = await stage.ask(security, 'POST', 'revocations', body);
    expect(answer).toMatchObject({ status: 201 });
    return answer.document.id;
  };
  const lift = async (id: string): Promise<void> => {
    expect((await stage.ask(security, 'DELETE', `revocations/${id}`)).status).toBe(200);
  };
  /** The last word of a session. */
  const lastWord = async (client: RawClient) => (await client.untilEnd()).at(-1)?.fields;
  const refused = async (claims: object, gateway = stage.gateway): Promise<string | undefined> =>
    stage.open(claims, gateway).then(
      (client) => void client.destroy(),
      (error: unknown) => (error instanceof ServerError ? error.message : String(error)),
    );
  const works = async (client: RawClient): Promise<void> =>
    expect(await client.rows('SELECT 1')).toEqual([['1']]);

  test('of a principal: idle, running and waiting sessions end on both, and nobody else notices', async () => {
    const eve = { sub: 'eve' };
    const [idle, running, waiting, elsewhere, other, otherElsewhere] = await Promise.all([
      stage.open(eve),
      stage.open(eve),
      stage.open(eve),
      stage.open(eve, another),
      stage.open({ sub: 'bob' }),
      stage.open({ sub: 'bob' }, another),
    ]);
    running.send(f.query('SELECT pg_sleep(600)'));
    waiting.send(f.query('INSERT INTO notes VALUES (1)'));
    await waiting.until('N');
    const admin = await stage.admin();
    const sleeping = async () =>
      (
        await admin.rows(
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND state = 'active'",
        )
      ).length;
    await waitUntil('the statement to run', async () => (await sleeping()) === 1);

    const id = await revoke({ kind: 'principal', value: 'eve', reason: 'left' });
    const words = { S: 'FATAL', C: '28000', M: 'your access was withdrawn' };
    for (const client of [idle, running, waiting, elsewhere])
      expect(await lastWord(client)).toMatchObject(words);
    await waitUntil('the statement to be cancelled', async () => (await sleeping()) === 0);
    const { document } = await stage.ask({ sub: 'bob' }, 'GET', 'approvals?status=pending');
    expect(document.approvals).toEqual([]);
    expect(await refused(eve)).toMatch(/login failed/);
    expect(await refused(eve, another)).toMatch(/login failed/);
    expect((await stage.ask(eve, 'GET', 'approvals')).status).toBe(401);
    expect(another.logText()).toMatch(
      /"reason":"principal_revoked","why":"the access of eve was withdrawn by sam"/,
    );
    await works(other);
    await works(otherElsewhere);

    await lift(id);
    await waitUntil('access to be given back', async () => (await refused(eve, another)) === undefined);
    await works(await stage.open(eve));
  });

  test('of a token: what else the principal has stands', async () => {
    const [first, second] = await Promise.all([
      stage.open({ sub: 'ann', jti: `t-1-${workers}` }, another),
      stage.open({ sub: 'ann', jti: `t-2-${workers}` }, another),
    ]);
    await revoke({ kind: 'token', value: `t-1-${workers}` });
    expect(await lastWord(first)).toMatchObject({
      C: '28000',
      M: 'the credential of this session was revoked',
    });
    await works(second);
    expect(await refused({ sub: 'ann', jti: `t-1-${workers}` })).toMatch(/login failed/);
  });

  test('of one resource: the others, and the admin side, stand', async () => {
    const session = await stage.open({ sub: 'tim' }, another);
    const bystander = await stage.open({ sub: 'kim' }, another);
    await revoke({ kind: 'principal', value: 'kim', resource: 'warehouse' });
    await revoke({ kind: 'principal', value: 'tim', resource: 'shop' });
    expect(await lastWord(session)).toMatchObject({ M: 'your access was withdrawn' });
    await works(bystander);
    expect(await refused({ sub: 'tim' })).toMatch(/login failed/);
    expect((await stage.ask({ sub: 'tim' }, 'GET', 'approvals')).status).toBe(200);
  });

  test('for a time: it ends by itself', async () => {
    const until = new Date(Date.now() + 2_000).toISOString();
    await revoke({ kind: 'principal', value: 'tom', until });
    await waitUntil('its end', async () => (await refused({ sub: 'tom' })) === undefined);
  });

  test('through whoever acts for somebody: an actor that was withdrawn acts for nobody', async () => {
    const session = await stage.open({ sub: 'uma', act: { sub: 'helper-bot' } }, another);
    const own = await stage.open({ sub: 'uma' }, another);
    await revoke({ kind: 'principal', value: 'helper-bot' });
    expect(await lastWord(session)).toMatchObject({ C: '28000' });
    await works(own);
  });

  test('is for administrators alone, and of what can be revoked', async () => {
    for (const claims of [
      { sub: 'bob' },
      { sub: 'sam', groups: ['security'], agent_kind: 'agent' },
      { sub: 'sam', groups: ['security'], act: { sub: 'someone' } },
    ]) {
      const answer = await stage.ask(claims, 'POST', 'revocations', { kind: 'principal', value: 'ada' });
      expect(answer).toMatchObject({ status: 403 });
      expect((await stage.ask(claims, 'GET', 'revocations')).status).toBe(403);
    }
    for (const body of [
      { kind: 'grant', value: 'x' },
      { kind: 'principal' },
      { kind: 'principal', value: 'a', until: 'soon' },
      { kind: 'principal', value: 5 },
    ])
      expect((await stage.ask(security, 'POST', 'revocations', body)).status).toBe(400);
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await stage.ask(security, 'DELETE', `revocations/${unknown}`)).status).toBe(404);
    const session = await stage.open({ sub: 'ada' });
    expect(summary(await session.query('SELECT 1'))).toMatch(/^T /);
  });
});
