// How a statement gets its approval: one that is there, one that people give, or words why it got none.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Request } from '../../../gateway/approval/index.ts';
import { type Fault, silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { ApprovalOffice } from '../../../gateway/server/approval/approval-office.ts';
import type { Members } from '../../../gateway/server/audit/trail.ts';
import { LocalKeeper, StateSource } from '../../../gateway/server/state/state-source.ts';
import { draft, everybodyMay, identity, openSide } from '../../approval/stage.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';

let postgres: Postgres;
let folder: string;
let source: StateSource;
let office: ApprovalOffice;
/** What is on the record. */
let events: { type: string; members: Members; session?: string | undefined }[];

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
  folder = await mkdtemp(join(tmpdir(), 'portcullis-office-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
});
beforeEach(() => open(`postgres://${postgres.superuser.user}@127.0.0.1:${postgres.port}/postgres`));
afterEach(async () => {
  await office.close();
  await source.close();
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(url: string | undefined): void {
  const config = url === undefined ? {} : { url, password_file: join(folder, 'password') };
  const keeper = new LocalKeeper(join(folder, 'data'), silentLog);
  events = [];
  source = new StateSource(config, { keeper, log: silentLog, clock: systemClock });
  office = new ApprovalOffice({
    source,
    log: silentLog,
    remindMilliseconds: () => 20,
    onOpened: async () => {},
    trail: { note: tell, noted: tell },
    link: () => undefined,
  });
}

function tell(type: string, members: Members, session?: string): void {
  events.push({ type, members, session });
}

/** How the request ended, without an answer, as the record has it. */
const endsOf = (id: string | undefined) =>
  events.filter(
    ({ type, members }) =>
      (type === 'approval.withdrawn' || type === 'approval.expired') &&
      (members.approval as { id: string }).id === id,
  );

function waiting() {
  const told: Request[] = [];
  const abort = new AbortController();
  return { told, abort, signal: abort.signal, tell: (request: Request) => told.push(request) };
}
const ada = identity('ada');
const answer = async (id: string, approves: boolean, words?: string) =>
  (await office.approvals()).answer(id, ada, { approves, words }, everybodyMay);
const faultOf = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error as Fault);

test('whoever waits is told at once and now and again, and goes on when it is approved', async () => {
  const client = waiting();
  const approval = office.obtain(draft('b 1'), client);
  await waitUntil('to be reminded', () => client.told.length > 2);
  const [request] = client.told;
  await answer(request?.id ?? '', true);
  expect(await approval).toBe(request?.id);
  expect(office.waiting).toBe(0);
});

test('an approval that is there is taken without asking anybody', async () => {
  const client = waiting();
  const first = office.obtain(draft('c 1', { scope: 'shape', uses: 5 }), client);
  await waitUntil('the request', () => client.told.length > 0);
  await answer(client.told[0]?.id ?? '', true);
  const again = waiting();
  expect(await office.obtain(draft('c 2', { scope: 'shape', uses: 5 }), again)).toBe(await first);
  expect(again.told).toEqual([]);
});

test('a refusal says who, and in their words', async () => {
  const client = waiting();
  const refused = faultOf(office.obtain(draft('d 1'), client));
  await waitUntil('the request', () => client.told.length > 0);
  await answer(client.told[0]?.id ?? '', false, 'not before the audit');
  expect(await refused).toMatchObject({
    code: 'approval_denied',
    message: 'refused by ada, whose approval policy rule "writes.all" asks for',
    detail: `not before the audit\nrequest ${client.told[0]?.id}`,
  });
});

test('nobody in time is an end too, and on the record once', async () => {
  const client = waiting();
  const ended = await faultOf(office.obtain(draft('e 1', { expires_in: 1 }), client));
  expect(ended).toMatchObject({ code: 'approval_expired' });
  const approvals = await office.approvals();
  await approvals.expire();
  expect(endsOf(client.told[0]?.id)).toMatchObject([
    { type: 'approval.expired', members: { approval: { status: 'expired' } }, session: 'session 1' },
  ]);
});

test('a client that leaves withdraws what it asked for', async () => {
  const client = waiting();
  const withdrawn = faultOf(office.obtain(draft('f 1'), client));
  await waitUntil('the request', () => client.told.length > 0);
  client.abort.abort();
  expect(await withdrawn).toMatchObject({ code: 'statement_cancelled' });
  const approvals = await office.approvals();
  const { id = '' } = client.told[0] ?? {};
  await waitUntil('it to be withdrawn', async () => (await approvals.get(id)).status === 'withdrawn');
  expect(await faultOf(answer(id, true))).toMatchObject({ code: 'approval_settled' });
  await waitUntil('its end to be on the record', () => endsOf(id).length > 0);
  expect(endsOf(id)).toMatchObject([{ type: 'approval.withdrawn', session: 'session 1' }]);
});

test('a gateway that ends withdraws what it holds', async () => {
  const client = waiting();
  void faultOf(office.obtain(draft('g 1'), client));
  await waitUntil('the request', () => client.told.length > 0);
  const approvals = await office.approvals();
  await office.close();
  const ended = { status: 'withdrawn', words: 'the gateway that held the statement has ended' };
  const { id = '' } = client.told[0] ?? {};
  expect(await approvals.get(id)).toMatchObject(ended);
  expect(endsOf(id)).toMatchObject([{ type: 'approval.withdrawn', members: { approval: ended } }]);
});

test('what a gateway held that was killed has its end on the record of one that lives', async () => {
  const killed = await openSide(postgres);
  const { id } = await killed.approvals.ask(draft('g 2'));
  await killed.kill();
  const approvals = await office.approvals();
  const state = await source.open();
  // As if it had not been heard of for long.
  await state.query('UPDATE portcullis.process SET alive_until = clock_timestamp() WHERE id = $1', [
    killed.processId,
  ]);
  await approvals.withdrawLeft(0);
  expect(endsOf(id)).toMatchObject([
    { members: { approval: { words: 'the gateway that held the statement has ended' } } },
  ]);
});

test('without a state database it is refused, and asked for again the next time', async () => {
  await source.close();
  open('postgres://nobody@127.0.0.1:1/nothing');
  expect(await faultOf(office.obtain(draft('h 1'), waiting()))).toMatchObject({ code: 'state_unavailable' });
  await source.close();
  open(undefined);
  expect(await source.isNeeded()).toBe(false);
  const client = waiting();
  const approval = office.obtain(draft('h 1'), client);
  await waitUntil('the request', () => client.told.length > 0);
  await answer(client.told[0]?.id ?? '', true);
  expect(await approval).toBe(client.told[0]?.id);
  expect(await source.isNeeded()).toBe(true);
});

test('a state database of its own that is killed is started again, and whoever waits goes on', async () => {
  await source.close();
  open(undefined);
  const client = waiting();
  const approval = office.obtain(draft('i 1'), client);
  await waitUntil('the request', () => client.told.length > 0);
  const state = await source.open();
  const [row] = await state.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const status = await readFile(`/proc/${row?.pid}/status`, 'utf8');
  process.kill(Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]), 'SIGKILL');
  await waitUntil('the loss to be seen', () => !state.status.available);
  await waitUntil('it to be back', () => state.status.available);
  await answer(client.told[0]?.id ?? '', true);
  expect(await approval).toBe(client.told[0]?.id);
});
