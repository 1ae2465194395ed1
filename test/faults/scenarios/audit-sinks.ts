// Sinks that are away, slow or lying: what they lack is seen, no other sink waits for them, and they catch up by themselves.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerJson, type Behaviour, startHttpService } from '../../audit/sinks/http-service.ts';
import type { GatewayProcess } from '../../support/gateway.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { sleep, waitUntil } from '../../support/wait.ts';
import { checkedRecord, checkTold } from '../audit/checked-record.ts';
import { Collected } from '../audit/collected.ts';
import { AuditHouse } from '../audit/house.ts';
import { NumberedWork, type Told } from '../audit/numbered-work.ts';
import { checkSame, readDatabase, readLines } from '../audit/record.ts';
import { problemsIn } from '../audit/verified.ts';
import { check, range, type Scenario } from '../scenario.ts';

const FULL = '53100';
const UNRECORDED = '58030';
/** Room for some hundreds of statements. */
const journal = { max_bytes: 300_000, segment_bytes: 30_000 };
const STATEMENTS_MOST = 3_000;
const away: Behaviour = (_, response) => answerJson(response, 503, { error: 'out for lunch' });

export const sinkAway: Scenario = {
  name: 'audit: a sink that is away until the journal is full, and then slow',
  gatewayOnly: true,
  milliseconds: 240_000,
  run: (_, { random }) =>
    AuditHouse.during(async (house) => {
      const work = new NumberedWork(random);
      const gateway = await house.start({ sinks: [house.database, house.http], journal });
      const client = await house.open(gateway);
      const told: Told[] = [];
      const { behaviours } = house.service;

      behaviours.push(away);
      for (const _ of range(20)) told.push(await work.run(client));
      await waitUntil('the outage to be seen', async () => (await sinkOf(house, gateway)).state === 'away');
      const seen = await sinkOf(house, gateway);
      check(
        seen.behind > 0 && /503/.test(seen.problem ?? ''),
        () => `it was seen as ${JSON.stringify(seen)}`,
      );
      const behind = await house.metric(gateway, 'portcullis_audit_sink_behind_events', 'service');
      const up = await house.metric(gateway, 'portcullis_audit_sink_up', 'service');
      check(behind > 0 && up === 0, `the metrics say ${behind} behind, up ${up}`);
      while (told.at(-1)?.sqlstate === undefined && told.length < STATEMENTS_MOST)
        told.push(await work.run(client));
      for (const _ of range(20)) told.push(await work.run(client));
      check(
        told.slice(-20).every(({ sqlstate }) => sqlstate === FULL),
        () => `with a full journal statements were told ${told.slice(-20).map(({ sqlstate }) => sqlstate)}`,
      );
      const { ready, reason } = await house.health(gateway);
      check(!ready && /full/.test(reason ?? ''), `its health with a full journal is ${ready}: ${reason}`);
      await waitUntil('the other sink to have everything', async () => {
        return (await sinkOf(house, gateway, 'database')).behind === 0;
      });
      const denied = told.filter(({ sqlstate }) => sqlstate !== undefined).length;

      behaviours.length = 0;
      const begun = performance.now();
      await waitUntil('statements to run again', async () => {
        const last = await work.run(client);
        told.push(last);
        return last.sqlstate === undefined;
      });
      const seconds = (performance.now() - begun) / 1000;
      await house.shipped(gateway);

      // Slow is no outage: its backlog is seen, and nothing waits.
      behaviours.push(() => sleep(500, undefined));
      for (const _ of range(50)) told.push(await work.run(client));
      const slow = await sinkOf(house, gateway);
      check(slow.state === 'ok' && slow.behind > 0, () => `slow, it was seen as ${JSON.stringify(slow)}`);
      await house.shipped(gateway);
      behaviours.length = 0;
      await client.end();
      await house.drain(gateway);

      const record = await checkedRecord(house, work, readLines(house.collected.lines));
      checkTold(told, record.executed);
      const there = await readDatabase(house);
      checkSame('the database', there, record);
      return (
        `${told.length - denied} ran; full, ${denied} were denied with ${FULL}; ` +
        `it went on ${seconds.toFixed(1)} s after the sink was back, and both sinks have all ${there.size} events`
      );
    }, true),
};

export const strictSink: Scenario = {
  name: 'audit: strict mode whose sink is away or too slow, beside sinks that lie',
  gatewayOnly: true,
  milliseconds: 240_000,
  run: (_, { random }) =>
    AuditHouse.during(async (house) => {
      const forgetful = new Collected({ keepsLines: true });
      const liar = await lyingService(forgetful);
      const counting = await startHttpService((_request, response) =>
        answerJson(response, 200, { stored: 0 }),
      );
      try {
        const sink = { kind: 'http', batch: { seconds: 0.05, events: 5 } };
        const sinks = [
          house.http,
          house.database,
          { ...sink, name: 'liar', url: liar.url },
          { ...sink, name: 'counting', url: counting.url, confirm: 'count' },
        ];
        const strict = { mode: 'strict', strict_sink: 'service', strict_seconds: 1 };
        const work = new NumberedWork(random);
        const gateway = await house.start({ ...strict, sinks });
        const said = await playStrict(house, gateway, work);
        const lied = await sinkOf(house, gateway, 'counting');
        check(lied.because === 'lied', () => `what lies in its counts was seen as ${JSON.stringify(lied)}`);
        // It is never thought to have what it denies; it would keep the others waiting at the end.
        await house.drain(gateway);
        const record = await checkedRecord(house, work);
        const file = join(house.policy.folder, 'liar.jsonl');
        await writeFile(file, forgetful.lines.join(''));
        const problems = await problemsIn(file, house.dataDir);
        check(
          problems[0]?.what === 'missing',
          () => `of what the liar kept, verify says ${JSON.stringify(problems)}`,
        );
        return `${said}; a count of 0 was seen as a lie, and a liar's gap is named: event ${problems[0]?.seq} of ${record.hashes.size}`;
      } finally {
        await house.end();
        await Promise.all([liar.stop(), counting.stop()]);
      }
    }),
};

async function playStrict(house: AuditHouse, gateway: GatewayProcess, work: NumberedWork): Promise<string> {
  const client: RawClient = await house.open(gateway);
  const { behaviours } = house.service;
  const told: Told[] = [];
  const times = async (count: number, what: string, want: string | undefined): Promise<number> => {
    let longest = 0;
    for (const _ of range(count)) {
      const begun = performance.now();
      const last = await work.run(client);
      longest = Math.max(longest, performance.now() - begun);
      told.push(last);
      check(last.sqlstate === want, () => `${what}, a statement was told ${last.sqlstate}`);
    }
    return longest;
  };
  const untilItRuns = async (): Promise<number> => {
    const begun = performance.now();
    await waitUntil('statements to run again', async () => {
      const last = await work.run(client);
      told.push(last);
      return last.sqlstate === undefined;
    });
    return performance.now() - begun;
  };
  await times(10, 'with its sink there', undefined);
  behaviours.push(away);
  const waited = await times(10, 'with its sink away', UNRECORDED);
  behaviours.length = 0;
  const back = await untilItRuns();
  behaviours.push(() => sleep(3_000, undefined));
  await times(2, 'with its sink too slow', UNRECORDED);
  behaviours.length = 0;
  await untilItRuns();
  await times(10, 'with its sink back', undefined);
  const { behind } = await waitUntil('the other sink to have everything', async () => {
    const database = await sinkOf(house, gateway, 'database');
    return database.behind === 0 ? database : undefined;
  });
  check(behind === 0, 'another sink waited');
  await client.end();
  checkTold(told, house.log.read());
  return `away, each was denied within ${Math.round(waited)} ms; it went on ${Math.round(back)} ms after it was back`;
}

/** Says that all went well, and keeps every other batch alone. */
async function lyingService(kept: Collected) {
  let batch = 0;
  const service = await startHttpService(({ body }, response) => {
    batch += 1;
    if (batch % 2 === 1) kept.take(body);
    return answerJson(response, 200, {});
  });
  return service;
}

async function sinkOf(house: AuditHouse, gateway: GatewayProcess, name = 'service') {
  const found = (await house.audit(gateway)).sinks.find((sink) => sink.name === name);
  if (found === undefined) throw new Error(`no sink ${name}`);
  return found;
}
