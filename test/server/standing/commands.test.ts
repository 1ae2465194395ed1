// Agents, sessions and what is withdrawn, from the terminal; and an agent within its scope under the shipped rules.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { RawClient } from '../../support/raw-client.ts';
import { shippedPolicy } from '../grants/shipped-policy.ts';
import { PolicyStage } from '../policy-stage.ts';

const everything = { select: { '*': 'all' }, insert: { public: 'all' }, commands: ['NOTIFY'] };
const access = { roles: { agents: { who: { kinds: ['agent', 'human'] }, may: everything } } };

let stage: PolicyStage;
const tokens = new Map<string, string>();
beforeAll(async () => {
  const policy = await shippedPolicy(access, { columns: {}, functions: {} });
  const schema = 'CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE salaries (id int PRIMARY KEY)';
  stage = await PolicyStage.start(schema, policy);
  for (const [sub, groups] of Object.entries({ sam: ['security'], ada: [] })) {
    const file = join(stage.folder, sub);
    await writeFile(file, await stage.token({ sub, groups }));
    tokens.set(sub, file);
  }
});
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

const run = (who: string, ...line: readonly string[]) =>
  runCli([
    ...[...line, '--admin', `http://127.0.0.1:${stage.gateway.adminPort}`],
    ...['--token-file', tokens.get(who) ?? ''],
  ]);
const says = async (who: string, ...line: readonly string[]) => {
  const { code, stdout, stderr } = await run(who, ...line);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
};

async function openWithKey(text: string): Promise<RawClient> {
  const { user = '', password = '' } = JSON.parse(text) as { user?: string; password?: string };
  const { host, port } = stage.gateway;
  return await RawClient.open({ host, port, user, database: 'shop', password });
}

test('an agent is registered, stays within its scope, is suspended, resumed and deleted', async () => {
  const scope = ['--tables', 'public.orders', '--operations', 'select', '--resources', 'shop'];
  const created = ['agents', 'create', 'bot', '--owner', 'ada', '--purpose', 'matches orders', ...scope];
  expect(await says('sam', ...created)).toBe('Registered bot.\n');
  expect((await run('sam', ...created)).stderr).toContain('there is an agent bot already');
  const session = await openWithKey(await says('sam', 'agents', 'add-key', 'bot', '--json'));
  expect(await session.rows('SELECT count(*) FROM orders')).toEqual([['0']]);
  for (const [sql, rule] of [
    ['SELECT * FROM salaries', 'agents.relations'],
    ['INSERT INTO orders VALUES (1)', 'agents.operations'],
    ['NOTIFY somebody', 'agents.commands'],
  ] as const) {
    const error = (await session.query(sql)).find(({ type }) => type === 'E');
    expect(error?.fields).toMatchObject({ C: '42501', M: expect.stringContaining(`"${rule}"`) });
  }
  const shown = await says('ada', 'agents', 'show', 'bot');
  expect(shown).toMatch(/owner +ada\n +purpose +matches orders\n +scope +resources: shop\n/);
  expect(shown).toMatch(/access +yes\n +key +pk_\w+, of .* UTC by sam, until /);
  expect(await says('ada', 'agents', 'list')).toMatch(/^name +owner .*\nbot +ada +yes +1 +matches orders\n$/);
  expect(await says('ada', 'agents', 'suspend', 'bot', '-m', 'too fast')).toBe('bot is suspended.\n');
  expect((await session.untilEnd()).at(-1)?.fields).toMatchObject({ M: 'this agent has no access now' });
  expect(await says('ada', 'agents', 'show', 'bot')).toMatch(
    /access +no: .* suspended by ada\n +reason +too fast\n/,
  );
  expect((await run('ada', 'agents', 'resume', 'bot')).stderr).toContain('only administrators');
  await says('sam', 'agents', 'resume', 'bot');
  const id = /pk_\w+/.exec(shown)?.[0] ?? '';
  expect(await says('ada', 'agents', 'revoke-key', 'bot', id)).toBe(`Revoked ${id}.\n`);
  expect(await says('sam', 'agents', 'delete', 'bot')).toBe('bot is deleted.\n');
  expect(await says('sam', 'agents', 'list')).toBe('There are none.\n');
});

test('a file shows what it would change before it does', async () => {
  const file = join(stage.folder, 'agents.yaml');
  const write = (task: string) =>
    writeFile(
      file,
      `agents:\n  - { name: filed, owner: ada, purpose: tests, task: ${task}, scope: { schemas: [public] } }\n`,
    );
  const apply = (...more: readonly string[]) => says('sam', 'agents', 'apply', '-f', file, ...more);
  await write('one');
  const added = `+ filed
    + owner: ada
    + purpose: tests
    + task: one
    + scope.schemas: ["public"]
`;
  expect(await apply()).toBe(`${added}1 agent would change. Add --yes to apply it.\n`);
  expect(await apply('--yes')).toBe(`${added}Applied to 1 agent.\n`);
  expect(await apply('--yes')).toBe('Nothing would change.\n');
  await write('two');
  expect(await apply('--yes')).toBe('~ filed\n    - task: one\n    + task: two\nApplied to 1 agent.\n');
  await writeFile(file, 'agents: []\n');
  expect(await apply('--yes')).toBe('Nothing would change.\n');
  expect(await apply('--prune', '--yes')).toBe('- filed\nApplied to 1 agent.\n');
  await writeFile(file, 'agents:\n  - { name: filed, owner: ada, porpose: tests }\n');
  expect(await run('sam', 'agents', 'apply', '-f', file)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/agents\.0: .*purpose[\s\S]*agents\.0: there is no key "porpose"/),
  });
});

test('access is withdrawn, listed and given back', async () => {
  const session = await stage.open({ sub: 'eve' });
  expect(await says('sam', 'principals', 'suspend', 'eve', '-m', 'left')).toBe('eve is suspended.\n');
  expect((await session.untilEnd()).at(-1)?.fields).toMatchObject({ M: 'your access was withdrawn' });
  const id = (await says('sam', 'revocations', 'add', '--token', 'jti-1', '--until', '12h')).trim();
  const listed = await says('sam', 'revocations', 'list');
  expect(listed).toMatch(/principal eve +everywhere .* sam +it is lifted +left\n/);
  expect(listed).toMatch(new RegExp(`${id.slice(0, 8)} +token jti-1 `));
  expect(await says('sam', 'principals', 'resume', 'eve')).toBe('eve has access again.\n');
  expect((await run('sam', 'principals', 'resume', 'eve')).stderr).toContain('eve is not suspended');
  expect(await says('sam', 'revocations', 'lift', id.slice(0, 8))).toBe('Lifted: token jti-1.\n');
  expect(await says('sam', 'revocations', 'list')).toBe('Nothing is withdrawn.\n');
  expect((await run('sam', 'revocations', 'add')).code).toBe(2);
  expect((await run('ada', 'revocations', 'list')).stderr).toContain('only administrators');
  expect(await (await stage.open({ sub: 'eve' })).rows('SELECT 1')).toEqual([['1']]);
});

test('sessions are listed and ended', async () => {
  const session = await stage.open({ sub: 'kim' });
  const listed = await says('sam', 'sessions', 'list');
  const id = /^([\da-f]{8}) +kim +shop +idle /m.exec(listed)?.[1] ?? '';
  expect(await says('ada', 'sessions', 'list')).toBe('Nobody is logged in.\n');
  expect((await run('ada', 'sessions', 'kill', id)).stderr).toContain(`there is no session "${id}"`);
  expect(await says('sam', 'sessions', 'kill', id)).toBe('Ended the session of kim.\n');
  expect((await session.untilEnd()).at(-1)?.fields).toMatchObject({ C: '57P01' });
});
