// Readers and writers that stall: memory stays bounded, and everything arrives once they go on.
import { frontend, type RawClient } from '../../support/raw-client.ts';
import { sleep, waitUntil } from '../../support/wait.ts';
import { countMessages } from '../message-counter.ts';
import { megabytes, memoryRise } from '../process-probe.ts';
import { check, range, type Scenario } from '../scenario.ts';

const RISE_LIMIT = 64 << 20;
const FINISH_MILLISECONDS = 60_000;

export const stalledReader: Scenario = {
  name: 'a reader that stalls',
  milliseconds: 120_000,
  async run(stage, scale) {
    const rows = scale.of(100_000, 500_000);
    const client = await stage.open({ ...stage.subject.target(), keep: false });
    // A first large answer lets the heap find its size; only what the stall adds is judged.
    client.send(frontend.query("SELECT repeat('x', 1000) FROM generate_series(1, 200000)"));
    await countMessages(client, FINISH_MILLISECONDS);
    const { result, rise } = await memoryRise(stage.subject.pid, async () => {
      client.socket.pause();
      client.send(frontend.query(`SELECT repeat('x', 1000) FROM generate_series(1, ${rows})`));
      await sleep(scale.of(2000, 6000));
      return await countMessages(client, FINISH_MILLISECONDS);
    });
    check(result.messages === rows + 3, () => `${result.messages} messages arrived`);
    check(rise < RISE_LIMIT, () => `memory rose by ${megabytes(rise)} MB`);
    return `${megabytes(result.bytes)} MB after the stall, memory rose by ${megabytes(rise)} MB`;
  },
};

export const stalledPipeline: Scenario = {
  name: 'a pipeline whose client reads nothing until it has sent all',
  milliseconds: 120_000,
  async run(stage, scale) {
    const statements = scale.of(5_000, 20_000);
    const client = await stage.open({ ...stage.subject.target(), keep: false });
    const one = frontend.extended("SELECT repeat('x', 2000), $1", ['y'.repeat(100)]);
    const { result, rise } = await memoryRise(stage.subject.pid, async () => {
      client.socket.pause();
      for (const _ of range(statements)) client.send(one);
      client.send(frontend.sync());
      await sleep(scale.of(2000, 5000));
      return await countMessages(client, FINISH_MILLISECONDS);
    });
    check(result.messages === statements * 5 + 1, () => `${result.messages} messages arrived`);
    check(rise < RISE_LIMIT, () => `memory rose by ${megabytes(rise)} MB`);
    return `${statements} statements answered after the stall, memory rose by ${megabytes(rise)} MB`;
  },
};

export const stalledWriter: Scenario = {
  name: 'a writer whose server stalls',
  milliseconds: 120_000,
  async run(stage, scale) {
    const blocker = await stage.open(stage.direct);
    await blocker.rows('BEGIN');
    await blocker.rows('LOCK TABLE large');
    const client = await stage.open({ ...stage.subject.target(), keep: false });
    const pieces = range(scale.of(1_000, 4_000));
    const piece = frontend.copyData(`${'x'.repeat(99_999)}\n`);
    const { result, rise } = await memoryRise(stage.subject.pid, async () => {
      client.send(frontend.query('COPY large FROM STDIN'));
      let sent = 0;
      const sending = (async () => {
        for (const _ of pieces) {
          await client.sendFully(piece, FINISH_MILLISECONDS);
          sent += 1;
        }
      })();
      await sleep(scale.of(2000, 5000));
      const whileStalled = sent;
      await blocker.rows('ROLLBACK');
      await sending;
      client.send(frontend.copyDone());
      return { whileStalled, answer: await client.until('Z', FINISH_MILLISECONDS) };
    });
    const answer = result.answer.join(' ');
    check(answer === `G C(COPY ${pieces.length}) Z(I)`, `the server answered ${answer}`);
    check(
      result.whileStalled < pieces.length / 2,
      `${result.whileStalled} pieces were taken during the stall`,
    );
    check(rise < RISE_LIMIT, () => `memory rose by ${megabytes(rise)} MB`);
    await stage.sql('TRUNCATE large');
    const taken = megabytes(result.whileStalled * piece.length);
    return `${taken} MB taken during the stall, all after it, memory rose by ${megabytes(rise)} MB`;
  },
};

export const manyStalledReaders: Scenario = {
  name: 'fifty readers that stall at once',
  milliseconds: 120_000,
  async run(stage, scale) {
    const count = 50;
    const target = { ...stage.subject.target(), keep: false };
    const clients = await Promise.all(range(count).map(() => stage.open(target)));
    const { rise } = await memoryRise(stage.subject.pid, async () => {
      for (const client of clients) stall(client);
      await sleep(scale.of(2000, 4000));
    });
    // Others are served meanwhile.
    const other = await stage.open({ ...stage.subject.target(), milliseconds: 3000 });
    check((await other.rows('SELECT 1'))[0]?.[0] === '1', 'no answer beside the stalled readers');
    check(rise < count * (4 << 20), () => `memory rose by ${megabytes(rise)} MB`);
    for (const client of clients) client.reset();
    await waitUntil('the server to notice', async () => {
      const [[left] = []] = await stage.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%stalled%' AND pid <> pg_backend_pid()",
      );
      return left === '0';
    });
    return `memory rose by ${megabytes(rise)} MB, ${(rise / count / 1024).toFixed(0)} KB each`;
  },
};

function stall(client: RawClient): void {
  client.socket.pause();
  client.send(frontend.query("SELECT repeat('stalled', 200) FROM generate_series(1, 100000)"));
}
