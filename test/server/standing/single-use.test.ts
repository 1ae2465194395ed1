// A token that is good for one connection opens one: at two gateways of two processes each, and whatever comes at once.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway.ts';
import { startIssuer, type TestIssuer, type TokenClaims } from '../../support/issuer.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { RawClient, ServerError } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';

let postgres: Postgres;
let strict: TestIssuer;
let other: TestIssuer;
let folder: string;
let gateways: readonly [GatewayProcess, GatewayProcess];
const clients: RawClient[] = [];

beforeAll(async () => {
  [postgres, strict, other, folder] = await Promise.all([
    startPostgres(),
    startIssuer(),
    startIssuer(),
    mkdtemp(join(tmpdir(), 'portcullis-single-use-')),
  ]);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
  await asAdmin('CREATE DATABASE state');
  gateways = await Promise.all([start({ workers: 2 }), start({ workers: 2 })]);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  for (const gateway of gateways ?? []) await gateway.stop();
  await Promise.all([postgres?.stop(), strict?.stop(), other?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function asAdmin(sql: string, database = 'postgres'): Promise<readonly (readonly (string | null)[])[]> {
  const { host, port, superuser } = postgres;
  const admin = await RawClient.open({ host, port, ...superuser, database });
  const rows = await admin.rows(sql);
  admin.destroy();
  return rows;
}

async function start(more: object): Promise<GatewayProcess> {
  const { host, port, superuser } = postgres;
  const secret = { password_file: join(folder, 'password') };
  return await startGatewayProcess({
    admin: { port: 0, administrators: ['principal:sam'] },
    identity: {
      clock_skew_seconds: 0,
      issuers: [
        { issuer: strict.issuer, audience: 'portcullis', single_use: true },
        { issuer: other.issuer, audience: 'portcullis' },
      ],
    },
    policy: { open: true },
    state: { url: `postgres://${superuser.user}@${host}:${port}/state`, ...secret, when_away: 'keep' },
    resources: [
      {
        name: 'shop',
        upstream: { host, port, database: 'postgres', sslmode: 'disable' },
        credentials: { default: { kind: 'static', user: superuser.user, ...secret } },
      },
    ],
    ...more,
  });
}

const token = (claims: TokenClaims = {}, issuer = strict): Promise<string> =>
  issuer.token({ sub: 'ada', jti: randomUUID(), ...claims });

/** `in`, or what the client reads. */
async function logIn(
  password: string,
  gateway = gateways[0],
  login: object = {},
): Promise<string | Readonly<Record<string, string>>> {
  const { host, port } = gateway;
  try {
    clients.push(await RawClient.open({ host, port, user: 'token', database: 'shop', password, ...login }));
    return 'in';
  } catch (error) {
    if (error instanceof ServerError) return error.fields;
    throw error;
  }
}
const used = {
  S: 'FATAL',
  C: '28000',
  M: 'this token has opened a connection before, and is good for one only',
  H: expect.stringContaining('fresh token for each connection'),
};

test('the second login with a token is refused at the same gateway and at another, and the session stays', async () => {
  const first = await token();
  expect(await logIn(first)).toBe('in');
  for (const gateway of [...gateways, ...gateways]) expect(await logIn(first, gateway)).toMatchObject(used);
  expect(await clients.at(-1)?.rows('SELECT 1')).toEqual([['1']]);
  expect(gateways[1].logText()).toMatch(/"principal":"ada","resource":"shop","reason":"token_used"/);
  expect(await logIn(await token())).toBe('in');
});

test('of twenty that come at once with one token, one is let in', async () => {
  const one = await token();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => logIn(one, gateways[at % 2 === 0 ? 0 : 1])),
  );
  expect(answers.filter((answer) => answer === 'in')).toHaveLength(1);
  for (const answer of answers) if (answer !== 'in') expect(answer).toMatchObject(used);
});

test('it is used up after its connection has ended as well', async () => {
  const one = await token();
  expect(await logIn(one)).toBe('in');
  await clients.at(-1)?.end();
  expect(await logIn(one, gateways[1])).toMatchObject(used);
});

test('under the name of the principal as under that of any token', async () => {
  const one = await token();
  expect(await logIn(one)).toBe('in');
  expect(await logIn(one, gateways[1], { user: 'ada' })).toMatchObject(used);
});

test('a token without an id is refused in words', async () => {
  expect(await logIn(await token({ jti: undefined }))).toMatchObject({
    C: '28000',
    M: 'tokens of this issuer open one connection each, and this one has no id (jti) to know it by',
  });
});

test('the same id of another issuer is another token, and other issuers have theirs used as often as they like', async () => {
  const jti = randomUUID();
  expect(await logIn(await token({ jti }))).toBe('in');
  const theirs = await token({ jti }, other);
  for (const gateway of [...gateways, ...gateways]) expect(await logIn(theirs, gateway)).toBe('in');
  expect(await logIn(await token({ jti: undefined }, other))).toBe('in');
});

test('who is not let in for another reason has not used the token up', async () => {
  const one = await token();
  expect(await logIn(one, gateways[0], { database: 'nowhere' })).toMatchObject({ C: '3D000' });
  expect(await logIn(one)).toBe('in');
});

test('requests to the admin side are no connections', async () => {
  const one = await token({ sub: 'sam' });
  const ask = () =>
    fetch(`http://127.0.0.1:${gateways[0].adminPort}/v1/revocations`, {
      headers: { authorization: `Bearer ${one}` },
    });
  expect((await ask()).status).toBe(200);
  expect(await logIn(one)).toBe('in');
  expect((await ask()).status).toBe(200);
});

test('what has ended is forgotten a day later, and what nobody knows the end of never', async () => {
  await asAdmin(
    `INSERT INTO portcullis.used_token (digest, principal, session_id, forget_at) VALUES
      ('old', 'ada', gen_random_uuid(), clock_timestamp() - interval '1 second'),
      ('endless', 'ada', gen_random_uuid(), NULL)`,
    'state',
  );
  const one = await token();
  expect(await logIn(one)).toBe('in');
  expect(
    await asAdmin(
      `SELECT count(*) FILTER (WHERE digest = 'old'), count(*) FILTER (WHERE digest = 'endless'),
         min(forget_at) FILTER (WHERE forget_at > clock_timestamp()) > clock_timestamp() + interval '1 day'
       FROM portcullis.used_token`,
      'state',
    ),
  ).toEqual([['0', '1', 't']]);
});

test('while the state database is away nobody gets in with such a token, and with others as ever', async () => {
  const [before, after] = [await token(), await token()];
  expect(await logIn(before)).toBe('in');
  await asAdmin('ALTER DATABASE state ALLOW_CONNECTIONS false');
  await asAdmin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'state'");
  for (const gateway of gateways) {
    expect(await logIn(before, gateway)).toMatchObject({ C: '58000' });
    expect(await logIn(after, gateway)).toMatchObject({ C: '58000' });
    expect(await logIn(await token({}, other), gateway)).toBe('in');
  }
  await asAdmin('ALTER DATABASE state ALLOW_CONNECTIONS true');
  for (const gateway of gateways) {
    // Each of its processes finds out by itself.
    await waitUntil('it to be back', async () => (await logIn(await token(), gateway)) === 'in');
    let answer: Awaited<ReturnType<typeof logIn>> = 'in';
    await waitUntil('it to be asked', async () => {
      answer = await logIn(before, gateway);
      return typeof answer === 'string' || answer.C !== '58000';
    });
    expect(answer).toMatchObject(used);
  }
});

test('a gateway without a state database starts its own, which remembers across a restart', async () => {
  const own = { state: {}, data_dir: join(folder, 'data') };
  const one = await token();
  const first = await start(own);
  try {
    expect(await logIn(one, first)).toBe('in');
    expect(await logIn(one, first)).toMatchObject(used);
  } finally {
    await first.stop();
  }
  const next = await start(own);
  try {
    expect(await logIn(one, next)).toMatchObject(used);
  } finally {
    await next.stop();
  }
});
