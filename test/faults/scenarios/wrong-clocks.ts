// Gateways whose clocks are an hour behind and an hour ahead: approvals, grants and revocations end by the database's time.

import { shippedPolicy } from '../../server/grants/shipped-policy.ts';
import { PolicyStage } from '../../server/policy-stage.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import { frontend, type RawClient, ServerError } from '../../support/raw-client.ts';
import { sleep, waitUntil } from '../../support/wait.ts';
import { wrongClock } from '../approvals/wrong-clock.ts';
import { check, type Scenario } from '../scenario.ts';

const EXPIRES_SECONDS = 10;
const GRANTED_SECONDS = 12;
const REVOKED_SECONDS = 12;
/** Of a machine that does much else; an hour is far beyond it. */
const LATE_SECONDS = 10;

const access = {
  roles: {
    people: {
      who: { kinds: ['human'] },
      may: { select: { public: 'all', pg_catalog: 'all' }, update: { public: 'all' } },
      without_key: 'hold',
    },
  },
  eligible: {
    cleaning: {
      who: { groups: ['cleaners'] },
      rights: { delete: { public: ['runs'] } },
      ...{ max_hours: 2, at_once: true, without_key: 'allow' },
    },
  },
  approvals: {
    terms: {
      approvers: ['group:dba'],
      ...{ count: 1, expires_in: EXPIRES_SECONDS, scope: 'statement', uses: 1 },
    },
    kinds: ['human'],
  },
};

type Clock = Readonly<{ hours: number; gateway: GatewayProcess }>;

export const wrongClocks: Scenario = {
  name: 'approvals: gateways whose clocks are off by an hour',
  gatewayOnly: true,
  milliseconds: 240_000,
  async run() {
    if (wrongClock(1) === undefined) return 'skipped: libfaketime is not installed';
    const stage = await PolicyStage.start(
      'CREATE TABLE runs (n int, times int); INSERT INTO runs SELECT n, 0 FROM generate_series(1, 10) n',
      await shippedPolicy(access, { columns: {}, functions: {} }),
    );
    const clocks: Clock[] = [];
    try {
      for (const hours of [-1, 0, 1]) {
        const env = hours === 0 ? {} : wrongClock(hours);
        clocks.push({ hours, gateway: await stage.startAnother(undefined, { env: env ?? {} }) });
      }
      for (const clock of clocks) checkClock(clock);
      const seen = await Promise.all([
        ...clocks.map((clock, at) => ranByApproval(stage, clock, clocks[(at + 1) % 3] as Clock, at + 1)),
        ...clocks.map((clock, at) => expired(stage, clock, at + 4)),
        ...clocks.map((clock) => grantEnded(stage, clock)),
        revocationEnded(stage, clocks),
      ]);
      return `approved and run at each; ${seen.filter((each) => each !== '').join('; ')}`;
    } finally {
      stage.hangUp();
      for (const { gateway } of clocks) await gateway.stop();
      await stage.stop();
    }
  },
};

/** The lane itself would prove nothing otherwise. */
function checkClock({ hours, gateway }: Clock): void {
  const [, time = ''] = /"time":"([^"]+)"/.exec(gateway.logText()) ?? [];
  const off = (Date.parse(time) - Date.now()) / 3_600_000;
  check(Math.abs(off - hours) < 0.1, `a clock that is to be ${hours} hours off is ${off} hours off`);
}

/** Tokens whose own times hold by all of the clocks. */
function claims(more: object): object {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now - 7_200, nbf: now - 7_200, exp: now + 3 * 3_600, ...more };
}
const dba = () => claims({ sub: 'dora', groups: ['dba'] });

async function hold(stage: PolicyStage, { gateway }: Clock, n: number): Promise<RawClient> {
  const client = await stage.open(claims({ sub: 'ada' }), gateway);
  return await waitUntil('a statement to be held', async () => {
    client.send(frontend.query(`UPDATE runs SET times = times + 1 WHERE n = ${n}`));
    const told = await client.receive();
    if (told.type === 'N') return client;
    // On a machine that does much else the state may be slow to answer: then it is asked again.
    check(told.type === 'E' && told.fields.C === '58000', () => `a statement was told ${told}`);
    await client.until('Z');
    return undefined;
  });
}

async function ranByApproval(stage: PolicyStage, clock: Clock, by: Clock, n: number): Promise<string> {
  const client = await hold(stage, clock, n);
  await sleep(2_000);
  const path = 'approvals';
  const { document } = await stage.ask(dba(), 'GET', path, undefined, by.gateway);
  const id = document.approvals.find(({ statement }) => statement.endsWith(`n = ${n}`))?.id;
  check(id !== undefined, `the request of a gateway ${clock.hours} hours off is not pending after 2 s`);
  const { status } = await stage.ask(dba(), 'POST', `${path}/${id}/approve`, undefined, by.gateway);
  check(status === 200, `it was answered with ${status}`);
  const error = (await client.until('Z')).find(({ type }) => type === 'E');
  check(error === undefined, () => `an approved statement was told ${error?.fields.M}`);
  const admin = await stage.admin();
  const [[times] = []] = await admin.rows(`SELECT times FROM runs WHERE n = ${n}`);
  check(times === '1', `it ran ${times} times`);
  return '';
}

async function expired(stage: PolicyStage, clock: Clock, n: number): Promise<string> {
  const client = await hold(stage, clock, n);
  const begun = performance.now();
  const error = (await client.until('Z')).find(({ type }) => type === 'E');
  const { M: words = '', D: detail = '' } = error?.fields ?? {};
  check(
    words.startsWith('nobody approved the statement in time'),
    () => `a request at ${clock.hours} h ended with "${words}" (${detail}); ${warnings(clock)}`,
  );
  return lasted(`a request at ${clock.hours} h`, begun, EXPIRES_SECONDS);
}

async function grantEnded(stage: PolicyStage, { hours, gateway }: Clock): Promise<string> {
  const cleaner = claims({ sub: `cleaner${hours}`, groups: ['cleaners'] });
  const client = await stage.open(cleaner, gateway);
  const may = async () => {
    const answer = await client.query('DELETE FROM runs WHERE n = 100');
    return !answer.some(({ type }) => type === 'E');
  };
  check(!(await may()), 'it may without a grant');
  const wish = { resource: 'shop', rights: 'delete public.runs', for: `${GRANTED_SECONDS}s`, reason: 'tidy' };
  const { status, document } = await stage.ask(cleaner, 'POST', 'grants', wish, gateway);
  check(status === 201, () => `a grant was answered with ${status} ${document.error?.message}`);
  const begun = performance.now();
  await waitUntil('the grant to count', may, { milliseconds: GRANTED_SECONDS * 1000 });
  await waitUntil('the grant to end', async () => !(await may()), { every: 100 });
  return lasted(`a grant at ${hours} h`, begun, GRANTED_SECONDS);
}

/** Of one principal, known to all of them. */
async function revocationEnded(stage: PolicyStage, clocks: readonly Clock[]): Promise<string> {
  const until = new Date(Date.now() + REVOKED_SECONDS * 1000).toISOString();
  const body = { kind: 'principal', value: 'eve', until };
  const [first] = clocks as [Clock];
  const security = claims({ sub: 'sam', groups: ['security'] });
  const begun = performance.now();
  const { status } = await stage.ask(security, 'POST', 'revocations', body, first.gateway);
  check(status === 201, `a revocation was answered with ${status}`);
  const mayIn = ({ gateway }: Clock) =>
    stage.open(claims({ sub: 'eve' }), gateway).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ServerError) return false;
        throw error;
      },
    );
  const ends = await Promise.all(
    clocks.map(async (clock) => {
      await waitUntil('the revocation to count', async () => !(await mayIn(clock)), {
        milliseconds: REVOKED_SECONDS * 1000,
      });
      await waitUntil('the revocation to end', () => mayIn(clock), { every: 200 });
      return lasted(`a revocation at ${clock.hours} h`, begun, REVOKED_SECONDS);
    }),
  );
  return ends.join('; ');
}

/** What its gateway has warned of. */
const warnings = ({ gateway }: Clock): string =>
  gateway
    .logText()
    .split('\n')
    .filter((line) => /"level":[45]0/.test(line))
    .join('; ');

function lasted(what: string, begun: number, seconds: number): string {
  const took = (performance.now() - begun) / 1000;
  check(took > seconds - 2 && took < seconds + LATE_SECONDS, `${what} lasted ${took} s, not ${seconds} s`);
  return `${what} ${took.toFixed(1)} s`;
}
