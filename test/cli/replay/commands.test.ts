// The commands around recordings: verification, an export that is replayed elsewhere, and what is typed wrongly.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../run-cli.ts';
import { ReplayStage } from './stage.ts';

let stage: ReplayStage;
let session: string;

beforeAll(async () => {
  stage = await ReplayStage.start();
  await stage.psql(["SELECT 'kept' AS what"]);
  session = await stage.lastSession();
});

afterAll(() => stage.stop());

test('an export is replayed where there is no gateway', async () => {
  const file = join(stage.folder, 'events.jsonl');
  const exported = await runCli(['audit', 'export', '--out', file, '--audit', stage.journals]);
  expect(exported.code).toBe(0);
  const words = ['--recordings', stage.recordings, '--key', join(stage.folder, 'auditor.pem'), '--plain'];
  const { code, stdout } = await runCli(['replay', session.slice(0, 8), '--audit', file, ...words]);
  expect(code).toBe(0);
  expect(stdout).toContain(' what \n------\n kept\n(1 row)\n');
});

test('a recording that retention has deleted is told apart from none', async () => {
  const file = join(stage.folder, 'after-retention.jsonl');
  await runCli(['audit', 'export', '--out', file, '--audit', stage.journals]);
  const events = await readFile(file, 'utf8');
  const last = JSON.parse(events.trimEnd().split('\n').at(-1) ?? '');
  const removed = {
    seq: last.seq + 1,
    id: `${last.chain}/${last.seq + 1}`,
    type: 'recording.removed',
    session,
  };
  await writeFile(
    file,
    `${events}${JSON.stringify({ ...last, ...removed, recording: { because: 'retention' } })}\n`,
  );
  const { code, stdout, stderr } = await runCli(['replay', session, '--audit', file, '--plain']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Retention has deleted') });
  expect(stdout).toContain('1 row, not shown');
});

test.each([
  { words: ['--speed', 'fast'], says: 'option --speed is no number above 0' },
  { words: ['--max-idle', 'long'], says: 'option --max-idle is no time' },
  { words: ['--from', '12h'], says: 'option --from is no time' },
  { words: ['--from', '99:99'], says: 'option --from is no time' },
  { words: ['--from', '1:60:00'], says: 'option --from is no time' },
  { words: ['--plain', '--json'], says: 'exclude each other' },
])('$words.0 says what is wrong with it', async ({ words, says }) => {
  const { code, stderr } = await stage.replay(session, words);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test('a session that is not there, and a key that is none, are told apart', async () => {
  expect((await stage.replay('ffffffff')).stderr).toContain('there is no session "ffffffff"');
  const wrong = await stage.replay(session, ['--plain', '--key', join(stage.folder, 'gateway.pub')]);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('it holds no private key') });
});

test('what is longer than a recorded message may be is cut with a marker, and what follows is shown', async () => {
  await stage.psql([
    "COPY (SELECT repeat('y', 2000000) UNION ALL SELECT 'copied behind it') TO STDOUT",
    "SELECT repeat('z', 2000000) AS long UNION ALL SELECT 'selected behind it'",
  ]);
  const long = await stage.lastSession();
  const { code, stdout } = await stage.replay(long);
  expect(code).toBe(0);
  const marker =
    'the rest of this message was not recorded: it reached the limit of one message (1048576 bytes)';
  expect(stdout.split(marker)).toHaveLength(2);
  expect(/\n(y+)\n/.exec(stdout)?.[1]).toHaveLength(1_048_576);
  expect(stdout).toContain('\ncopied behind it\n');
  expect(stdout).toContain('\n selected behind it\n(2 rows, 1 too large to be recorded)\n');
  const cuts = (await stage.events()).filter(({ type }) => type === 'recording.cut');
  expect(cuts.map(({ recording }) => (recording as { because: string }).because)).toEqual([
    ...['message_limit', 'message_limit'],
  ]);
});

test('verification finds a recording that was changed', async () => {
  const words = ['audit', 'verify', '--audit', stage.journals, '--recordings', stage.recordings];
  expect(await runCli(words)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^recordings: 2 compared, none of them BAD; \d+ chunks as recorded$/m),
  });
  const [name = ''] = (await readdir(stage.recordings, { recursive: true })).filter((each) =>
    each.endsWith(`${session}.rec`),
  );
  const file = join(stage.recordings, name);
  const bytes = await readFile(file);
  bytes.writeUInt8((bytes.at(-1) as number) ^ 1, bytes.length - 1);
  await writeFile(file, bytes);
  const found = await runCli(words);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('is not what was recorded');
  expect(found.stdout).toContain('recordings: 2 compared, 1 of them BAD');
  const replayed = await stage.replay(session);
  expect(replayed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('chunk 0 is not what was recorded'),
  });
});
