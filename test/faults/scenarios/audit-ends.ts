// What surrounds the audit goes away, or the gateway is told to end: what was begun is on the record to its end.
import { waitUntil } from '../../support/wait.ts';
import { checkedRecord, checkTold } from '../audit/checked-record.ts';
import { AuditHouse } from '../audit/house.ts';
import { NumberedWork, type Told } from '../audit/numbered-work.ts';
import { checkSame, readDatabase } from '../audit/record.ts';
import { check, range, type Scenario } from '../scenario.ts';
import { doWork } from '../work.ts';

const CLIENTS = 6;

export const endedAudit: Scenario = {
  name: 'audit: its state database is away, and SIGTERM under load',
  gatewayOnly: true,
  milliseconds: 240_000,
  run: (_, { random }) =>
    AuditHouse.during(async (house) => {
      const work = new NumberedWork(random);
      const gateway = await house.start({ sinks: [house.database, house.http] }, { workers: 2 });
      const client = await house.open(gateway);
      const told: Told[] = [];
      house.state.cut();
      for (const _ of range(30)) told.push(await work.run(client));
      const refused = told.filter(({ sqlstate }) => sqlstate !== undefined).map(({ sqlstate }) => sqlstate);
      check(refused.length === 0, () => `without the state database statements were told ${refused}`);
      await waitUntil('what ran meanwhile to be shipped', async () => {
        return (await readDatabase(house)).size >= 2 * told.length;
      });
      house.state.mend();

      let isOver = false;
      let answered = 0;
      const clients = range(CLIENTS).map(async (at) => {
        const busy = await house.open(gateway, { sub: `client-${at}` });
        // Whoever is told to go was between two statements, or had its answer.
        await (async () => {
          for (; !isOver; answered += 1) await doWork(busy, [work.draw()]);
        })().catch(() => undefined);
      });
      await waitUntil('work to be done', () => answered >= 5 * CLIENTS);
      // Whoever always has something under way is not told to go.
      setTimeout(() => {
        isOver = true;
      }, 500);
      await house.drain(gateway);
      isOver = true;
      await Promise.all(clients);

      const record = await checkedRecord(house, work);
      const { types, unknown, chains, hashes } = record;
      checkTold(told, record.executed);
      check(unknown === 0, `${unknown} outcomes are not known after a drain`);
      const [opened, ended] = [types.get('session.opened') ?? 0, types.get('session.ended') ?? 0];
      check(opened === CLIENTS + 1 && ended === opened, `${opened} sessions were opened and ${ended} ended`);
      check(chains.length === 2, `2 workers wrote ${chains.length} chains`);
      checkSame('the database', await readDatabase(house), record);
      checkSame('the service', house.collected.hashes, record);
      return `${told.length} ran and were shipped without it; after the drain ${record.statements.length} statements have their outcomes, ${ended} sessions their ends, and both sinks all ${hashes.size} events with ${chains.length} signed last heads`;
    }),
};
