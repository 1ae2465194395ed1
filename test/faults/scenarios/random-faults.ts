// Sessions with real work under random faults: who survives gets the direct bytes, who doesn't gets a part of them.
import type { FaultPlan } from '../../support/fault-proxy.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import type { Random } from '../../support/random.ts';
import { RawClient } from '../../support/raw-client.ts';
import { megabytes, probe } from '../process-probe.ts';
import { atMost, check, range, type Scale, type Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { Target } from '../subject.ts';
import { doWork, drawWork } from '../work.ts';

const AT_ONCE = 12;
const WAIT_MILLISECONDS = 20_000;
// A heap with a large machine to grow into collects late; 'sessions come and go' tells a leak from that.
const RSS_SLACK = 96 << 20;
const ROUNDS = 3;

const betweenClientAndGateway = (name: string, leg: string, tls: 'none' | 'request'): Scenario => ({
  name,
  gatewayOnly: tls !== 'none',
  milliseconds: 180_000,
  async run(stage, scale) {
    const proxy = await startFaultProxy({
      target: stage.subject.target(),
      seed: scale.random.integer(0, 1 << 30),
      plan: (_, random) => drawPlan(random),
    });
    try {
      const through: Target = { ...stage.subject.target(), host: proxy.host, port: proxy.port, tls };
      return await torment(stage, scale, leg, through, () => proxy.carriedOut());
    } finally {
      await proxy.stop();
    }
  },
});

export const clientFaults = betweenClientAndGateway('random faults between client and gateway', 'c', 'none');

export const tlsFaults = betweenClientAndGateway('random faults under TLS', 'e', 'request');

export const serverFaults: Scenario = {
  name: 'random faults between gateway and server',
  milliseconds: 180_000,
  async run(stage, scale) {
    stage.planUpstream((_, random) => drawPlan(random));
    const target = stage.subject.target('faulty');
    return await torment(stage, scale, 's', target, () => stage.upstreamFaults.carriedOut());
  },
};

function drawPlan(random: Random): FaultPlan {
  const direction = random.pick(['to-server', 'to-client'] as const);
  return {
    pieces: random.pick(['whole', 'random', 'single'] as const),
    ...(random.chance(0.3) ? { delayMilliseconds: 8 } : {}),
    ...(random.chance(0.3)
      ? { stall: { direction, afterBytes: random.integer(0, 20_000), milliseconds: random.integer(50, 400) } }
      : {}),
    ...(random.chance(0.4)
      ? {
          cut: {
            direction,
            afterBytes: random.integer(0, 60_000),
            how: random.pick(['reset', 'half-close', 'close'] as const),
          },
        }
      : {}),
  };
}

async function torment(
  stage: Stage,
  scale: Scale,
  leg: string,
  target: Target,
  carriedOut: () => Readonly<Record<string, number>>,
): Promise<string> {
  let survived = 0;
  let broken = 0;
  const rss: number[] = [];
  for (const round of range(ROUNDS)) {
    const sessions = range(scale.of(18, 150)).map((index) => `${leg}${round}-${index}`);
    await atMost(AT_ONCE, sessions, async (session) => {
      const seed = scale.random.fork(session);
      const expected = await runDirect(stage, seed, `d${session}`);
      const outcome = await runThrough(target, seed, `t${session}`, expected);
      if (outcome === 'survived') survived += 1;
      else broken += 1;
    });
    await stage.settleSockets();
    rss.push((await probe(stage.subject.pid)).rss);
  }
  const growth = (rss.at(-1) ?? 0) - (rss[0] ?? 0);
  check(growth < RSS_SLACK, () => `memory grew by ${megabytes(growth)} MB from the first round to the last`);
  const faults = Object.entries(carriedOut()).map(([name, count]) => `${count} ${name}`);
  return `${survived} sessions identical, ${broken} cut off cleanly; ${faults.join(', ')}; memory ${megabytes(growth)} MB`;
}

async function runDirect(stage: Stage, seed: Random, session: string): Promise<Buffer> {
  const client = await RawClient.open({ ...stage.direct, milliseconds: WAIT_MILLISECONDS });
  const login = client.receivedBytes.length;
  await doWork(client, drawWork(seed.fork('work'), session));
  await client.end();
  return Buffer.from(client.receivedBytes.subarray(login));
}

async function runThrough(
  target: Target,
  seed: Random,
  session: string,
  expected: Buffer,
): Promise<'survived' | 'broken'> {
  const client = await RawClient.connect({ ...target, milliseconds: WAIT_MILLISECONDS }).catch(
    () => undefined,
  );
  if (!client) return 'broken';
  let login: number | undefined;
  try {
    await client.login(target);
    login = client.receivedBytes.length;
    await doWork(client, drawWork(seed.fork('work'), session));
    await client.end();
  } catch (thrown) {
    check((thrown as Error).name !== 'WaitTimeout', () => `session ${session}: ${thrown}`);
    if (login !== undefined) checkBrokenOff(expected, client.receivedBytes.subarray(login), session);
    return 'broken';
  } finally {
    client.destroy();
  }
  const received = client.receivedBytes.subarray(login);
  check(received.equals(expected), () => `session ${session}: ${firstDifference(expected, received)}`);
  return 'survived';
}

/** What a session that broke may have got: the direct bytes up to some point, then nothing but errors, one FATAL last. */
function checkBrokenOff(expected: Buffer, received: Buffer, session: string): void {
  if (expected.subarray(0, received.length).equals(received)) return;
  const messages = [...wholeMessages(received)];
  let at = 0;
  while (messages[0] && expected.subarray(at, at + messages[0].length).equals(messages[0])) {
    at += messages.shift()?.length ?? 0;
  }
  // Less than a whole message is left: it must be the start of an error, not something in the middle of a row.
  const isCutError = received[at] === 0x45;
  check(
    messages.length > 0 || isCutError,
    () => `session ${session}: ${firstDifference(expected, received)}`,
  );
  const fatal = messages.findIndex((bytes) => bytes.includes('SFATAL\0'));
  const areErrors = messages.every((bytes) => bytes[0] === 0x45 || bytes[0] === 0x4e);
  check(areErrors, () => `session ${session}: ${firstDifference(expected, received)}`);
  check(fatal === -1 || fatal === messages.length - 1, `session ${session}: messages follow the FATAL error`);
}

function* wholeMessages(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) return;
    yield bytes.subarray(at, end);
    at = end;
  }
}

function firstDifference(expected: Buffer, received: Buffer): string {
  let at = 0;
  while (at < expected.length && expected[at] === received[at]) at += 1;
  const around = (bytes: Buffer): string =>
    JSON.stringify(bytes.toString('latin1', Math.max(at - 20, 0), at + 60));
  return `differs from the direct run at byte ${at} of ${expected.length}: ${around(received)} instead of ${around(expected)}`;
}
