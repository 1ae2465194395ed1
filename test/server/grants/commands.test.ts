// Access for a time, from the terminal: asked for, approved, extended, revoked, each in words.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, startCli } from '../../cli/run-cli.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';
import { shippedPolicy } from './shipped-policy.ts';

const access = {
  roles: {},
  eligible: {
    prices: {
      who: { groups: ['support'] },
      rights: { select: { public: ['orders'] }, update: { public: ['orders'] } },
      max_hours: 4,
      approval: { approvers: ['group:dba'] },
    },
  },
};

let stage: PolicyStage;
const tokens = new Map<string, string>();
beforeAll(async () => {
  const policy = await shippedPolicy(access, { columns: {}, functions: {} });
  stage = await PolicyStage.start('CREATE TABLE orders (id int PRIMARY KEY)', policy);
  const people = { sam: ['support'], dora: ['dba'], eve: [] };
  for (const [sub, groups] of Object.entries(people)) {
    const file = join(stage.folder, sub);
    await writeFile(file, await stage.token({ sub, groups }));
    tokens.set(sub, file);
  }
});
afterAll(() => stage.stop());

const words = (who: string, line: readonly string[]) => [
  ...['grants', ...line, '--admin', `http://127.0.0.1:${stage.gateway.adminPort}`],
  ...['--token-file', tokens.get(who) ?? ''],
];
const run = (who: string, ...line: readonly string[]) => runCli(words(who, line));
const asking = [
  ...['request', '--resource', 'shop', '--update', 'public.orders', '--read', 'public.orders'],
  ...['--for', '2h', '--reason', 'ticket 7'],
];

test('it is asked for, waited for, approved, extended and given back', async () => {
  const waiting = startCli(words('sam', [...asking, '--wait']));
  const said = await waitUntil('what happens next', () => waiting.stderr() || undefined);
  expect(said).toMatch(/^It begins when group:dba approves it: portcullis approvals approve [\da-f]{8}\n$/);
  const id = said.trim().slice(-8);
  const listed = await run('dora', 'list');
  expect(listed.stdout).toMatch(
    new RegExp(
      `^${id} +requested +sam +shop +2 hours from the approval on; .*read public.orders; update`,
      's',
    ),
  );
  expect((await run('sam', 'approve', id)).stderr).toContain('nobody approves what they sent themselves');
  const approved = await run('dora', 'approve', id, '-m', 'go on');
  expect([approved.code, approved.stdout]).toEqual([0, expect.stringContaining('active')]);
  expect(await waiting.done).toBe(0);
  expect(waiting.stdout()).toMatch(/read public\.orders; update public\.orders\n[\s\S]*for +sam \(human\)/);

  const tooLong = await run('sam', 'extend', id, '--for', '3h', '--reason', 'more');
  expect([tooLong.code, tooLong.stderr]).toEqual([1, expect.stringContaining('4 hours at most')]);
  const extended = await run('sam', 'extend', id, '--for', '1h', '--reason', 'more');
  expect(extended.stdout).toContain('waits for approval');
  expect((await run('dora', 'deny', id, '-m', 'enough')).code).toBe(0);
  expect((await run('sam', 'show', id)).stdout).not.toContain('waits for approval');

  expect((await run('eve', 'revoke', id)).stderr).toContain(`there is no grant "${id}" that you may see`);
  const revoked = await run('sam', 'revoke', id, '-m', 'done');
  expect(revoked.stdout).toMatch(/revoked\n[\s\S]*revoked +by sam\n +words +done/);
  expect((await run('sam', 'list', '--active')).stderr).toBe('There is none.\n');
});

test('what can not be granted is refused in words', async () => {
  const refused = await run('eve', ...asking);
  expect([refused.code, refused.stderr]).toEqual([
    ...[1, expect.stringContaining('Nothing can be granted to you on the database shop at this time')],
  ]);
  const denied = startCli(words('sam', [...asking, '--wait']));
  const id = (await waitUntil('what happens next', () => denied.stderr() || undefined)).trim().slice(-8);
  await run('dora', 'deny', id, '-m', 'not today');
  expect(await denied.done).toBe(1);
  expect(denied.stdout()).toContain('not today');
});

test.for([
  { line: ['request', '--resource', 'shop', '--for', '2h', '-m', 'a'], says: 'it asks for nothing' },
  { line: ['request', '--read', 'public.a', '--for', '2h', '-m', 'a'], says: '--resource is missing' },
  {
    line: ['request', '--resource', 'shop', '--read', 'orders', '--for', '2h', '-m', 'a'],
    says: 'its schema',
  },
  {
    line: ['request', '--resource', 'shop', '--read', 'a.b', '--for', 'long', '-m', 'a'],
    says: 'is no time',
  },
  { line: ['extend', 'abcd', '--for', '1h'], says: '--reason is missing' },
])('$line: $says', async ({ line, says }) => {
  const { code, stderr } = await run('sam', ...line);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});
