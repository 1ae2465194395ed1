// `portcullis role-sql`: for which credential it prints which role.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runCli } from './run-cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-role-sql-'));
  const credential = (user: string) => ({ kind: 'static', user });
  const config = {
    listen: { port: 0 },
    identity: { issuers: [{ issuer: 'https://login.example.com', audience: 'p' }] },
    policy: { open: true },
    resources: [
      {
        name: 'orders',
        upstream: { host: 'db', database: 'shop', sslmode: 'disable' },
        credentials: { default: credential('app'), readonly: credential('app_ro') },
      },
    ],
  };
  await writeFile(join(folder, 'portcullis.yaml'), stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

const print = (...words: string[]) =>
  runCli(['role-sql', ...words, '--config', join(folder, 'portcullis.yaml')]);

describe('portcullis role-sql', () => {
  test('prints the role of the credential that clients have', async () => {
    const { code, stdout } = await print();
    expect(code).toBe(0);
    expect(stdout).toContain('CREATE ROLE "app" LOGIN NOSUPERUSER');
    expect(stdout).toContain(
      'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "public" TO "app";',
    );
    expect(stdout).toContain('REVOKE TEMPORARY ON DATABASE "shop" FROM PUBLIC;');
    expect(stdout).not.toContain('PASSWORD');
  });

  test('one that may only read, in the schemas that are named', async () => {
    const { stdout } = await print('readonly', '--read-only', '--schemas', 'public, billing');
    expect(stdout).toContain('GRANT SELECT ON ALL TABLES IN SCHEMA "billing" TO "app_ro";');
    expect(stdout).not.toMatch(/INSERT|SEQUENCES/);
  });

  test("the resolver's, before the configuration has its credential", async () => {
    const { stdout } = await print('resolver');
    expect(stdout).toContain('CREATE ROLE "portcullis_resolver" LOGIN');
    expect(stdout).not.toContain('ON ALL TABLES');
  });

  test.each([
    { words: ['readonyl'], says: 'Did you mean readonly?' },
    { words: ['--schemas', 'public,,x'], says: 'option --schemas has an empty name' },
    { words: ['--resource', 'order'], says: 'Did you mean orders?' },
  ])('$words is refused with words', async ({ words, says }) => {
    const { code, stderr } = await print(...words);
    expect(code).not.toBe(0);
    expect(stderr).toContain(says);
  });
});
