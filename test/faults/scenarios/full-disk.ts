// The disk on which a gateway keeps its own state database is full: what needs it is denied in words, and goes on when there is room.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PolicyStage } from '../../server/policy-stage.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import { frontend, type RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { approver, rules } from '../approvals/house.ts';
import { check, range, type Scenario } from '../scenario.ts';

const run = promisify(execFile);
/** The database, its log of changes, and some room. */
const DISK = '128m';
/** Its text is what approvers are shown: each request takes as much room. */
const LONG = 'x'.repeat(15_000);
const REQUESTS_MOST = 3_000;
const AT_ONCE = 10;

export const fullDisk: Scenario = {
  name: 'approvals: a gateway whose own state database has a full disk',
  gatewayOnly: true,
  milliseconds: 240_000,
  async run() {
    const data = await mkdtemp(join(tmpdir(), 'portcullis-disk-'));
    await chmod(data, 0o755);
    // The rest of the data folder has room: what is recorded is another matter.
    const disk = join(data, 'state');
    await mkdir(disk);
    const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=755`, 'tmpfs', disk]).then(
      () => true,
      () => false,
    );
    const stage = isMounted ? await PolicyStage.start('CREATE TABLE runs (n int)', rules) : undefined;
    let gateway: GatewayProcess | undefined;
    try {
      if (stage === undefined) return 'skipped: no file system can be mounted here';
      gateway = await stage.startAnother(undefined, { changes: { state: {}, data_dir: data } });
      return await played(stage, gateway, join(disk, 'filler'));
    } finally {
      stage?.hangUp();
      await gateway?.stop();
      await stage?.stop();
      if (isMounted) await run('umount', [disk]).catch(() => run('umount', ['-l', disk]));
      await rm(data, { recursive: true, force: true });
    }
  },
};

async function played(stage: PolicyStage, gateway: GatewayProcess, filler: string): Promise<string> {
  const client = await stage.open({}, gateway);
  await runsByApproval(stage, gateway, client, 1);
  await fill(filler);
  const refusal = await refusedAtLast(stage, gateway);
  check(refusal.C === '58000', `what was refused was told ${refusal.C} ${refusal.M}`);
  // What asks nobody goes on, and so does the session of whoever was refused.
  check(
    (await client.rows('SELECT count(*) FROM runs'))[0]?.[0] === '1',
    'what needs no approval was stopped',
  );
  await rm(filler);
  const begun = performance.now();
  await waitUntil('an approval to be had again', () =>
    runsByApproval(stage, gateway, client, 2).then(
      () => true,
      () => false,
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  check((await client.rows('SELECT count(*) FROM runs'))[0]?.[0] === '2', 'a statement ran twice, or not');
  const ended = await Promise.race([gateway.exited, undefined]);
  check(ended === undefined, 'the gateway ended');
  return `refused with "${refusal.M}"; ${seconds.toFixed(1)} s after there was room it went on, without a restart`;
}

async function runsByApproval(
  stage: PolicyStage,
  gateway: GatewayProcess,
  client: RawClient,
  n: number,
): Promise<void> {
  client.send(frontend.query(`INSERT INTO runs VALUES (${n})`));
  for (;;) {
    const message = await client.receive();
    if (message.type === 'Z') return;
    if (message.type === 'E') {
      await client.until('Z');
      throw new Error(message.fields.M);
    }
    const [, id] = (message.type === 'N' && /approve ([\da-f]{8})/.exec(message.fields.H ?? '')) || [];
    if (id === undefined) continue;
    const { document } = await stage.ask(approver, 'GET', 'approvals', undefined, gateway);
    const request = document.approvals.find((each) => each.id.startsWith(id));
    await stage.ask(approver, 'POST', `approvals/${request?.id}/approve`, undefined, gateway);
  }
}

/** Until nothing more fits. */
async function fill(file: string): Promise<void> {
  for (const size of [2 ** 20, 2 ** 12]) {
    const piece = Buffer.alloc(size, 1);
    try {
      for (;;) await writeFile(file, piece, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

/** Requests are made and taken back until the database has no room for another. */
async function refusedAtLast(
  stage: PolicyStage,
  gateway: GatewayProcess,
): Promise<Readonly<Record<string, string>>> {
  const clients = await Promise.all(range(AT_ONCE).map(() => stage.open({}, gateway)));
  for (let made = 0; made < REQUESTS_MOST; made += AT_ONCE) {
    const answers = await Promise.all(
      clients.map(async (client, at) => {
        const told = await sent(client, `INSERT INTO runs VALUES (${made + at + 100}) -- ${LONG}`);
        if (told.type === 'N') await client.cancel();
        await client.until('Z');
        return told;
      }),
    );
    const refused = answers.find(({ type }) => type === 'E');
    if (refused !== undefined) return refused.fields as Readonly<Record<string, string>>;
  }
  throw new Error(`${REQUESTS_MOST} requests had room on a full disk`);
}

async function sent(client: RawClient, text: string) {
  client.send(frontend.query(text));
  for (;;) {
    const message = await client.receive();
    if (message.type === 'N' || message.type === 'E') return message;
  }
}
