// `portcullis sql` against real PostgreSQL servers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait.ts';
import { runCli } from './run-cli.ts';
import { spawnCli } from './spawn-cli.ts';

let folder: string;
let plain: Postgres;
let secure: Postgres;
const env = { HOME: '/nonexistent' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-sql-'));
  [plain, secure] = await Promise.all([startPostgres(), startPostgres({ tls: true })]);
  await writeFile(join(folder, 'password'), `${plain.superuser.password}\n`);
  await writeFile(join(folder, 'wrong'), 'a-wrong-password');
});
afterAll(async () => {
  await Promise.all([plain?.stop(), secure?.stop()]);
  await rm(folder, { recursive: true });
});

function words(server: Postgres, ...more: string[]): string[] {
  const gateway = `${server.host}:${server.port}`;
  const user = server.superuser.user;
  return [
    'sql',
    'postgres',
    '--gateway',
    gateway,
    '--user',
    user,
    '--token-file',
    join(folder, 'password'),
    ...more,
  ];
}
const sql = (text: string) => runCli(words(plain, text), { env });

describe('a statement on the command line', () => {
  test('prints its rows', async () => {
    expect(await sql("SELECT 1 AS id, 'x' AS name, NULL AS nothing")).toEqual({
      code: 0,
      stdout: ' id | name | nothing \n----+------+---------\n  1 | x    | \n(1 row)\n\n',
      stderr: '',
    });
  });

  test('prints the tags of what has no rows, and both of a RETURNING', async () => {
    const text = 'CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1), (2); SELECT 1 WHERE false';
    expect((await sql(text)).stdout).toBe('CREATE TABLE\nINSERT 0 2\n ?column? \n----------\n(0 rows)\n\n');
  });

  test('stops at the first error, and shows where it is', async () => {
    const { code, stdout, stderr } = await sql('SELECT 1 AS a; SELECT * FROM nowhere; SELECT 2 AS b');
    expect(code).toBe(1);
    expect(stdout).toContain(' a \n');
    expect(stdout).not.toContain(' b \n');
    expect(stderr).toBe(
      'ERROR:  42P01: relation "nowhere" does not exist\nLINE 1: SELECT * FROM nowhere\n                      ^\n',
    );
  });

  test('shows DETAIL and HINT', async () => {
    const { stderr } = await sql(
      "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '42501', DETAIL = 'because', HINT = 'ask'; END $$",
    );
    expect(stderr).toMatch(/^ERROR: {2}42501: no\nDETAIL: {2}because\nHINT: {2}ask\nCONTEXT: /);
  });

  test('shows notices', async () => {
    expect((await sql("DO $$ BEGIN RAISE NOTICE 'hello'; END $$")).stderr).toBe('NOTICE:  hello\n');
  });

  test('passes the output of COPY on, and says that it has no input for it', async () => {
    expect((await sql('COPY (SELECT 1, 2) TO STDOUT')).stdout).toBe('1\t2\nCOPY 1\n');
    expect((await sql('CREATE TEMP TABLE t (a int); COPY t FROM STDIN')).stderr).toContain('use psql');
  });

  test('says when the session ends under it', async () => {
    const { code, stderr } = await sql('SELECT pg_terminate_backend(pg_backend_pid())');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'FATAL:  57P01: terminating connection due to administrator command\n',
    });
  });
});

test('runs a script on standard input', async () => {
  const { code, stdout } = await spawnCli(words(plain), { stdin: 'SELECT 1 AS one;\nSELECT\n2 AS two' }).done;
  expect(code).toBe(0);
  expect(stdout).toMatch(/ one[\s\S]* two/);
});

test('^C cancels the statement', async () => {
  const run = spawnCli(words(plain, 'SELECT pg_sleep(3600)'));
  await waitUntil('the statement to run', async () => (await sql(running)).stdout.includes('(1 row)'));
  run.child.kill('SIGINT');
  const { code, stderr } = await run.done;
  expect(stderr).toContain('ERROR:  57014: canceling statement due to user request');
  expect(code).toBe(1);
});
const running = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";

test('^C cancels the statement over TLS too', async () => {
  const run = spawnCli(words(secure, '--sslmode', 'require', 'SELECT pg_sleep(3600)'));
  await waitUntil('the statement to run', async () =>
    (await runCli(words(secure, running), { env })).stdout.includes('(1 row)'),
  );
  run.child.kill('SIGINT');
  expect((await run.done).stderr).toContain('57014');
});

describe('the way there', () => {
  const usesTls = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  const cases: { name: string; server: () => Postgres; more: () => string[]; want: RegExp; code?: number }[] =
    [
      { name: 'loopback takes TLS when it is offered', server: () => secure, more: () => [], want: /^ t$/m },
      {
        name: 'loopback goes without TLS when there is none',
        server: () => plain,
        more: () => [],
        want: /^ f$/m,
      },
      {
        name: 'require fails without TLS',
        server: () => plain,
        more: () => ['--sslmode', 'require'],
        want: /does not support SSL/,
        code: 1,
      },
      {
        name: 'verify-full needs a known authority',
        server: () => secure,
        more: () => ['--sslmode', 'verify-full'],
        want: /self.signed|unable to (get|verify)/,
        code: 1,
      },
      {
        name: 'verify-full accepts the given authority',
        server: () => secure,
        more: () => ['--sslmode', 'verify-full', '--ca', secure.certificates?.ca ?? ''],
        want: /^ t$/m,
      },
      {
        name: 'an authority that cannot be read is named',
        server: () => secure,
        more: () => ['--sslmode', 'verify-ca', '--ca', '/nowhere.pem'],
        want: /\/nowhere\.pem cannot be read: ENOENT/,
        code: 1,
      },
      {
        name: 'disable never asks for TLS',
        server: () => secure,
        more: () => ['--sslmode', 'disable'],
        want: /^ f$/m,
      },
    ];
  test.each(cases)('$name', async ({ server, more, want, code = 0 }) => {
    const run = await runCli(words(server(), ...more(), usesTls), { env });
    expect(run.stdout + run.stderr).toMatch(want);
    expect(run.code).toBe(code);
  });

  const failures: { name: string; words: () => string[]; want: RegExp; code?: number }[] = [
    {
      name: 'nobody listens',
      words: () => ['sql', 'x', '--gateway', '127.0.0.1:1', '--token-file', join(folder, 'password')],
      want: /cannot connect to the gateway at 127\.0\.0\.1:1: nothing listens there/,
    },
    {
      name: 'the login is refused',
      words: () => [
        'sql',
        'postgres',
        '--gateway',
        `127.0.0.1:${plain.port}`,
        '--token-file',
        join(folder, 'wrong'),
      ],
      want: /FATAL: {2}28P01: password authentication failed/,
    },
    {
      name: 'the token file is missing',
      words: () => ['sql', 'x', '--token-file', '/nowhere'],
      want: /token file \/nowhere cannot be read: ENOENT/,
    },
    {
      name: 'nobody has logged in',
      words: () => ['sql', 'x'],
      want: /not logged in\nRun: portcullis login/,
      code: 3,
    },
  ];
  test.each(failures)('$name', async ({ words: typed, want, code = 1 }) => {
    const run = await runCli(typed(), { env });
    expect(run.stderr).toMatch(want);
    expect(run.stderr).not.toMatch(/a-wrong-password|^\s+at /m);
    expect(run.code).toBe(code);
  });
});
