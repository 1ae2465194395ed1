// Whatever happens in whichever order, as a seed draws it: nothing runs twice or without its approval, everybody is told.
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault, silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { ApprovalOffice } from '../../../gateway/server/approval/approval-office.ts';
import { LocalKeeper, StateSource } from '../../../gateway/server/state/state-source.ts';
import { bindingOf, draft, everybodyMay, identity, openSide, type Side } from '../../approval/stage.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { createRandom } from '../../support/random.ts';
import { sleep, waitUntil, within } from '../../support/wait.ts';
import { startWire, type Wire } from '../../support/wire.ts';

const SEED = 20_261_121;
const ROUNDS = 25;
const SESSIONS = 10;
const STEPS = 16;
/** More than one, so that several sessions find the same approval. */
const USES = 2;

type Gateway = Readonly<{ wire: Wire; source: StateSource; office: ApprovalOffice }>;

let postgres: Postgres;
let folder: string;
let gateways: readonly Gateway[];
/** Approvers and judges reach the state database by no wire. */
let side: Side;

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
  folder = await mkdtemp(join(tmpdir(), 'portcullis-interleavings-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
  side = await openSide(postgres);
  gateways = await Promise.all([open(), open()]);
});
afterAll(async () => {
  for (const { wire, source, office } of gateways ?? []) {
    await office.close();
    await source.close();
    wire.stop();
  }
  await side?.kill();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Gateway> {
  const wire = await startWire(postgres);
  const url = `postgres://${postgres.superuser.user}@127.0.0.1:${wire.port}/postgres`;
  const source = new StateSource(
    { url, password_file: join(folder, 'password') },
    { keeper: new LocalKeeper(join(folder, 'data'), silentLog), log: silentLog, clock: systemClock },
  );
  const office = new ApprovalOffice({
    ...{ source, log: silentLog, remindMilliseconds: () => 50, link: () => undefined },
    onOpened: async () => undefined,
  });
  await office.approvals();
  return { wire, source, office };
}

/** A statement on its session, as the gateway plays it; gives what its client is told. */
async function play(
  what: string,
  { office }: Gateway,
  signal: AbortSignal,
  onRun: (id: string) => void,
): Promise<string> {
  const sessionId = randomUUID();
  try {
    for (;;) {
      const id = await office.obtain(draft(what, { uses: USES }, { sessionId }), {
        signal,
        tell: () => undefined,
      });
      const approvals = await office.approvals();
      if (signal.aborted) return 'statement_cancelled';
      const use = { principal: 'agent:mailer', resource: 'shop', sessionId, decisionId: randomUUID() };
      if (!(await approvals.use(id, { ...use, binding: bindingOf(what) }))) continue;
      onRun(id);
      return 'ran';
    }
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

test.for(Array.from({ length: ROUNDS }, (_, round) => round))(`seed ${SEED}, round %i`, async (round) => {
  const random = createRandom(SEED).fork(round);
  const whats = [`${round}a 1`, `${round}b 1`];
  const runs: { what: string; id: string }[] = [];
  const pending = async () =>
    (await side.approvals.list({ status: 'pending', most: 100 })).filter(({ shown }) =>
      whats.includes(shown.statement),
    );
  const answered: Promise<unknown>[] = [];
  const settle = async (approves: boolean) => {
    const requests = await pending();
    if (requests.length === 0) return;
    const { id } = random.pick(requests);
    // Several at once, and again: one of them counts.
    for (let times = random.integer(1, 3); times > 0; times--) {
      const approver = identity(`approver ${random.integer(1, 2)}`);
      const answer = side.approvals.answer(id, approver, { approves, words: undefined }, everybodyMay);
      answered.push(answer.catch((error: unknown) => error));
    }
  };
  const aborts: AbortController[] = [];
  const told: Promise<string>[] = [];
  const steps = {
    send: () => {
      const what = random.pick(whats);
      // At once: they find the same approval.
      for (let more = random.integer(1, 3); more > 0 && told.length < SESSIONS; more--) {
        const abort = new AbortController();
        aborts.push(abort);
        told.push(play(what, random.pick(gateways), abort.signal, (id) => runs.push({ what, id })));
      }
    },
    approve: () => settle(true),
    deny: () => settle(false),
    cancel: () => aborts.length > 0 && random.pick(aborts).abort(),
    cut: () => random.pick(gateways).wire.cut(),
    mend: () => random.pick(gateways).wire.mend(),
  };
  steps.send();
  for (let step = 0; step < STEPS; step++) {
    const names = ['send', 'send', 'approve', 'approve', 'deny', 'cancel', 'cut', 'mend', 'mend'] as const;
    await steps[random.pick(names)]();
    if (random.chance(0.7)) await sleep(random.integer(0, 20));
  }

  for (const { wire } of gateways) wire.mend();
  const all = Promise.all(told);
  let isOver = false;
  void all.finally(() => {
    isOver = true;
  });
  await waitUntil('everybody to be told', async () => {
    await settle(false);
    return isOver;
  });
  await within(30_000, 'the answers', Promise.all(answered));
  const codes = await all;
  expect(codes.filter((code) => code === 'ran')).toHaveLength(runs.length);

  for (const { what, id } of runs) {
    const request = await side.approvals.get(id);
    expect([request.status, request.shown.statement]).toEqual(['approved', what]);
    expect(request.votes.some(({ approves }) => approves)).toBe(true);
    const [row] = await side.state.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM portcullis.use WHERE approval_id = $1',
      [id],
    );
    const ran = runs.filter((run) => run.id === id).length;
    expect(row?.n).toBeLessThanOrEqual(USES);
    // One whose use was counted may have been refused after all, when the answer was lost.
    expect(row?.n).toBeGreaterThanOrEqual(ran);
  }
  await waitUntil('nothing to be left pending', async () => (await pending()).length === 0);
  for (const { source } of gateways)
    await waitUntil('the gateway to be whole', async () => (await source.open()).status.available);
});
