// `portcullis policy status` and `rollback`, beside a supply that runs: what is pinned decides there.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { BundleSupply, type StoredVersion, trackFolder } from '../../../gateway/policy/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { anyEntrypoint, anyPolicy, buildBundle } from '../../support/build-bundle.ts';
import { waitUntil } from '../../support/wait.ts';

let folder: string;
let config: string;
let supply: BundleSupply;
const staged: string[] = [];

async function publish(revision: string): Promise<void> {
  const bytes = await buildBundle({ files: anyPolicy, entrypoints: [anyEntrypoint], revision });
  await writeFile(join(folder, 'next'), bytes);
  await rename(join(folder, 'next'), join(folder, 'main.tar.gz'));
}

const decides = (revision: string) => waitUntil(`${revision} to decide`, () => staged.at(-1) === revision);
const run = (command: string, ...words: string[]) =>
  runCli(['policy', command, '--config', config, ...words]);

/** A version is kept once it was activated. */
const isLatest = (revision: string) =>
  waitUntil(`${revision} to be kept`, async () => {
    const [{ versions }] = JSON.parse((await run('status', '--json')).stdout);
    return versions.some((version: StoredVersion) => version.latest && version.revision === revision);
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-rollback-'));
  config = join(folder, 'portcullis.yaml');
  await writeFile(
    config,
    `listen: { host: 127.0.0.1, port: 0 }
data_dir: data
identity: { issuers: [{ issuer: https://login.example.com, audience: portcullis }] }
resources:
  - name: shop
    upstream: { host: 127.0.0.1, database: shop }
    credentials: { default: { kind: static, user: gateway }, resolver: { kind: static, user: resolver } }
policy:
  bundles: [{ name: main, url: main.tar.gz, unsigned: true }]
`,
  );
  const { policy, data_dir: dataDir } = await loadConfig(config);
  await publish('v1');
  supply = await BundleSupply.start({
    bundles: policy.bundles,
    folder: trackFolder(dataDir, 'stable'),
    stage: async ([bundle]) => {
      staged.push(bundle?.revision ?? '');
    },
    log: silentLog,
    clock: systemClock,
  });
});
afterAll(async () => {
  await supply?.close();
  await rm(folder, { recursive: true, force: true });
});

test('an earlier version decides until it is released', async () => {
  await isLatest('v1');
  expect((await run('rollback')).stderr).toContain('no kept version of the bundle "main" is meant');
  await publish('v2');
  await isLatest('v2');

  const status = await run('status');
  expect(status.stdout).toMatch(/stable \| main +\| v2 +\| [0-9a-f]{12} \| [-\d: ]{19} \| latest/);
  expect(status.stdout).toMatch(/stable \| main +\| v1 +\|/);

  expect(await run('rollback')).toEqual({
    code: 0,
    stdout: 'main: v1 decides, and stays until it is released\n',
    stderr: '',
  });
  await decides('v1');
  const [{ versions }] = JSON.parse((await run('status', '--json')).stdout);
  const pinned = versions.filter((version: StoredVersion) => version.pinned);
  expect(pinned).toMatchObject([{ revision: 'v1' }]);
  expect((await run('rollback', '--list')).stdout).toContain('pinned');

  expect((await run('rollback', '--release')).stdout).toBe('main: the newest version decides again\n');
  await decides('v2');
  expect((await run('rollback', '--release')).code).toBe(1);
});

test('a revision that is not kept is refused, with those that are', async () => {
  const { code, stderr } = await run('rollback', '--to', 'v9');
  expect(code).toBe(1);
  expect(stderr).toContain('name one of');
});

test('wrong command lines are told apart', async () => {
  expect((await run('rollback', '--to', 'v1', '--release')).stderr).toContain('exclude each other');
  expect((await run('rollback', '--bundle', 'other')).stderr).toContain(
    'has no bundle "other"\nIt has main.',
  );
  expect((await run('rollback', '--track', 'canary')).stderr).toContain('no bundles for the canary policy');
  expect((await run('rollback', '--track', 'other')).code).toBe(2);
});
