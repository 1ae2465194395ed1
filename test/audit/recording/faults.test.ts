// What becomes of recordings, and of statements that have to be recorded, when the gateway dies or the disk is full.
import { afterEach, expect, type TestContext, test } from 'vitest';
import { ReplayStage } from '../../cli/replay/stage.ts';
import { frontend, RawClient } from '../../support/raw-client.ts';
import { fillDisk, onSmallDisk } from '../../support/small-disk.ts';
import { waitUntil } from '../../support/wait.ts';

let stage: ReplayStage | undefined;

afterEach(stop);

async function stop(): Promise<void> {
  await stage?.stop();
  stage = undefined;
}

test('a gateway that is killed leaves recordings that are readable up to the last whole chunk', async () => {
  stage = await ReplayStage.start();
  const client = await RawClient.open(await stage.login());
  await client.rows("SELECT 'kept' AS what");
  await waitUntil('a chunk', async () =>
    (await stage?.events())?.some(({ type }) => type === 'recording.chunk'),
  );
  client.send(frontend.query("SELECT repeat('x', 900000) FROM generate_series(1, 20)"));
  stage.gateway.signal('SIGKILL');
  await stage.gateway.exited;
  client.destroy();
  const session = String((await stage.events()).find(({ type }) => type === 'session.opened')?.session);
  const { code, stdout } = await stage.replay(session);
  expect(code).toBe(0);
  expect(stdout).toContain(' what \n------\n kept\n(1 row)\n');
  expect(stdout).toContain('The recording has no end');
});

test('where there is no room for what a statement may return it is refused, and the session goes on', async () => {
  stage = await ReplayStage.start({}, {}, { statement_bytes: 2 ** 40, max_bytes: 2 ** 40 });
  const client = await RawClient.open(await stage.login());
  await expect(client.rows('SELECT 1')).rejects.toMatchObject({ fields: { C: '58030' } });
  await expect(client.rows('SELECT 2')).rejects.toThrow('cannot be recorded now');
  client.destroy();
  const events = await stage.events();
  const outcome = events.find(({ type }) => type === 'statement.outcome');
  expect(outcome?.outcome).toMatchObject({ state: 'refused', sqlstate: '58030' });
});

test('an answer that can not be recorded any more ends its session, and later ones are refused', (context) =>
  recordingThere(context, async (folder) => {
    stage = await ReplayStage.start(
      {},
      {},
      { folder, statement_bytes: 64 * 1024 * 1024, max_bytes: 1 << 30 },
    );
    await expectRefused(await RawClient.open(await stage.login()));
    await stage.stop();
    stage = await ReplayStage.start({}, {}, { folder, statement_bytes: 512 * 1024, max_bytes: 1 << 30 });
    const client = await RawClient.open(await stage.login());
    for (const _ of [1, 2]) await client.rows("SELECT repeat('x', 200000)");
    const failed = await client
      .rows('SELECT repeat(chr(64 + n), 100000) FROM generate_series(1, 5) n')
      .then(() => client.rows('SELECT repeat(chr(64 + n), 100000) FROM generate_series(1, 5) n'))
      .catch((error: Error) => error);
    // In the middle of a row nothing can be said.
    expect(String(failed)).toMatch(/cannot be recorded now|the connection ended/);
    client.destroy();
    await expectRefused(await RawClient.open(await stage.login()));
  }));

test('rows that come one by one stop when the disk is full, and what is lost of them is an event', (context) =>
  recordingThere(context, async (folder) => {
    stage = await ReplayStage.start({}, {}, { folder, statement_bytes: 400_000, max_bytes: 1 << 30 });
    const client = await RawClient.open(await stage.login());
    const isWritten = async (type: string): Promise<boolean> =>
      (await stage?.events())?.some((event) => event.type === type) === true;
    const answered = client
      .rows("SELECT g, repeat('c', 1000), pg_sleep(0.01) FROM generate_series(1, 2000) g")
      .catch((error: Error) => error);
    await waitUntil('a chunk', () => isWritten('recording.chunk'));
    fillDisk(folder);
    expect(String(await answered)).toMatch(/cannot be recorded now|the connection ended/);
    client.destroy();
    await waitUntil('the end of the session', () => isWritten('session.ended'));
    const events = await stage.events();
    const { chain, seq } = events.find(({ type }) => type === 'statement.intent') ?? {};
    const cut = events.filter(({ type }) => type === 'recording.cut');
    expect(cut).toMatchObject([{ recording: { because: 'not_written', statement: `${chain}/${seq}` } }]);
    const { stdout } = await stage.replay(await stage.lastSession(), ['--plain', '--recordings', folder]);
    expect(stdout).toContain('what the client was sent last could not be recorded');
  }));

/** The gateway stops before its disk goes. */
const recordingThere = (context: TestContext, use: (folder: string) => Promise<void>): Promise<void> =>
  onSmallDisk(context, (folder) => use(folder).finally(stop));

async function expectRefused(client: RawClient): Promise<void> {
  await expect(client.rows('SELECT 1')).rejects.toThrow('cannot be recorded now');
  client.destroy();
}
