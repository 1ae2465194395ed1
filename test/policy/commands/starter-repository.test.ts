// `portcullis policy init`, and what a newcomer does in the new folder: the page "A rule and its test in ten minutes".
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { findRegal } from '../../../gateway/bin/regal.mjs';
import { runCli } from '../../cli/run-cli.ts';

const run = promisify(execFile);
const page = new URL('../../../docs/policy.md', import.meta.url);
let folder: string;
let repository: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-init-'));
  repository = join(folder, 'my-policy');
  const { code, stdout } = await runCli(['policy', 'init', repository]);
  expect(code).toBe(0);
  expect(stdout).toContain(`cd ${repository}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a new repository', () => {
  test('has its policies, tests, schemas, settings and workflows', async () => {
    const names = await readdir(repository);
    expect(names.sort()).toEqual(
      [
        '.github',
        '.gitignore',
        '.gitlab-ci.yml',
        '.regal',
        '.vscode',
        'README.md',
        'ci',
        'policies',
        'policy-tests',
        'schemas',
      ].sort(),
    );
    expect(await readdir(join(repository, 'schemas'))).not.toContain('config.schema.json');
  });

  test('tells editors the schema of the access data', async () => {
    const settings = JSON.parse(await readFile(join(repository, '.vscode', 'settings.json'), 'utf8'));
    for (const [schema, file] of Object.entries<string>(settings['yaml.schemas'])) {
      expect((await stat(join(repository, schema))).isFile()).toBe(true);
      const [modeline = ''] = (await readFile(join(repository, file), 'utf8')).split('\n');
      expect(modeline).toBe(`# yaml-language-server: $schema=../../${schema.slice(2)}`);
    }
  });

  test('has workflows that are YAML, and a script that a shell can read', async () => {
    for (const file of ['.gitlab-ci.yml', '.github/workflows/policy.yml'])
      expect(parse(await readFile(join(repository, file), 'utf8'))).toBeTypeOf('object');
    await run('sh', ['-n', join(repository, 'ci', 'policy.sh')]);
  });

  test('fetches the tools that the gateway itself fetches', async () => {
    const script = await readFile(join(repository, 'ci', 'policy.sh'), 'utf8');
    for (const tool of ['opa', 'regal']) {
      const own = await readFile(new URL(`../../../gateway/bin/${tool}.mjs`, import.meta.url), 'utf8');
      const [, version] = /const version = '(.+)'/.exec(own) ?? [];
      const [, sha256] = new RegExp(`${tool}_sha256=(\\w+)`).exec(script) ?? [];
      expect(script).toContain(`${tool}_version=${version}\n`);
      expect(own).toContain(`'${sha256}'`);
    }
  });

  test('is checked by its workflow with opa alone, data too', async ({ skip }) => {
    const regal = await findRegal();
    if (regal === undefined) skip('Regal is not installed');
    const tools = join(folder, 'tools');
    await mkdir(tools);
    for (const tool of [await ensureOpa(), regal ?? '']) {
      if (tool.includes(sep)) await symlink(tool, join(tools, basename(tool)));
    }
    const env = { ...process.env, PATH: [tools, process.env.PATH].join(delimiter) };
    const check = () =>
      run('sh', [join(repository, 'ci', 'policy.sh'), 'check'], { env }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }) => ({ code, stdout }),
      );
    expect(await check()).toMatchObject({ code: 0 });
    const access = join(repository, 'policies', 'access', 'data.yaml');
    const right = await readFile(access, 'utf8');
    await writeFile(access, right.replace('kinds: [agent]', 'kind: [agent]'));
    const { code, stdout } = await check();
    await writeFile(access, right);
    expect(code).not.toBe(0);
    expect(stdout).toContain('roles.agents.who: Additional property kind is not allowed');
  });

  test('is begun in no folder that has something in it', async () => {
    const { code, stderr } = await runCli(['policy', 'init', repository]);
    expect(code).toBe(1);
    expect(stderr).toContain('is not empty');
  });
});

/** The blocks of a language, in the order of the page. */
async function blocks(language: string): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, block = '']) => block,
  );
}

/** All tests of the starter policy run several times in it. */
const minutes = 60_000;

describe('the page for newcomers', () => {
  test(
    'its test fails before its rule is there, and passes with it',
    async () => {
      const [cases = ''] = await blocks('yaml');
      const [rule = ''] = await blocks('rego');
      await writeFile(join(repository, 'policy-tests', 'cases', 'invoices.yaml'), cases);
      // Whoever edits roles keeps the starter's tests.
      const access = join(repository, 'policies', 'access', 'data.yaml');
      const edited = (await readFile(access, 'utf8')).replace('      delete: { public: all }\n', '');
      await writeFile(access, edited);

      const before = await runCli(['policy', 'test', repository]);
      expect(before.code).toBe(1);
      expect(before.stdout).toMatch(
        /^✕ tests {7}1 of \d+ tests failed\n {4}invoices: an agent reads all of them\n/,
      );
      expect(before.stdout).toContain('effect is "allow", and should be "deny"');

      await writeFile(join(repository, 'policies', 'rules', 'invoices.rego'), rule);
      const after = await runCli(['policy', 'test', repository]);
      expect(after.stdout).not.toContain('✕');
      expect(after.stdout).toMatch(/✓ engine {6}\d+ cases decided alike in WebAssembly/);
      expect(after.code).toBe(0);

      const tried = await runCli([
        'policy',
        'try',
        repository,
        '--case',
        'invoices: an agent reads all of them',
      ]);
      const shown = (await readFile(page, 'utf8')).split("reads all of them'\n")[1]?.split('```')[0];
      expect(tried.stdout).toBe(shown);
    },
    10 * minutes,
  );
});
