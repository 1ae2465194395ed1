// `portcullis audit verify` and `audit keys`, as they are typed: over a journal, an export and a PostgreSQL.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjectOf } from '../../../gateway/audit/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { writeStatement } from '../journal/settings.ts';
import { begin, complete, contextOfSession } from '../journal/shared-statements.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { fillPostgres } from '../postgres-sink.ts';

let stage: Stage;
let base: string;
let chain: string;
let last: number;
/** The second of six events that were sealed together. */
let sealed: number;
let exported: string;
let key: string;
let config: string;

beforeAll(async () => {
  stage = makeStage();
  base = join(stage.folder, '..');
  // The key is where the gateway of this configuration looks for it.
  let now = Date.now();
  const journal = await stage.open(
    { journal: { segment_bytes: 8_192 } },
    { keyFile: join(base, 'data/audit/signing-key.pem'), clock: { now: () => now } },
  );
  for (let number = 1; number <= 40; number++)
    writeStatement(journal, number, { statement: subjectOf({ text: `SELECT ${number % 7}`, cost: 1e-7 }) });
  const context = contextOfSession('plain', 'SELECT $1');
  for (const value of ['["1"]', '["2"]', '["3"]']) complete(journal, begin(journal, context, value), 5321);
  now += 1;
  await journal.close();
  chain = journal.chain;
  const events = await stage.events();
  sealed = 1 + Number(events.find(({ json }) => json.includes('"count":6,'))?.seq);
  last = events.length;
  exported = events.map(({ json }) => `${json}\n`).join('');
  config = join(base, 'portcullis.yaml');
  writeFileSync(
    config,
    'data_dir: data\npolicy: { open: true }\nidentity: { access_keys: { file: keys.json } }\nresources: [ { name: a, upstream: { host: db, database: a, sslmode: disable }, credentials: { default: { kind: static, user: u } } } ]\n',
  );
  writeFileSync(join(base, 'keys.json'), '{"version":1,"keys":[]}');
  const keys = await runCli(['audit', 'keys', '--config', config]);

  expect(keys).toMatchObject({ code: 0, stdout: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) });
  key = join(base, 'gateway.pub.pem');
  writeFileSync(key, keys.stdout);
});
afterAll(() => stage.remove());

const verify = (...words: string[]) => runCli(['audit', 'verify', ...words]);

describe('a journal that is whole', () => {
  test('is said to be, and how far it is signed', async () => {
    const run = await verify('--audit', stage.folder, '--key', key);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(`${chain}: whole, 1 to ${last} (${last} events, until `);
    expect(run.stdout).toContain('signed to its end');
    expect(run.stderr).toMatch(`--expect-head ${chain}/${last}=`);
    expect((await verify('--audit', base, '--key', key)).stdout).toBe(run.stdout);
  });

  test('is proven by nothing without a key, which is said', async () => {
    const run = await verify('--audit', stage.folder);
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^No key was given, so signatures were not checked/),
    });
    expect(run.stdout).not.toContain('signed');
  });

  test('is told to programs as JSON', async () => {
    const { code, stdout } = await verify('--audit', stage.folder, '--key', key, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      chains: [{ chain, events: last, first: 1, last }],
      keys: [expect.any(String)],
    });
  });

  test('that was signed by another gateway is refused', async () => {
    const other = makeStage();
    await (await other.open()).close();
    const pem = join(base, 'other.pem');
    writeFileSync(pem, readFileSync(join(other.folder, '../signing-key.pem')));
    other.remove();
    const run = await verify('--audit', stage.folder, '--key', pem);
    expect(run).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/BAD: event 1 has a bad signature: .* not given/),
    });
  });
});

describe('an export', () => {
  test('is verified from a file and from standard input', async () => {
    const file = join(base, 'export.jsonl');
    writeFileSync(file, exported);
    for (const run of [
      await verify('--audit', file, '--key', key, '--whole'),
      await runCli(['audit', 'verify', '--audit', '-', '--key', key, '--whole'], { stdin: exported }),
    ])
      expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining(`whole, 1 to ${last}`) });
  });

  test('that was changed or cut has its first bad event named, and code 1', async () => {
    const lines = exported.split('\n').slice(0, -1);
    const given = (all: string[], ...words: string[]) =>
      runCli(['audit', 'verify', '--audit', '-', '--key', key, ...words], { stdin: `${all.join('\n')}\n` });
    const changed = await given(lines.with(20, (lines[20] as string).replace('"time":"2', '"time":"1')));
    expect(changed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${chain}: BAD: event 21 was altered`),
    });
    const dropped = await given(lines.toSpliced(30, 2));
    expect(dropped.stdout).toContain(
      'BAD: event 31 is missing: it and the events behind it, 2 in all, are missing',
    );
    const { stderr } = await verify('--audit', stage.folder, '--key', key);
    const head = /--expect-head (\S+)/.exec(stderr)?.[1] as string;
    const cut = await given(lines.slice(0, 60), '--expect-head', head);
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('BAD: event 61 is missing') });
    expect((await given(lines, '--expect-head', head)).code).toBe(0);
    const heads = join(base, 'heads.jsonl');
    writeFileSync(heads, exported);
    expect(await given(lines.slice(0, 60), '--expect-head', heads)).toMatchObject({ code: 1 });
  });
});

describe('a PostgreSQL', () => {
  let server: Postgres;
  let url: string;
  let owner: pg.Client;
  const change = async (sql: string, ...words: string[]) => {
    await owner.query(
      'CREATE TABLE kept AS TABLE portcullis_audit.events; CREATE TABLE kept_subjects AS TABLE portcullis_audit.subjects',
    );
    try {
      await owner.query(sql);
      return await verify('--audit', url, '--key', key, '--whole', ...words);
    } finally {
      await owner.query(
        'TRUNCATE portcullis_audit.events, portcullis_audit.subjects; INSERT INTO portcullis_audit.events SELECT * FROM kept; INSERT INTO portcullis_audit.subjects SELECT * FROM kept_subjects; DROP TABLE kept, kept_subjects',
      );
    }
  };

  beforeAll(async () => {
    server = await startPostgres();
    url = await fillPostgres(server, base, stage.folder);
    owner = new pg.Client({ connectionString: url });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await server.stop();
  });

  test('that has everything is whole', async () => {
    const run = await verify('--audit', url, '--key', key, '--whole');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining(`whole, 1 to ${last}`) });
  });

  const at = 'WHERE seq = 17';
  const events = 'portcullis_audit.events';
  const tampering: { name: string; sql: string; want: RegExp }[] = [
    {
      name: 'a changed event',
      sql: `UPDATE ${events} SET event = event || '{"session":"other"}', session = 'other' ${at}`,
      want: /event 17 was altered/,
    },
    {
      name: 'a changed column',
      sql: `UPDATE ${events} SET type = 'nothing' ${at}`,
      want: /event 17 was altered: its column "type"/,
    },
    { name: 'a deleted event', sql: `DELETE FROM ${events} ${at}`, want: /event 17 is missing/ },
    { name: 'a deleted beginning', sql: `DELETE FROM ${events} WHERE seq < 5`, want: /event 1 is missing/ },
    {
      name: 'an event that took the place of another',
      sql: `UPDATE ${events} AS e SET event = other.event FROM kept AS other WHERE e.seq = 17 AND other.seq = 19`,
      want: /event 17 was altered/,
    },
    {
      name: 'an added event',
      sql: `INSERT INTO ${events} SELECT time + interval '1 ms', seq, chain, type, session, statement, principal, rule, decision, shape, event FROM ${events} ${at}`,
      want: /event 17 was altered: its column "time"/,
    },
    {
      name: 'a changed subject',
      sql: `UPDATE portcullis_audit.subjects SET subject = subject || '{"text":"SELECT 9"}'`,
      want: /was altered: its subject "statement"/,
    },
    {
      name: 'a deleted subject',
      sql: 'DELETE FROM portcullis_audit.subjects',
      want: /is not whole: its subject "statement" is missing/,
    },
  ];
  test.each(tampering)('$name is found', async ({ sql, want }) => {
    expect(await change(sql)).toMatchObject({ code: 1, stdout: expect.stringMatching(want) });
  });

  const together: { name: string; sql: (seq: number) => string; want: (seq: number) => string }[] = [
    {
      name: 'a changed outcome',
      sql: (seq) => `UPDATE ${events} SET event = jsonb_set(event, '{outcome,rows}', '2') WHERE seq = ${seq}`,
      want: (seq) => `event ${seq} was altered`,
    },
    {
      name: 'a changed column',
      sql: (seq) => `UPDATE ${events} SET session = 'other' WHERE seq = ${seq}`,
      want: (seq) => `event ${seq} was altered: its column "session"`,
    },
    {
      name: 'a deleted event',
      sql: (seq) => `DELETE FROM ${events} WHERE seq = ${seq}`,
      want: (seq) => `event ${seq} is missing: it is missing; it was sealed together with event ${seq - 1}`,
    },
    {
      name: 'a changed check',
      sql: (seq) => `UPDATE ${events} SET event = jsonb_set(event, '{sealed,check}', '7') WHERE seq = ${seq}`,
      want: (seq) => `event ${seq} was altered`,
    },
  ];
  test.each(together)('$name of one that was sealed with others is found', async ({ sql, want }) => {
    expect(sealed).toBeGreaterThan(80);
    expect(await change(sql(sealed))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(want(sealed)),
    });
  });

  test('without an audit, and one that is not there, are said to be so', async () => {
    await owner.query('CREATE DATABASE empty');
    const empty = await verify('--audit', server.connectionString('empty'), '--key', key);
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('has no audit in it') });
  });
});

describe('what is typed wrongly', () => {
  const cases: { name: string; words: () => string[]; want: RegExp; code?: number }[] = [
    { name: 'no place', words: () => [], want: /--audit PLACE is missing/, code: 2 },
    {
      name: 'a place that is not there',
      words: () => ['--audit', '/nowhere'],
      want: /cannot be read: ENOENT/,
    },
    {
      name: 'a key that is none',
      words: () => ['--audit', stage.folder, '--key', config],
      want: /has no key in PEM/,
    },
    {
      name: 'a head that is none',
      words: () => ['--audit', stage.folder, '--expect-head', 'x/1'],
      want: /cannot be read/,
    },
  ];
  test.each(cases)('$name', async ({ words, want, code = 1 }) => {
    expect(await verify(...words())).toMatchObject({ code, stderr: expect.stringMatching(want) });
  });

  test('a folder without events', async () => {
    const run = await verify('--audit', join(base, 'data'));
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('there are no events to check') });
  });
});
