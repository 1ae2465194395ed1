// The bundles of a supply become active as one set, or the set before stays and the status says which is to blame.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { BundleRefused } from '../../../gateway/policy/index.ts';
import { startBundleServer } from '../../support/bundle-server.ts';
import { waitUntil } from '../../support/wait.ts';
import { afterTest, dataBundle, place, startSupply, temporaryFolder } from './supplied.ts';

let folder: string;
let main: string;
let extra: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  [main, extra] = [join(folder, 'main.tar.gz'), join(folder, 'extra.tar.gz')];
});

const request = () => ({ folder: join(folder, 'kept'), bundles: [{ url: main }] });
const both = () => ({
  folder: join(folder, 'kept'),
  bundles: [{ url: main }, { name: 'extra', url: extra }],
});

test('a bundle is staged before the start is over, and again whenever it changes', async () => {
  await place(main, dataBundle('a', 'r1'));
  const supplied = await startSupply(request());
  expect(supplied.staged).toEqual(['r1']);
  await place(main, dataBundle('a', 'r2'));
  await supplied.active('r2');
  const status = await waitUntil('the status to say so', () => {
    const found = supplied.status();
    return found.activeRevision === 'r2' ? found : undefined;
  });
  expect(status).toMatchObject({
    name: 'main',
    from: 'server',
    age: expect.any(Number),
    activeDigest: expect.any(String),
  });
  expect(status.lastSuccessfulActivation).toBeGreaterThan(0);
  expect(Object.keys(status.metrics).sort()).toEqual([
    'timer_bundle_activation_ns',
    'timer_bundle_request_ns',
    'timer_rego_load_bundles_ns',
  ]);
  expect(status).not.toHaveProperty('code');
  expect(status).not.toHaveProperty('waiting');
  expect(supplied.changes()).toBeGreaterThan(0);
});

test('several are staged together, once all are here', async () => {
  await place(main, dataBundle('a', 'm1'));
  const supplied = await startSupply(both());
  expect(supplied.staged).toEqual([]);
  expect(supplied.status()).toMatchObject({
    code: 'incomplete_set',
    message: expect.stringContaining('extra'),
  });
  expect(supplied.status('extra')).toMatchObject({ code: 'unreadable' });
  await place(extra, dataBundle('b', 'e1'));
  await supplied.active('m1 e1');
  await place(main, dataBundle('a', 'm2'));
  await supplied.active('m2 e1');
});

test('roots that overlap are refused, and the set before stays', async () => {
  await place(main, dataBundle('a', 'm1'));
  await place(extra, dataBundle('b', 'e1'));
  const supplied = await startSupply(both());
  expect(supplied.staged).toEqual(['m1 e1']);
  await place(extra, dataBundle('a/b', 'e2'));
  const status = await supplied.problem('roots_overlap', 'extra');
  expect(status).toMatchObject({ activeRevision: 'e1', waiting: { revision: 'e2' } });
  expect(status.message).toMatch(/"main" owns data\.a, and "extra" owns data\.a\.b/);
  expect(supplied.status()).not.toHaveProperty('code');
  expect(supplied.tried).toEqual(['m1 e1']);
  await place(extra, dataBundle('c', 'e3'));
  await supplied.active('m1 e3');
  await waitUntil('no problem', () => supplied.status('extra').code === undefined);
});

test('a set that was refused is not tried again until it changes', async () => {
  const refuse = new Set(['r2']);
  const server = await startBundleServer({ withoutTags: true });
  afterTest(() => server.stop());
  server.publish('main.tar.gz', dataBundle('a', 'r1'));
  const supplied = await startSupply({
    ...request(),
    bundles: [{ url: server.url('main.tar.gz') }],
    stage: ([bundle]) => {
      if (refuse.has(bundle?.revision ?? ''))
        throw new BundleRefused('builtin_unknown', 'no; do this', { bundle: 'main' });
    },
  });
  server.publish('main.tar.gz', dataBundle('a', 'r2'));
  await supplied.problem('builtin_unknown');
  const asked = server.requests.length;
  await waitUntil('more answers with the same bundle', () => server.requests.length > asked + 5);
  expect(supplied.tried).toEqual(['r1', 'r2']);
  expect(supplied.status()).toMatchObject({
    activeRevision: 'r1',
    message: 'no; do this',
    waiting: { revision: 'r2' },
  });
  server.publish('main.tar.gz', dataBundle('a', 'r3'));
  await supplied.active('r3');
  await waitUntil('no problem', () => supplied.status().code === undefined);
  expect(supplied.log().match(/builtin_unknown/g)).toHaveLength(1);
});

test('what one bundle does wrong does not keep a new version of another one out', async () => {
  await place(main, dataBundle('a', 'm1'));
  await place(extra, dataBundle('b', 'e1'));
  const supplied = await startSupply({
    ...both(),
    stage: (set) => {
      if (set.some(({ revision }) => revision === 'm2'))
        throw new BundleRefused('wrong', 'wrong; mend it', { bundle: 'main' });
    },
  });
  await place(main, dataBundle('a', 'm2'));
  await supplied.problem('wrong');
  await place(extra, dataBundle('b', 'e2'));
  await supplied.active('m1 e2');
  expect(supplied.tried).toEqual(['m1 e1', 'm2 e1', 'm2 e2', 'm1 e2']);
  expect(supplied.status()).toMatchObject({ activeRevision: 'm1', code: 'wrong' });
  await waitUntil('no problem of the other', () => supplied.status('extra').activeRevision === 'e2');
  expect(supplied.status('extra')).not.toHaveProperty('code');
});

test('whatever the stage throws refuses the set, and its text stays in the log', async () => {
  await place(main, dataBundle('a', 'r1'));
  const supplied = await startSupply({
    ...request(),
    stage: () => {
      throw new Error('with the text of a rule');
    },
  });
  expect(supplied.status()).toMatchObject({ code: 'staging_failed' });
  expect(supplied.status().message).not.toContain('text of a rule');
  expect(supplied.log()).toContain('with the text of a rule');
  expect(supplied.status()).not.toHaveProperty('activeRevision');
});

test('without a server and without a disk nothing is active, and the status says why', async () => {
  const supplied = await startSupply({ ...request(), bundles: [{ url: 'http://127.0.0.1:1/main.tar.gz' }] });
  expect(supplied.staged).toEqual([]);
  expect(supplied.status()).toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('127.0.0.1'),
  });
  expect(supplied.status().lastRequest).toBeGreaterThan(0);
  expect(supplied.status()).not.toHaveProperty('from');
});

test('no bundles are no set', async () => {
  const supplied = await startSupply({ ...request(), bundles: [] });
  expect(supplied.tried).toEqual([]);
  expect(supplied.supply.status()).toEqual([]);
});

test('a file caught half-written is refused, and taken once it is whole', async () => {
  const whole = dataBundle('a', 'r1');
  await writeFile(main, whole.subarray(0, 60));
  const supplied = await startSupply(request());
  expect(supplied.status()).toMatchObject({ code: 'gzip_damaged' });
  await writeFile(main, whole);
  await supplied.active('r1');
});

test('a supply that is closed stages nothing more', async () => {
  await place(main, dataBundle('a', 'r1'));
  const supplied = await startSupply(request());
  await supplied.stop();
  const tried = supplied.tried.length;
  await place(main, dataBundle('a', 'r2'));
  const after = await startSupply(request());
  await after.active('r2');
  expect(supplied.tried).toHaveLength(tried);
});
