// Sessions that are watched while they run: by whom, what is seen of them, and that they wait for nobody.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { type CliRun, runCli, startCli } from '../run-cli.ts';
import { ReplayStage } from './stage.ts';

type Told = Readonly<{ kind: string; statement?: string; rows?: number; tag?: string }>;

describe.each([
  { what: 'one process', workers: 1 },
  { what: 'two processes', workers: 2 },
])('$what', ({ workers }) => {
  let stage: ReplayStage;
  let admin: readonly string[];
  const clients: RawClient[] = [];

  beforeAll(async () => {
    stage = await ReplayStage.start({ record: 'metadata' }, { workers });
    admin = await wordsOf({ sub: 'grace', groups: ['security'] }, 'grace');
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  afterAll(() => stage.stop());

  async function wordsOf(claims: object, name: string): Promise<readonly string[]> {
    const file = join(stage.folder, `token-${name}`);
    await writeFile(file, await stage.token(claims));
    return ['--admin', `http://127.0.0.1:${stage.gateway.adminPort}`, '--token-file', file];
  }

  /** Of the only session there is, once those of other tests have ended. */
  async function idOf(): Promise<string> {
    const session = await waitUntil('the session to be the only one', async () => {
      const listed = await runCli(['sessions', 'list', '--json', ...admin]);
      const [only, another] = JSON.parse(listed.stdout) as { id: string; recorded: boolean }[];
      return another === undefined ? only : undefined;
    });
    expect(session.recorded).toBe(false);
    return session.id;
  }

  async function opened(): Promise<RawClient> {
    const client = await RawClient.open(await stage.login());
    clients.push(client);
    return client;
  }

  /** Once the event that says so is written, statements are seen. */
  async function watching(id: string, words: readonly string[] = []): Promise<CliRun> {
    const watch = startCli(['sessions', 'watch', id.slice(0, 8), ...admin, ...words]);
    await waitUntil('the watch is on the record', async () =>
      (await stage.events()).some((event) => isWatched(event, id)),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    return watch;
  }

  const isWatched = (event: Readonly<Record<string, unknown>>, id: string): boolean =>
    event.type === 'administration.session_watched' && event.session === id;

  test('an administrator sees what the client sees, and is on the record for it', async () => {
    const client = await opened();
    await client.rows('SELECT 1 AS before');
    const watch = await watching(await idOf());
    await client.rows("SELECT 2 AS two, 'ä' AS text");
    await waitUntil('rows are seen', () => watch.stdout().includes('(1 row)'));
    expect(watch.stdout()).toContain(' two | text \n-----+------\n   2 | ä\n(1 row)\n');
    expect(watch.stdout()).toContain('=> SELECT {number} AS two');
    expect(watch.stdout()).not.toContain('before');
    client.destroy();
    expect(await watch.done).toBe(0);
    expect(watch.stdout()).toContain('The session ended');
    const event = (await stage.events()).find(({ type }) => type === 'administration.session_watched');
    expect(event).toMatchObject({ principal: 'grace' });
  });

  test('whoever is no administrator may not watch, not even their own session', async () => {
    const client = await opened();
    const id = await idOf();
    const watch = await runCli(['sessions', 'watch', id, ...(await wordsOf({ sub: 'ada' }, 'ada'))]);
    expect(watch).toMatchObject({ code: 1, stdout: '' });
    expect(watch.stderr).toContain('only administrators');
    client.destroy();
  });

  test('a session does not wait for whoever watches it, who is told what is missing', async () => {
    const client = await opened();
    const watch = await watching(await idOf());
    const rows = await client.rows("SELECT n, repeat('x', 500) FROM generate_series(1, 50000) n", 60_000);
    expect(rows).toHaveLength(50_000);
    client.destroy();
    expect(await watch.done).toBe(0);
    expect(watch.stdout()).toMatch(/\d+ rows left out, since they came too fast/);
    expect(watch.stdout().length).toBeLessThan(30_000_000);
  });

  test('whatever is left out, ends of statements are told, and of which one how many rows are missing', async () => {
    const client = await opened();
    const watch = await watching(await idOf(), ['--json']);
    await client.rows("SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) n", 60_000);
    await client.rows('SELECT 7 AS seven');
    client.destroy();
    expect(await watch.done).toBe(0);
    const scenes = watch
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    const [first, second] = scenes.filter(({ kind }) => kind === 'statement');
    const of = (told: Told | undefined) => scenes.filter(({ statement }) => statement === told?.statement);
    const shown = of(first).filter(({ kind }) => kind === 'row').length;
    const missing = of(first).reduce((sum, { kind, rows = 0 }) => sum + (kind === 'dropped' ? rows : 0), 0);
    expect(missing).toBeGreaterThan(0);
    expect(shown + missing).toBe(5000);
    expect(of(first).slice(-2)).toMatchObject([{ tag: 'SELECT 5000' }, { kind: 'outcome' }]);
    expect(of(second).map(({ kind }) => kind)).toContain('outcome');
  });

  test('a session that is killed tells who watches it, and its replay by whom', async () => {
    const client = await opened();
    const id = await idOf();
    const watch = await watching(id);
    expect(await runCli(['sessions', 'kill', id, ...admin])).toMatchObject({ code: 0 });
    expect(await watch.done).toBe(0);
    client.destroy();
    const { stdout, stderr } = await stage.replay(id);
    expect(stdout).toContain('session watched by grace');
    expect(stdout).toContain('the end of the session was asked for by grace');
    expect(stderr).toContain('no rows were recorded');
  });
});
