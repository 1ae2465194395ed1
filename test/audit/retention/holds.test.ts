// Holds and retention at a gateway: who may, what is recorded of it, and what auditors find of its traffic.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { PolicyStage } from '../../server/policy-stage.ts';
import { rules } from '../../server/standing/rules.ts';
import { waitUntil } from '../../support/wait.ts';

let stage: PolicyStage;
let folder: string;
let journal: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-holds-'));
  stage = await PolicyStage.start('CREATE TABLE orders (id int PRIMARY KEY, secret text)', rules, 2);
  journal = join(stage.gateway.folder, '.portcullis', 'audit');
  for (const [sub, groups] of Object.entries({ sam: ['security'], ada: [] })) {
    const file = join(folder, sub);
    await writeFile(file, await stage.token({ sub, groups }));
    tokens.set(sub, file);
  }
}, 120_000);
afterAll(async () => {
  await stage.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (who: string, ...line: readonly string[]) =>
  runCli([
    ...line,
    '--admin',
    `http://127.0.0.1:${stage.gateway.adminPort}`,
    '--token-file',
    tokens.get(who) ?? '',
  ]);
const query = async (...words: readonly string[]) => {
  const { code, stdout, stderr } = await runCli(['audit', 'query', '--audit', journal, ...words, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>[];
};

test('a hold is placed, listed and lifted by administrators, with a reason, and recorded', async () => {
  const placed = await run(
    'sam',
    'audit',
    'hold',
    'add',
    '--principal',
    'eve',
    '--since',
    '2030-01-01',
    '-m',
    'case 7',
  );
  expect(placed.code, placed.stderr).toBe(0);
  const id = placed.stdout.trim();
  const listed = JSON.parse((await run('sam', 'audit', 'hold', 'list', '--json')).stdout);
  expect(listed).toMatchObject([
    { id, principal: 'eve', since: '2030-01-01T00:00:00.000Z', reason: 'case 7', by: 'sam' },
  ]);
  expect((await run('sam', 'audit', 'hold', 'list')).stdout).toMatch(/principal eve, since\s+2030-01-01/);
  expect((await run('ada', 'audit', 'hold', 'remove', id)).code).toBe(1);
  expect((await run('sam', 'audit', 'hold', 'remove', id)).code).toBe(0);
  expect((await run('sam', 'audit', 'hold', 'remove', id)).stderr).toContain('there is no hold');
  expect(JSON.parse((await run('sam', 'audit', 'hold', 'list', '--json')).stdout)).toEqual([]);
  const events = await query('--principal', 'sam');
  const changes = events.filter(({ type }) => type === 'administration.audit');
  expect(changes.map(({ request }) => (request as { method: string }).method)).toEqual(
    expect.arrayContaining(['POST', 'DELETE']),
  );
  expect(JSON.stringify(changes)).toContain('case 7');
});

test.each([
  { name: 'without a reason', words: ['--principal', 'eve'], code: 2 },
  { name: 'that names nothing', words: ['-m', 'why'], code: 1 },
])('a hold $name is refused', async ({ words, code }) => {
  expect((await run('sam', 'audit', 'hold', 'add', ...words)).code).toBe(code);
});

test.each([
  { words: ['--session', 'bogus'], says: 'there is no session "bogus"' },
  { words: ['--session', '1556ea2f'], says: 'give the whole id' },
  { words: ['--session', 'x'.repeat(36)], says: 'session is not a whole id' },
  { words: ['--relation', 'nonsense'], says: 'relation has no schema' },
  { words: ['--relation', 'public.'], says: 'relation has no schema' },
  { words: ['--since', '2030-01-01', '--until', '2029-01-01'], says: '--until is not behind', exit: 2 },
])(
  'a hold of $words, which nothing can ever match, is refused in words',
  async ({ words, says, exit = 1 }) => {
    const { code, stdout, stderr } = await run('sam', 'audit', 'hold', 'add', '-m', 'case 8', ...words);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toContain(says);
    expect(JSON.parse((await run('sam', 'audit', 'hold', 'list', '--json')).stdout)).toEqual([]);
  },
);

test('a session that goes on may be named by the beginning of its id', async () => {
  const client = await stage.open({ sub: 'ada' });
  const listed = JSON.parse((await run('sam', 'sessions', 'list', '--json')).stdout);
  const [{ id: session }] = listed.sessions ?? listed;
  const placed = await run(
    ...(['sam', 'audit', 'hold', 'add', '-m', 'case 9', '--json'] as const),
    ...(['--session', session.slice(0, 8).toUpperCase()] as const),
  );
  expect(placed.code, placed.stderr).toBe(0);
  const { id, ...hold } = JSON.parse(placed.stdout);
  expect(hold).toMatchObject({ session });
  expect((await run('sam', 'audit', 'hold', 'remove', id)).code).toBe(0);
  await client.end();
});

test('retention is applied when an administrator says so, and by nobody else', async () => {
  const applied = await run('sam', 'audit', 'retention', 'apply', '--dry-run', '--json');
  const { chains, ...document } = JSON.parse(applied.stdout);
  // Those of both processes.
  expect(chains.sort()).toEqual(['gateway-0', 'gateway-1']);
  expect(document).toEqual({
    ...{ left_out: [], silent: 0 },
    segments: { read: 0, deleted: 0 },
    events: { redacted: 0, held: 0 },
    recordings: { deleted: 0, held: 0 },
  });
  expect((await run('sam', 'audit', 'retention', 'apply')).stdout).toMatch(
    /Applied to: gateway-\d, gateway-\d\./,
  );
  expect((await run('ada', 'audit', 'retention', 'apply')).code).toBe(1);
});

test('what a session did is found in the journal of the gateway, and decided anew by another policy', async () => {
  const client = await stage.open({ sub: 'ada' });
  await client.rows('SELECT secret FROM orders');
  // An outcome is written a moment after the client has its answer, and their line ends a moment later.
  const statement = await waitUntil('the outcome', async () => {
    const [found] = await query('--column', 'public.orders.secret', '--events');
    return found?.outcome === undefined ? undefined : found;
  });
  expect(statement).toMatchObject({ type: 'statement.intent', outcome: { state: 'complete', rows: 0 } });
  expect(await query('--column', 'public.orders.secret')).toMatchObject([{ value: 'ada', times: 1 }]);
  const bundle = join(stage.folder, 'bundle.tar.gz');
  const { code, stdout, stderr } = await runCli([
    ...['policy', 'diff', '--from-audit', '--audit', journal, bundle, '--json'],
  ]);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ changes: [], unjudged: [] });
  expect(JSON.parse(stdout).judged).toBeGreaterThanOrEqual(2);
});
