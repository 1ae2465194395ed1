// The keys commands over a key file.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseExpiry } from '../../gateway/cli/keys-create.ts';
import { runCli } from './run-cli.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-keys-'));
  file = join(folder, 'keys.json');
});
afterEach(() => rm(folder, { recursive: true }));

const create = (...more: string[]) => runCli(['keys', 'create', 'nightly-report', '--file', file, ...more]);

test('a key is created, its secret shown once and stored nowhere', async () => {
  const { code, stdout, stderr } = await create('--groups', 'analytics, finance', '--expires', '30d');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^user: {5}pk_\w+\npassword: \S{20,}\n$/);
  expect(stderr).toMatch(/^Keep the password now: it is stored nowhere\. It expires on \d{4}-\d\d-\d\d\.\n$/);
  const secret = /password: (\S+)/.exec(stdout)?.[1] ?? '?';
  expect(await readFile(file, 'utf8')).not.toContain(secret);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('keys are listed with whom they stand for, never with a verifier', async () => {
  await create('--groups', 'analytics, finance', '--expires', 'never', '--kind', 'agent');
  const { stdout } = await runCli(['keys', 'list', '--file', file]);
  expect(stdout).toMatch(
    /pk_\w+ +\| nightly-report \| agent \| analytics, finance \| [\d-]+ \| never +\| valid/,
  );
  expect(stdout).not.toContain('SCRAM');
  const json = await runCli(['keys', 'list', '--file', file, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { principal: { groups: ['analytics', 'finance'] }, standing: 'valid' },
  ]);
  expect(json.stdout).not.toContain('SCRAM');
});

test('a key is revoked, once', async () => {
  const { user } = JSON.parse((await create('--json')).stdout) as { user: string };
  const revoke = () => runCli(['keys', 'revoke', user, '--file', file]);
  expect(await revoke()).toEqual({ code: 0, stdout: '', stderr: `Revoked ${user}.\n` });
  expect((await revoke()).stderr).toBe(`${user} was revoked already.\n`);
  expect((await runCli(['keys', 'list', '--file', file])).stdout).toContain('revoked');
});

test('an unknown key cannot be revoked', async () => {
  await create();
  const { code, stderr } = await runCli(['keys', 'revoke', 'pk_unknown', '--file', file]);
  expect(code).toBe(1);
  expect(stderr).toContain('there is no access key "pk_unknown"');
});

test('no keys is nothing to list', async () => {
  expect(await runCli(['keys', 'list', '--file', file])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'There are no access keys.\n',
  });
});

test('a damaged file is said to be one', async () => {
  await writeFile(file, '{');
  const { code, stderr } = await runCli(['keys', 'list', '--file', file]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^portcullis: the access key file .*keys\.json: /);
});

test('the file comes from the configuration', async () => {
  const config = join(folder, 'portcullis.yaml');
  const resource =
    '{ name: a, upstream: { host: h, database: d }, credentials: { default: { kind: static, user: u } } }';
  await writeFile(
    config,
    `identity: { access_keys: { file: keys.json } }\npolicy: { open: true }\nresources: [${resource}]\n`,
  );
  expect((await runCli(['keys', 'create', 'a', '--config', config])).code).toBe(0);
  expect((await stat(file)).isFile()).toBe(true);
});

test.each([
  { text: '30m', want: '2026-01-01T00:30:00.000Z' },
  { text: '12h', want: '2026-01-01T12:00:00.000Z' },
  { text: '90d', want: '2026-04-01T00:00:00.000Z' },
  { text: '2030-01-31', want: '2030-01-31T00:00:00.000Z' },
  { text: 'never', want: undefined },
])('$text expires at $want', ({ text, want }) => {
  expect(parseExpiry(text, Date.UTC(2026, 0, 1))?.toISOString()).toBe(want);
});
