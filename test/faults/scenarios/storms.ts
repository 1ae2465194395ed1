// A thousand clients at once: all are served, or refused cleanly, and none leaves anything behind.
import { RawClient, ServerError } from '../../support/raw-client.ts';
import { sleep, waitUntil } from '../../support/wait.ts';
import { megabytes, probe } from '../process-probe.ts';
import { atMost, check, range, type Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { LIMITED_CONNECTIONS, type Subject, type Target } from '../subject.ts';

const CONNECTIONS = 1000;
const STORM_MILLISECONDS = 60_000;

export const connectionStorm: Scenario = {
  name: `${CONNECTIONS} connections at once`,
  milliseconds: 120_000,
  run: (stage) => storm(stage, stage.subject, CONNECTIONS, 'none'),
};

export const secureStorm: Scenario = {
  name: 'a connection storm under TLS, to two workers',
  gatewayOnly: true,
  milliseconds: 120_000,
  async run(stage, scale) {
    const subject = await stage.another({ workers: 2 });
    try {
      const seen = await storm(stage, subject, scale.of(200, CONNECTIONS), 'request');
      await waitUntil(
        'the workers to close their sockets',
        async () => (await probe(subject.pid)).sockets === 0,
      );
      return seen;
    } finally {
      await subject.stop();
    }
  },
};

async function storm(
  stage: Stage,
  subject: Subject,
  count: number,
  tls: 'none' | 'request',
): Promise<string> {
  const target: Target = { ...subject.target(), tls, milliseconds: STORM_MILLISECONDS };
  const started = performance.now();
  const clients = await atMost(count, range(count), () => stage.open(target));
  const seconds = (performance.now() - started) / 1000;
  const peak = await probe(subject.pid);
  await atMost(count, clients, async (client, index) => {
    const rows = await client.rows(`SELECT ${index}, pg_backend_pid()`);
    check(rows[0]?.[0] === String(index), () => `session ${index} got ${rows[0]?.[0]}`);
  });
  await atMost(count, clients, (client) => client.end());
  return `all ${count} connected in ${seconds.toFixed(1)} s, ${peak.sockets} sockets, ${megabytes(peak.rss)} MB`;
}

const BATCHES = 14;
const LEVEL = 4 << 20;
// With all of a large machine to grow into, a heap collects too late for a leak to be told from laziness.
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=96' };

export const churn: Scenario = {
  name: 'sessions come and go',
  gatewayOnly: true,
  milliseconds: 240_000,
  async run(stage, scale) {
    const subject = await stage.another({ log: { level: 'warn' } }, SMALL_HEAP);
    try {
      const target = subject.target();
      const batch = scale.of(250, 1000);
      const rss: number[] = [];
      const isLevel = (): boolean =>
        rss.length > 2 && rss.slice(-2).every((bytes, at) => bytes - (rss.at(at - 3) ?? 0) < LEVEL);
      while (!isLevel()) {
        check(rss.length < BATCHES, () => `memory never levels off: ${rss.map(megabytes).join(', ')} MB`);
        await atMost(20, range(batch), async (index) => {
          const client = await RawClient.open(target);
          const [[answer] = []] = await client.rows(`SELECT ${index}`);
          check(answer === String(index), () => `session ${index} got ${answer}`);
          await client.end();
        });
        rss.push((await probe(subject.pid)).rss);
      }
      return `memory levels off after ${batch * rss.length} sessions: ${rss.map(megabytes).join(', ')} MB`;
    } finally {
      await subject.stop();
    }
  },
};

export const refusedStorm: Scenario = {
  name: `a storm on a role with ${LIMITED_CONNECTIONS} connections`,
  milliseconds: 60_000,
  async run(stage) {
    const target = { ...stage.subject.target('limited'), milliseconds: STORM_MILLISECONDS };
    let refused = 0;
    const attempts = await atMost(300, range(300), async () => {
      try {
        return await stage.open(target);
      } catch (thrown) {
        const isRefusal = thrown instanceof ServerError && thrown.fields.C === '53300';
        check(isRefusal, () => `refused with ${thrown} instead of 53300`);
        refused += 1;
        return undefined;
      }
    });
    const open = attempts.filter((client) => client !== undefined);
    check(open.length > 0 && open.length <= LIMITED_CONNECTIONS, () => `${open.length} were let in`);
    for (const client of open) check((await client.rows('SELECT 1'))[0]?.[0] === '1', 'no answer');
    return `${open.length} served, ${refused} refused with 53300`;
  },
};

const SLEEPERS = 100;
const CANCELS = 1000;

export const cancelStorm: Scenario = {
  name: `${CANCELS} cancels, right and wrong`,
  milliseconds: 120_000,
  async run(stage, scale) {
    const { random } = scale;
    const seconds = scale.of(5, 8);
    const target = { ...stage.subject.target(), milliseconds: STORM_MILLISECONDS };
    const clients = await atMost(SLEEPERS, range(SLEEPERS), () => stage.open(target));
    const chosen = clients.filter((_, index) => index % 2 === 0);
    const spared = clients.filter((_, index) => index % 2 === 1);
    const beginSleep = (client: RawClient): Promise<string> =>
      client.query(`SELECT pg_sleep(${seconds})`).then((answer) => answer.join(' '));
    const chosenAnswers = chosen.map(beginSleep);
    const sparedAnswers = spared.map(beginSleep);
    await sleep(500);
    const keys = range(CANCELS).map((index) => {
      if (index < CANCELS / 2) return (chosen[index % chosen.length] as RawClient).backendKey;
      const key = Buffer.from((spared[index % spared.length] as RawClient).backendKey);
      if (index % 3 === 0) return random.bytes(key.length);
      // The right process, another secret: one bit of it is enough.
      const at = random.integer(4, key.length - 1);
      key[at] = (key[at] ?? 0) ^ (1 << random.integer(0, 7));
      return index % 3 === 1 ? key : key.subarray(0, random.integer(4, key.length - 1));
    });
    const started = performance.now();
    await atMost(CANCELS, keys, (key) => RawClient.cancel(target, key));
    const took = (performance.now() - started) / 1000;
    for (const answer of await Promise.all(chosenAnswers)) {
      check(answer === 'T E(57014) Z(I)', `a cancelled session got ${answer}`);
    }
    for (const answer of await Promise.all(sparedAnswers)) {
      check(answer === 'T D C(SELECT 1) Z(I)', `a session that nobody cancelled got ${answer}`);
    }
    return `${chosen.length} cancelled, ${spared.length} untouched, all cancels in ${took.toFixed(1)} s`;
  },
};

export const cancelThenNext: Scenario = {
  name: 'a cancel never hits the next statement',
  milliseconds: 90_000,
  async run(stage, scale) {
    const sessions = 20;
    const rounds = scale.of(10, 50);
    const target = { ...stage.subject.target(), milliseconds: 20_000 };
    await atMost(sessions, range(sessions), async (_, index) => {
      const client = await stage.open(target);
      for (const round of range(rounds)) {
        // Every other statement ends by itself at about the time its cancel arrives.
        const seconds = round % 2 === 0 ? 20 : scale.random.integer(0, 12) / 1000;
        const answer = client.query(`SELECT pg_sleep(${seconds})`);
        await sleep(scale.random.integer(0, 10));
        await Promise.all(range(scale.random.integer(1, 3)).map(() => client.cancel()));
        // A cancel that arrives before its statement is lost, as with the server itself.
        if (seconds === 20) await cancelUntil(client, answer);
        const text = (await answer).join(' ');
        check(
          /^T (E\(57014\)|D C\(SELECT 1\)) Z\(I\)$/.test(text),
          `round ${round} of session ${index}: ${text}`,
        );
        const next = (await client.query('SELECT pg_sleep(0.01)')).join(' ');
        check(next === 'T D C(SELECT 1) Z(I)', `the statement after a cancel got ${next}`);
      }
    });
    return `${sessions * rounds} statements cancelled, none of those after them`;
  },
};

async function cancelUntil(client: RawClient, answer: Promise<unknown>): Promise<void> {
  let over = false;
  answer.finally(() => {
    over = true;
  });
  while (!over) {
    await client.cancel();
    await sleep(20);
  }
}
