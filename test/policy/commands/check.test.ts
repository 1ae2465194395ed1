// `portcullis policy check`: one report, each problem with its place.
import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { findRegal } from '../../../gateway/bin/regal.mjs';
import { checkData } from '../../../gateway/cli/policy/check/access.ts';
import { openRepository } from '../../../gateway/cli/policy/repository.ts';
import { runCli } from '../../cli/run-cli.ts';
import { smallRepository } from './small-repository.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function check(changes: Readonly<Record<string, string>> = {}) {
  const folder = await smallRepository(changes);
  folders.push(folder);
  return runCli(['policy', 'check', folder]);
}

async function checkOfData(changes: Readonly<Record<string, string>>) {
  const folder = await smallRepository(changes);
  folders.push(folder);
  return checkData(await openRepository(folder));
}

test('a repository that is right', async () => {
  const { code, stdout, stderr } = await check();
  expect(stdout).toContain('✓ format      3 files\n✓ types       strict');
  expect(stdout).toContain('✓ data        policies/access/data.yaml\n');
  expect(stdout).not.toContain('✕');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

describe('Rego', () => {
  const cases = [
    {
      name: 'that is not formatted',
      text: 'package rules.mine\n\n  is_late := true\n',
      want: '✕ format      1 file to format; run: opa fmt --write policies/rules/mine.rego',
    },
    {
      name: 'that is no Rego',
      text: 'package rules.mine\n\nverdict contains {\n',
      want: 'policies/rules/mine.rego:4: unexpected eof token',
    },
    {
      name: 'that misspells a fact',
      text: '# METADATA\n# schemas:\n#   - input: schema["input.schema"]\npackage rules.mine\n\nis_read if input.statment.read_only\n',
      want: 'policies/rules/mine.rego:6: undefined ref: input.statment.read_only',
    },
    {
      name: 'that calls what the engine lacks',
      text: 'package rules.mine\n\nis_late if time.now_ns() > 0\n',
      want: "policies/rules/mine.rego:3: undefined function time.now_ns: either it is misspelt, or the gateway's engine does not have it",
    },
  ];
  test.each(cases)('$name', async ({ text, want }) => {
    const { code, stdout } = await check({ 'policies/rules/mine.rego': text });
    expect(code).toBe(1);
    expect(stdout).toContain(want);
  });

  test('that Regal has something to say of', async ({ skip }) => {
    if ((await findRegal()) === undefined) skip('Regal is not installed');
    const { code, stdout } = await check({
      'policies/rules/mine.rego': 'package rules.mine\n\nAllowed if input.x == 1\n',
    });
    expect(code).toBe(1);
    expect(stdout).toContain(
      'policies/rules/mine.rego:3: Prefer snake_case for names (style/prefer-snake-case)',
    );
  });
});

describe('data', () => {
  const cases = [
    {
      name: 'with a key that is misspelt',
      text: 'roles:\n  readers:\n    who: { kinds: [agent] }\n    mai: {}\n',
      want: 'policies/access/data.yaml:4: access.roles.readers.mai: unknown key; did you mean "may"?',
    },
    {
      name: 'with a value that is not known',
      text: 'roles:\n  readers:\n    who:\n      kinds:\n        - agent\n        - agnet\n',
      want: 'policies/access/data.yaml:6: access.roles.readers.who.kinds[1]: "agnet" is not known; did you mean "agent"?',
    },
    {
      name: 'with a key that is missing',
      text: 'roles:\n  readers:\n    may: {}\n',
      want: 'policies/access/data.yaml:2: access.roles.readers: "who" is missing',
    },
    {
      name: 'with a word that YAML takes for false',
      text: 'roles:\n  readers:\n    description: no\n    who: { kinds: [agent] }\n',
      want: 'policies/access/data.yaml:3: access.roles.readers.description: false is of the wrong type; it must be text',
    },
    {
      name: 'with a regular expression that needs backtracking',
      text: 'roles: {}\nlabels:\n  "*":\n    mask:\n      kind: pattern\n      pattern: (?=a)b\n',
      want: 'policies/access/data.yaml:6: access.labels["*"].mask.pattern: the regular expression looks ahead or behind',
    },
    {
      name: 'with a key twice',
      text: 'roles: {}\nroles: {}\n',
      want: 'policies/access/data.yaml:2: Map keys must be unique',
    },
  ];
  test.each(cases)('$name', async ({ text, want }) => {
    const { grade, details } = await checkOfData({ 'policies/access/data.yaml': text });
    expect(grade).toBe('bad');
    expect(details?.join('\n')).toContain(want);
  });

  test('of the catalog, with labels that are no list', async () => {
    const text = 'columns:\n  public.customers.ssn: pii.ssn\n';
    const { grade, details } = await checkOfData({ 'policies/catalog/data.yaml': text });
    expect(grade).toBe('bad');
    expect(details?.join('\n')).toMatch(/^policies\/catalog\/data\.yaml/);
  });

  test('that are wrong make the command fail', async () => {
    const { code, stdout } = await check({ 'policies/access/data.yaml': 'roles: {}\nrules: {}\n' });
    expect(code).toBe(1);
    expect(stdout).toContain(
      '✕ data        1 problem\n    policies/access/data.yaml:2: access.rules: unknown key;',
    );
  });
});

test('a folder that is no repository says how to begin one', async () => {
  const { code, stderr } = await runCli(['policy', 'check', '/nonexistent']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'it has no folder "policies"\nStart one with: portcullis policy init /nonexistent\n',
  );
});
