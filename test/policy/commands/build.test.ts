// `portcullis policy build`: what the gateway and OPA itself take, and what is in it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { openBundle, readTar, unpackGzip } from '../../../gateway/policy/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import {
  type Algorithm,
  createSigningKey,
  refusalOfOpa,
  type SigningKey,
} from '../../support/build-bundle.ts';
import { inputOf, smallRepository } from './small-repository.ts';

const run = promisify(execFile);
const limits = { bytes: 1e8, unpackedBytes: 1e8 };
let folder: string;
let repository: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-build-'));
  repository = await smallRepository({
    'policies/system/log.rego': 'package system.log\n\nmask contains "/input/identity/claims"\n',
  });
});
afterAll(async () => {
  for (const path of [folder, repository]) await rm(path, { recursive: true, force: true });
});

async function build(...words: string[]): Promise<Buffer> {
  const output = join(folder, 'bundle.tar.gz');
  const { code, stderr } = await runCli(['policy', 'build', repository, '-o', output, ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return readFile(output);
}

const signedWith = ({ privateFile, algorithm }: SigningKey) => [
  ...['--signing-key', privateFile],
  ...['--algorithm', algorithm],
];

describe('a signed bundle', () => {
  test.each<Algorithm>(['ES256', 'ES384', 'RS256', 'PS256', 'HS256'])('with %s', async (algorithm) => {
    const key = await createSigningKey(folder, algorithm);
    const bytes = await build(...signedWith(key), '--scope', 'write', '--key-id', 'ours', '--revision', 'v1');
    const signing = { key: key.publicFile, algorithm, scope: 'write', key_id: 'ours' };
    const bundle = await openBundle(bytes, { name: 'main', signing, limits });
    expect(bundle).toMatchObject({
      revision: 'v1',
      roots: ['access', 'gateway', 'system'],
      signedBy: 'ours',
      entrypoints: [
        'gateway/statement/decision',
        'gateway/connect/decision',
        'gateway/approve/decision',
        'system/log/mask',
      ],
    });
    expect(await refusalOfOpa(bytes, { key, scope: 'write', keyId: 'ours' })).toBeUndefined();
    expect(await refusalOfOpa(bytes, { key, scope: 'read', keyId: 'ours' })).toContain('scope');
  });

  test('by another key is refused by OPA', async () => {
    const key = await createSigningKey(folder, 'ES256', 'one');
    const other = await createSigningKey(folder, 'ES256', 'other');
    expect(await refusalOfOpa(await build(...signedWith(key)), { key: other })).toContain('verif');
  });
});

describe('the content', () => {
  test('is the same for the same sources, byte for byte', async () => {
    const first = await build('--unsigned', '--revision', 'v1');
    expect(await build('--unsigned', '--revision', 'v1')).toEqual(first);
    expect(await build('--unsigned', '--revision', 'v2')).not.toEqual(first);
  });

  test('names what each decision depends on, and the Rego is as it was written', async () => {
    const files = readTar(await unpackGzip(await build('--unsigned'), limits.unpackedBytes));
    const { metadata } = JSON.parse(String(files.get('.manifest')));
    expect(metadata.portcullis.dependencies).toEqual({
      'gateway/statement/decision': ['input.statement.kind'],
      'gateway/connect/decision': [],
      'gateway/approve/decision': [],
      'system/log/mask': [],
    });
    const rego = await readFile(join(repository, 'policies/gateway/statement.rego'), 'utf8');
    expect(String(files.get('policies/gateway/statement.rego'))).toBe(rego);
  });

  test('decides in OPA, which has no WebAssembly, as it is', async () => {
    await build('--unsigned');
    const input = join(folder, 'input.json');
    await writeFile(input, JSON.stringify(inputOf('select', 'SELECT')));
    const args = ['eval', '--format', 'raw', '--bundle', join(folder, 'bundle.tar.gz'), '--input', input];
    const { stdout } = await run(await ensureOpa(), [...args, 'data.gateway.statement.decision']);
    expect(JSON.parse(stdout)).toEqual({ effect: 'allow', rule: 'small.read' });
  });
});

describe('the revision', () => {
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository });
  const revision = async () => {
    const output = join(folder, 'revision.tar.gz');
    const { stdout } = await runCli(['policy', 'build', repository, '--unsigned', '--json', '-o', output]);
    return JSON.parse(stdout).revision as string;
  };

  test('is a digest without git, the commit with it, and both where files differ from it', async () => {
    const digest = await revision();
    expect(digest).toMatch(/^[0-9a-f]{12}$/);
    await git('init', '-q');
    await git('add', '.');
    await git('commit', '-q', '-m', 'policies');
    const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
    expect(await revision()).toBe(commit);
    await writeFile(
      join(repository, 'policies', 'gateway', 'more.rego'),
      'package gateway.more\n\nmore := 1\n',
    );
    expect(await revision()).toMatch(new RegExp(`^${commit}\\+[0-9a-f]{12}$`));
    await rm(join(repository, 'policies', 'gateway', 'more.rego'));
  });
});

describe('what is refused', () => {
  test('a command line without a key', async () => {
    const { code, stderr } = await runCli(['policy', 'build', repository]);
    expect(code).toBe(2);
    expect(stderr).toContain('option --signing-key FILE is missing\nOr --unsigned, for trials.');
  });

  test('a key that is not there, is no private key, or is for another algorithm', async () => {
    const key = await createSigningKey(folder, 'ES256', 'curve');
    const refusal = async (file: string, algorithm: string) =>
      (await runCli(['policy', 'build', repository, '--signing-key', file, '--algorithm', algorithm])).stderr;
    expect(await refusal(join(folder, 'nothing.pem'), 'ES256')).toContain('cannot be read: ENOENT');
    expect(await refusal(key.publicFile, 'ES256')).toContain('is no private key');
    expect(await refusal(key.privateFile, 'RS256')).toContain('is not for RS256, which takes an RSA key');
    expect(await refusal(key.privateFile, 'ES384')).toContain('a key on the curve secp384r1');
    expect(await refusal(key.privateFile, 'EdDSA')).toContain('option --algorithm is one of');
  });

  test('policies that answer nothing that the gateway asks', async () => {
    const other = await smallRepository({ 'policies/gateway/statement.rego': 'package other\n\nx := 1\n' });
    await rm(join(other, 'policies/gateway/connect.rego'));
    await rm(join(other, 'policies/gateway/approve.rego'));
    const output = join(folder, 'none.tar.gz');
    const { code, stderr } = await runCli(['policy', 'build', other, '--unsigned', '-o', output]);
    await rm(other, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toContain('the policies answer nothing that the gateway asks');
    await expect(readFile(output)).rejects.toThrow();
  });

  test('policies that do not compile, in the words of OPA', async () => {
    const other = await smallRepository({
      'policies/rules/mine.rego': 'package rules.mine\n\nx := nothing\n',
    });
    const { code, stderr } = await runCli(['policy', 'build', other, '--unsigned']);
    await rm(other, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toContain('policies/rules/mine.rego:3');
  });
});

test('data alone are a bundle too, for rules that come with another one', async () => {
  const data = await smallRepository({ 'policies/catalog/data.yaml': 'columns: {}\nfunctions: {}\n' });
  await rm(join(data, 'policies', 'gateway'), { recursive: true });
  const output = join(folder, 'data.tar.gz');
  const { code, stdout } = await runCli(['policy', 'build', data, '--unsigned', '-o', output]);
  await rm(data, { recursive: true });
  expect(code).toBe(0);
  expect(stdout).toContain('roots     access, catalog\n');
  expect(stdout).toContain('data alone\n');
});

test('a policy that the gateway would not take is not written', async () => {
  const other = await smallRepository();
  await rm(join(other, 'policies', 'gateway', 'approve.rego'));
  const output = join(folder, 'incomplete.tar.gz');
  const { code, stderr } = await runCli(['policy', 'build', other, '--unsigned', '-o', output]);
  await rm(other, { recursive: true });
  expect(code).toBe(1);
  expect(stderr).toContain(
    'the gateway would refuse the bundle: it has no entry point gateway/approve/decision',
  );
  await expect(readFile(output)).rejects.toThrow();
});
