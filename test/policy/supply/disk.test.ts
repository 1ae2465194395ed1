// The last good version serves when the server is away, verified again; an operator rolls back to an older one.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { listVersions, pinVersion, unpin } from '../../../gateway/policy/index.ts';
import { buildBundle, createSigningKey, repack, type SigningKey } from '../../support/build-bundle.ts';
import { type BundleServer, startBundleServer } from '../../support/bundle-server.ts';
import { waitUntil } from '../../support/wait.ts';
import { afterTest, dataBundle, type Supplied, startSupply, temporaryFolder } from './supplied.ts';

let folder: string;
let kept: string;
let server: BundleServer;

beforeEach(async () => {
  folder = await temporaryFolder();
  kept = join(folder, 'kept');
  server = await startBundleServer();
  afterTest(() => server.stop());
});

const start = (more: { now?: () => number; stage?: () => void } = {}): Promise<Supplied> =>
  startSupply({ folder: kept, bundles: [{ url: server.url('main.tar.gz') }], ...more });

const away = { kind: 'status', status: 503 } as const;

async function publish(supplied: Supplied, ...revisions: string[]): Promise<void> {
  for (const revision of revisions) {
    server.publish('main.tar.gz', dataBundle('a', revision));
    await supplied.active(revision);
    await waitUntil(`${revision} to be kept`, async () =>
      (await listVersions(kept, 'main')).some((version) => version.latest && version.revision === revision),
    );
  }
}

const versionPath = async (revision: string): Promise<string> => {
  const version = (await listVersions(kept, 'main')).find((each) => each.revision === revision);
  return join(kept, 'main', 'versions', `${version?.digest}.tar.gz`);
};

describe('without the server', () => {
  test('the version that was active last serves, and its age is told', async () => {
    const before = await start({ now: () => Date.UTC(2030, 0, 1) });
    await publish(before, 'r1', 'r2');
    await before.stop();
    server.setFault(away);
    let now = Date.UTC(2030, 0, 2);
    const supplied = await start({ now: () => now });
    expect(supplied.staged).toEqual(['r2']);
    expect(supplied.status()).toMatchObject({ activeRevision: 'r2', from: 'disk', age: 86_400 });
    await supplied.problem('http');
    now += 5000;
    expect(supplied.status()).toMatchObject({ age: 86_405, httpStatus: 503 });

    server.setFault(undefined);
    await waitUntil('the server to confirm it', () => supplied.status().from === 'server');
    expect(supplied.status()).toMatchObject({ activeRevision: 'r2', age: 0 });
    expect(supplied.status()).not.toHaveProperty('code');
    // It was not sent again, and not staged again.
    expect(server.requests.at(-1)?.status).toBe(304);
    expect(supplied.staged).toEqual(['r2']);
  });

  test('a version from another URL serves, but its tag is not sent there', async () => {
    const before = await start();
    server.publish('main.tar.gz', dataBundle('a', 'r1'), { etag: '"1"' });
    await before.active('r1');
    await before.stop();
    server.publish('other.tar.gz', dataBundle('a', 'o1'), { etag: '"1"' });
    const bundles = [{ url: server.url('other.tar.gz') }];
    const supplied = await startSupply({ folder: kept, bundles });
    await supplied.active('o1');
    const asked = server.requests.find(({ path }) => path === '/other.tar.gz');
    expect(asked?.headers['if-none-match']).toBeUndefined();
  });

  test('a version that was never active is not kept', async () => {
    const supplied = await start({
      stage: () => {
        throw new Error('refused');
      },
    });
    server.publish('main.tar.gz', dataBundle('a', 'r1'));
    await supplied.problem('staging_failed');
    expect(await listVersions(kept, 'main')).toEqual([]);
  });

  test('a file on the disk that was replaced is refused', async () => {
    const before = await start();
    await publish(before, 'r1', 'r2');
    await before.stop();
    // Whole, but another one: r1 in the place of r2.
    await writeFile(await versionPath('r2'), await readFile(await versionPath('r1')));
    server.setFault(away);
    const supplied = await start();
    expect(supplied.staged).toEqual([]);
    await supplied.problem('http');
    expect(supplied.log()).toContain('digest_mismatch');
  });

  test('a disk that cannot be written keeps no bundle from being active', async () => {
    await writeFile(kept, 'a file where the folder would be');
    const supplied = await start();
    server.publish('main.tar.gz', dataBundle('a', 'r1'));
    await supplied.active('r1');
    expect(await supplied.problem('disk_failed')).toMatchObject({ activeRevision: 'r1' });
  });
});

describe('signed bundles', () => {
  let key: SigningKey;
  const signing = () => ({ key: key.publicFile, algorithm: 'ES256' as const, scope: 'write' });
  const build = (revision: string, scope = 'write') =>
    buildBundle({
      files: { 'a/data.json': `{"value": "${revision}"}`, '.manifest': '{"roots": ["a"]}' },
      revision,
      signing: { key, scope },
    });
  const startSigned = () =>
    startSupply({
      folder: kept,
      bundles: [{ url: server.url('main.tar.gz'), unsigned: false, signing: signing() }],
    });

  beforeEach(async () => {
    key = await createSigningKey(folder, 'ES256');
  });

  test('one that was tampered with is refused by name, the old one stays, and an honest one is taken', async () => {
    const [r1, r2] = await Promise.all([build('r1'), build('r2')]);
    server.publish('main.tar.gz', r1);
    const supplied = await startSigned();
    await supplied.active('r1');
    server.publish('main.tar.gz', repack(r2, { '/data.json': '{"a": {"value": "mine"}}' }));
    expect(await supplied.problem('digest_mismatch')).toMatchObject({ activeRevision: 'r1' });
    server.publish('main.tar.gz', await build('r2', 'read'));
    await supplied.problem('scope_mismatch');
    server.publish('main.tar.gz', r2.subarray(0, 300));
    await supplied.problem('gzip_damaged');
    server.publish('main.tar.gz', r2);
    await supplied.active('r2');
    await waitUntil('no problem', () => supplied.status().code === undefined);
    expect(supplied.tried).toEqual(['r1', 'r2']);
  });

  test('one that was damaged on its way is fetched again as a whole', async () => {
    server.setFault({ kind: 'replace', body: Buffer.from('<html>log in</html>') });
    server.publish('main.tar.gz', await build('r1'));
    const supplied = await startSigned();
    expect(supplied.status()).toMatchObject({ code: 'not_gzip' });
    server.setFault(undefined);
    await supplied.active('r1');
  });

  test('what is on the disk is verified with the key that is configured now', async () => {
    server.publish('main.tar.gz', await build('r1'));
    const before = await startSigned();
    await before.active('r1');
    await before.stop();
    server.setFault(away);
    await createSigningKey(folder, 'ES256');
    const supplied = await startSigned();
    expect(supplied.staged).toEqual([]);
    expect(supplied.log()).toContain('signature_wrong');
  });
});

describe.for(['server', 'file'])('a key that is replaced', (source) => {
  test(`is used for a bundle that was refused before, from a ${source}`, async () => {
    const key = await createSigningKey(folder, 'ES256');
    const files = { 'a/data.json': '{"value": 1}', '.manifest': '{"roots": ["a"]}' };
    const bundle = await buildBundle({ files, revision: 'r1', signing: { key } });
    const signing = { key: join(folder, 'configured.pem'), algorithm: 'ES256' as const };
    const other = await createSigningKey(folder, 'ES256', 'other');
    await copyFile(other.publicFile, signing.key);
    const file = join(folder, 'main.tar.gz');
    await writeFile(file, bundle);
    server.publish('main.tar.gz', bundle);
    const url = source === 'file' ? file : server.url('main.tar.gz');
    const supplied = await startSupply({ folder: kept, bundles: [{ url, unsigned: false, signing }] });
    expect(supplied.status()).toMatchObject({ code: 'signature_wrong' });
    await copyFile(key.publicFile, signing.key);
    await supplied.active('r1');
  });
});

describe('rolling back', () => {
  test('a running gateway takes the pinned version, verifies what comes, and activates it when the pin goes', async () => {
    const supplied = await start();
    await publish(supplied, 'r1', 'r2');
    await pinVersion(kept, 'main', { version: 'previous', by: 'ada' });
    await supplied.active('r1');
    await waitUntil('the status to say so', () => supplied.status().activeRevision === 'r1');
    expect(supplied.status()).toMatchObject({
      pinned: { revision: 'r1', by: 'ada' },
      waiting: { revision: 'r2' },
    });

    server.publish('main.tar.gz', dataBundle('a', 'r3'));
    await waitUntil('r3 to wait', () => supplied.status().waiting?.revision === 'r3');
    server.publish('main.tar.gz', Buffer.from('no bundle'));
    await supplied.problem('not_gzip');
    server.publish('main.tar.gz', dataBundle('a', 'r4'));
    await waitUntil('r4 to wait', () => supplied.status().waiting?.revision === 'r4');
    expect(supplied.staged).toEqual(['r1', 'r2', 'r1']);

    await unpin(kept, 'main');
    await supplied.active('r4');
    expect(
      (await waitUntil('no pin', () => supplied.status().pinned === undefined)) && supplied.status(),
    ).not.toHaveProperty('waiting');
  });

  test('a pin holds over a restart, with the server and without', async () => {
    const before = await start();
    await publish(before, 'r1', 'r2');
    await pinVersion(kept, 'main', { version: 'r1', by: 'ada' });
    await before.active('r1');
    await before.stop();
    for (const fault of [undefined, away]) {
      server.setFault(fault);
      const supplied = await start();
      expect(supplied.staged).toEqual(['r1']);
      await waitUntil('an attempt', () => supplied.status().lastRequest);
      await supplied.stop();
    }
    server.setFault(away);
    const supplied = await start();
    await unpin(kept, 'main');
    // r2 was active last before the rollback.
    await supplied.active('r2');
  });

  test('all processes that share the folder follow the pin', async () => {
    const first = await start();
    await publish(first, 'r1', 'r2');
    const second = await start();
    await pinVersion(kept, 'main', { version: 'r1', by: 'ada' });
    await Promise.all([first.active('r1'), second.active('r1')]);
    await unpin(kept, 'main');
    await Promise.all([first.active('r2'), second.active('r2')]);
  });

  test('a pin that cannot be followed keeps what is active, and lets nothing new in', async () => {
    const supplied = await start();
    await publish(supplied, 'r1', 'r2');
    await writeFile(join(kept, 'main', 'pin.json'), 'r1');
    expect(await supplied.problem('pin_unusable')).toMatchObject({
      activeRevision: 'r2',
      pinned: 'unusable',
    });
    server.publish('main.tar.gz', dataBundle('a', 'r3'));
    await waitUntil('r3 to wait', () => supplied.status().waiting?.revision === 'r3');
    expect(supplied.staged).toEqual(['r1', 'r2']);
    await supplied.stop();

    const after = await start();
    expect(after.staged).toEqual([]);
    expect(after.status()).toMatchObject({ code: 'pin_unusable' });
    await unpin(kept, 'main');
    await after.active('r3');
  });
});

test('the log and the status have no secret of a URL', async () => {
  const url = `${server.url('main.tar.gz').replace('://', '://ada:geheim@')}?sig=verysecret`;
  const supplied = await startSupply({ folder: kept, bundles: [{ url }] });
  await supplied.problem('http');
  server.publish('main.tar.gz', dataBundle('a', 'r1'));
  await supplied.active('r1');
  await waitUntil('it to be kept', async () => (await listVersions(kept, 'main')).length === 1);
  const record = await readFile((await versionPath('r1')).replace('.tar.gz', '.json'), 'utf8');
  for (const text of [supplied.log(), JSON.stringify(supplied.supply.status()), record]) {
    expect(text).not.toMatch(/geheim|verysecret/);
  }
});
