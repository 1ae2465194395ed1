// The disk of the journal is full: what cannot be recorded is denied, and nothing else happens; with room it goes on.
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { frontend } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { checkedRecord, checkTold } from '../audit/checked-record.ts';
import { AuditHouse } from '../audit/house.ts';
import { NumberedWork, type Told } from '../audit/numbered-work.ts';
import { checkSame } from '../audit/record.ts';
import { check, range, type Scenario } from '../scenario.ts';

const run = promisify(execFile);
const FULL = '53100';
/** Statements until the last page is full. */
const STATEMENTS_MOST = 200;

export const fullAudit: Scenario = {
  name: 'audit: a journal whose disk is full',
  gatewayOnly: true,
  milliseconds: 180_000,
  run: (_, { random }) =>
    AuditHouse.during(async (house) => {
      await mkdir(house.dataDir);
      const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', house.dataDir]).then(
        () => true,
        () => false,
      );
      if (!isMounted) return 'skipped: no file system can be mounted here';
      try {
        return await played(house, new NumberedWork(random));
      } finally {
        await house.end();
        await run('umount', ['-l', house.dataDir]);
      }
    }),
};

async function played(house: AuditHouse, work: NumberedWork): Promise<string> {
  const gateway = await house.start({ sinks: [house.http] });
  const client = await house.open(gateway);
  const slow = await house.open(gateway);
  const told: Told[] = [await work.run(client)];
  slow.send(frontend.query(work.text('SELECT pg_sleep(3)')));
  await waitUntil('a statement to be in flight', () => house.log.read().size === 2);
  const filler = join(house.dataDir, 'filler');
  await fill(filler);

  const runUntil = async (isIt: (last: Told) => boolean): Promise<void> => {
    for (const _ of range(STATEMENTS_MOST)) {
      const last = await work.run(client);
      told.push(last);
      if (isIt(last)) return;
    }
    throw new Error(`${STATEMENTS_MOST} statements had room on a full disk`);
  };
  await runUntil(({ sqlstate }) => sqlstate !== undefined);
  for (const _ of range(20)) told.push(await work.run(client));
  const refused = told.filter(({ sqlstate }) => sqlstate !== undefined);
  check(
    refused.length > 20 && refused.every(({ sqlstate }) => sqlstate === FULL),
    () => `on a full disk statements were told ${refused.map(({ sqlstate }) => sqlstate)}`,
  );
  const { ready, reason } = await house.health(gateway);
  check(!ready && /full/.test(reason ?? ''), `its health with a full disk is ${ready}: ${reason}`);
  const late = await house.open(gateway).catch((thrown) => thrown);
  check(late?.fields?.C === FULL, `a login on a full disk was told ${late}`);
  // What was forwarded when there was room is answered, and its outcome kept until it can be written.
  const answer = (await slow.until('Z')).join(' ');
  check(answer.startsWith('T D C(SELECT 1)'), `a statement in flight was told ${answer}`);

  await rm(filler);
  const begun = performance.now();
  await waitUntil('statements to be recorded again', async () => {
    const last = await work.run(client);
    told.push(last);
    return last.sqlstate === undefined;
  });
  const seconds = (performance.now() - begun) / 1000;
  await waitUntil('the gateway to be ready again', async () => (await house.health(gateway)).ready);
  await (await house.open(gateway)).end();
  await house.shipped(gateway);
  await house.drain(gateway);

  const record = await checkedRecord(house, work);
  checkTold(told, record.executed);
  check(record.unknown === 0, `${record.unknown} outcomes are not known`);
  checkSame('the service', house.collected.hashes, record);
  const denied = told.filter(({ sqlstate }) => sqlstate === FULL).length;
  return `${denied} denied with ${FULL} on one session, which went on ${seconds.toFixed(1)} s after there was room`;
}

/** Until nothing more fits. */
async function fill(file: string): Promise<void> {
  for (const size of [2 ** 16, 2 ** 12]) {
    const piece = Buffer.alloc(size, 1);
    try {
      for (;;) await writeFile(file, piece, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
