// A session under a policy that records, masks, refuses and asks people: what its replay shows, and what nobody can find.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshRecordingKeys } from '../../../gateway/audit/index.ts';
import { PolicyStage } from '../../server/policy-stage.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { runCli } from '../run-cli.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  INSERT INTO customers SELECT n, 'customer-' || n, '078-05-' || (1000 + n) FROM generate_series(1, 5) n;
  CREATE TABLE secrets (word text)`;

const policy = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "deny", "rule": "shop.default", "reason": "Nobody reads this.", "hint": "Ask for customers."}
names := {relation.name | some relation in input.statement.relations}
decision := {"effect": "allow", "rule": "shop.plain"} if count(names) == 0
decision := {"effect": "mask", "rule": "shop.mask_ssn", "record": "full",
  "masks": [{"column": "public.customers.ssn", "with": {"kind": "redact"}}]} if {
  names == {"customers"}
  count(input.statement.writes) == 0
}
decision := {"effect": "require_approval", "rule": "shop.writes", "reason": "It changes rows.", "record": "full",
  "approval": {"approvers": ["group:dba"], "count": 1, "expires_in": 600, "scope": "statement", "uses": 1}} if {
  names == {"customers"}
  count(input.statement.writes) > 0
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "shop.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "shop.not_named", "reason": "You are not among them."}
decision := {"effect": "allow", "rule": "shop.dba"} if "dba" in input.identity.groups`,
};

let stage: PolicyStage;
let data: string;

beforeAll(async () => {
  stage = await PolicyStage.start(schema, policy);
  data = join(stage.gateway.folder, '.portcullis');
  expect(existsSync(data)).toBe(true);
});

afterAll(() => stage.stop());

const replay = (session: string, words: readonly string[]) =>
  runCli(['replay', session, '--audit', join(data, 'audit'), ...words]);

/** The second that has ended: the first was refused what it wanted. */
async function secondSession(): Promise<string> {
  return await waitUntil('the session is on the record', async () => {
    const names = (await readdir(join(data, 'audit'), { recursive: true })).filter((name) =>
      name.endsWith('.jsonl'),
    );
    const texts = await Promise.all(names.map((name) => readFile(join(data, 'audit', name), 'utf8')));
    const ends = texts.flatMap((text) =>
      text.split('\n').filter((line) => line.includes('"type":"session.ended"')),
    );
    const last = ends[1];
    return last === undefined ? undefined : (JSON.parse(last) as { session: string }).session;
  });
}

const bytesUnder = async (folder: string): Promise<Buffer> => {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
};

/** Waits for people, who approve. */
async function deletes(client: RawClient): Promise<void> {
  const done = client.rows('DELETE FROM customers WHERE id = 5 RETURNING id');
  const id = await waitUntil('the request', async () => {
    const { document } = await stage.ask({ sub: 'dora', groups: ['dba'] }, 'GET', 'approvals');
    return document.approvals[0]?.id;
  });
  await stage.ask({ sub: 'dora', groups: ['dba'] }, 'POST', `approvals/${id}/approve`, { words: 'go ahead' });
  expect(await done).toEqual([['5']]);
}

test('what has to be recorded is refused while there is no key, and the error says what to configure', async () => {
  const client = await stage.open();
  await expect(client.rows('SELECT * FROM customers')).rejects.toThrow('no key to record it with');
  const failed = await client
    .rows('SELECT * FROM customers')
    .catch((error: { fields: Record<string, string> }) => error.fields);
  expect(failed).toMatchObject({
    C: '42501',
    H: expect.stringContaining('audit.recordings.public_key_file'),
  });
  expect(await client.rows('SELECT 1')).toEqual([['1']]);
  client.destroy();
});

test('a session is replayed as its client saw it, with what people and the policy did', async () => {
  const { privatePem, publicPem } = freshRecordingKeys();
  const key = join(stage.folder, 'auditor.pem');
  await writeFile(key, privatePem);
  await writeFile(join(stage.gateway.folder, 'gateway.pub'), publicPem);
  stage.audit = { recordings: { public_key_file: 'gateway.pub' } };
  await stage.decideBy('bundle');
  await waitUntil('the reload', () => stage.gateway.logText().includes('configuration reloaded'));

  const client = await stage.open({}, stage.gateway, { application_name: 'report' });
  await client.rows('SELECT id, name, ssn FROM customers ORDER BY id LIMIT 2');
  await client.rows('SELECT word FROM secrets').catch(() => undefined);
  await deletes(client);
  await client.rows('SELECT 1 AS one');
  client.destroy();
  const session = await secondSession();

  const { stdout, stderr, code } = await replay(session, ['--plain', '--key', key]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const golden = stdout
    .replaceAll(session, 'SESSION')
    .replace(/\[\d\d:\d\d\.\d{3}\]/g, '[time]')
    .replace(/^opened.*$/m, 'opened    TIME')
    .replace(/[\d.]+ m?s\b/g, 'N ms')
    .replace(/[\da-f]{8}-[\da-f-]{27}/g, 'ID');
  await expect(golden).toMatchFileSnapshot('golden/decided.txt');

  const json = await replay(session, ['--json', '--key', key]);
  const lines = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.every((line) => line.session === session && typeof line.time === 'string')).toBe(true);
  expect(lines.filter(({ kind }) => kind === 'row')).toContainEqual(
    expect.objectContaining({ values: ['1', 'customer-1', expect.not.stringContaining('078')] }),
  );

  const without = await replay(session, ['--plain']);
  expect(without.stderr).toContain('without --key FILE they are not shown');
  expect(without.stdout).toContain('2 rows, not shown');
  expect(without.stdout).not.toContain('customer-1');
  const another = join(stage.folder, 'another.pem');
  await writeFile(another, freshRecordingKeys().privatePem);
  expect(await replay(session, ['--plain', '--key', another])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not among yours'),
  });
});

test('with everything that the gateway has, nothing of the rows is found or opened', async () => {
  const stolen = await bytesUnder(stage.gateway.folder);
  expect(stolen.includes('PCR1')).toBe(true);
  for (const value of ['customer-1', 'customer-2', '078-05']) expect(stolen.includes(value)).toBe(false);
  const keys =
    stolen.toString('latin1').match(/-----BEGIN[^-]*PRIVATE KEY-----[\s\S]*?-----END[^-]*-----/g) ?? [];
  await writeFile(join(stage.folder, 'stolen.pem'), keys.join('\n'));
  const opened = await replay(await secondSession(), ['--plain', '--key', join(stage.folder, 'stolen.pem')]);
  expect(opened).toMatchObject({ code: 1, stdout: '' });
});
