// A gateway that is killed again and again while clients work: everything that the server executed is on the record.
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../../gateway/lib/index.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import type { Random } from '../../support/random.ts';
import { waitUntil } from '../../support/wait.ts';
import { checkedRecord } from '../audit/checked-record.ts';
import { AuditHouse } from '../audit/house.ts';
import { NumberedWork } from '../audit/numbered-work.ts';
import { checkSame, readDatabase } from '../audit/record.ts';
import { processTree } from '../process-probe.ts';
import { range, type Scale, type Scenario } from '../scenario.ts';
import { doWork } from '../work.ts';

const CLIENTS = 6;
/** From the first answer on. */
const UNTIL_KILLED_MS = 600;
/** One round in so many has two workers. */
const WORKERS_EVERY = 5;
/** The server's log is read before what it keeps of it is over. */
const LOG_EVERY = 10;

export const killedAudit: Scenario = {
  name: 'audit: a gateway that is killed under load, again and again',
  gatewayOnly: true,
  milliseconds: 1_800_000,
  run: (_, scale) => AuditHouse.during((house) => killAgainAndAgain(house, scale)),
};

async function killAgainAndAgain(house: AuditHouse, { of, random }: Scale): Promise<string> {
  const rounds = of(12, 200);
  const work = new NumberedWork(random);
  const audit = { sinks: [house.database, house.http], journal: { segment_bytes: 1 << 20 } };
  for (const round of range(rounds)) {
    const isSeveral = round % WORKERS_EVERY === WORKERS_EVERY - 1;
    const gateway = await house.start(audit, { workers: isSeveral ? 2 : 1 });
    await loadAndKill(house, gateway, work, random);
    if (round % LOG_EVERY === 0) house.log.read();
  }
  // One that has fewer processes than some before it: it finishes what they left.
  const last = await house.start(audit);
  await house.shipped(last);
  await house.drain(last);

  const journal = await checkedRecord(house, work);
  checkSame('the database', await readDatabase(house), journal);
  checkSame('the service', house.collected.hashes, journal);
  const { copies } = house.collected;
  const { executed, unknown, chains } = journal;
  return (
    `${rounds} kills, ${work.sent.size} statements sent, ${executed.size} executed, ${journal.statements.length} intents, ` +
    `${unknown} outcomes unknown, ${journal.hashes.size} events in ${chains.length} chains and both sinks, ` +
    `${copies} copies to the service`
  );
}

async function loadAndKill(
  house: AuditHouse,
  gateway: GatewayProcess,
  work: NumberedWork,
  random: Random,
): Promise<void> {
  let isKilled = false;
  const begun = Promise.withResolvers<void>();
  const clients = range(CLIENTS).map(async (at) => {
    try {
      const client = await house.open(gateway, { sub: `client-${at}` });
      for (; !isKilled; begun.resolve()) await doWork(client, [work.draw()]);
    } catch (thrown) {
      // The client was cut off with its gateway; before that nothing may have gone wrong.
      if (!isKilled) throw thrown;
    }
  });
  const working = Promise.all(clients);
  await Promise.race([working, begun.promise]);
  await Promise.race([working, sleep(random.integer(0, UNTIL_KILLED_MS))]);
  isKilled = true;
  await kill(gateway, random);
  await working;
  house.policy.hangUp();
}

/** All its processes at once, or the first alone, whose workers have to see to it that they end. */
async function kill(gateway: GatewayProcess, random: Random): Promise<void> {
  const pids = await processTree(gateway.pid);
  const isFirstAlone = random.chance(0.5);
  for (const pid of isFirstAlone ? pids.slice(0, 1) : pids) process.kill(pid, 'SIGKILL');
  await gateway.exited;
  await gateway.stop();
  if (isFirstAlone) return;
  await waitUntil('all processes to be gone', () => pids.every((pid) => !isRunning(pid)));
}
