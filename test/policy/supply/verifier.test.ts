// Bundles are verified in a thread: what comes back is as it would be without one, and a hostile one ends the thread alone.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BundleRefused, openBundle } from '../../../gateway/policy/index.ts';
import { Verifier } from '../../../gateway/policy/supply/verifier.ts';
import { anyEntrypoint, anyPolicy, buildBundle } from '../../support/build-bundle.ts';
import { writeTarGzip } from '../../support/write-tar.ts';
import { unsigned } from '../bundle/opened.ts';
import { bundleConfig } from '../source/events.ts';

const config = bundleConfig({ url: '/unused', max_unpacked_bytes: 64 * 1024 * 1024 });
let verifier: Verifier;

beforeEach(() => {
  verifier = new Verifier(config, { milliseconds: 60_000, megabytes: 48 });
});
afterEach(() => verifier.close());

test('a bundle comes back as it is', async () => {
  const bytes = await buildBundle({ files: anyPolicy, entrypoints: [anyEntrypoint], revision: 'r1' });
  const bundle = await verifier.open(bytes);
  const direct = await openBundle(bytes, unsigned);
  expect(bundle.wasm?.equals(direct.wasm ?? Buffer.alloc(0))).toBe(true);
  expect(plain({ ...bundle, wasm: undefined })).toEqual(plain({ ...direct, wasm: undefined }));
});

test('no key of a bundle means anything to JavaScript', async () => {
  const content = '{"__proto__": {"isAdmin": true}, "a": {"__proto__": {"isAdmin": true}}}';
  const { data } = await verifier.open(writeTarGzip([{ name: 'data.json', content }]));
  expect(JSON.stringify(data)).toBe(content.replaceAll(' ', ''));
  expect((data.a as Record<string, unknown>).isAdmin).toBeUndefined();
  expect(data.isAdmin).toBeUndefined();
});

test('a refusal comes back as it is, with the name of the bundle', async () => {
  await expect(verifier.open(Buffer.from('no bundle'))).rejects.toMatchObject({
    code: 'not_gzip',
    bundle: 'main',
  });
});

test('a bundle that needs more memory than there is is refused, and the next one is opened', async () => {
  const hostile = writeTarGzip([{ name: 'data.json', content: `{"a":[${'{"b":{}},'.repeat(2_000_000)}1]}` }]);
  await expect(verifier.open(hostile)).rejects.toMatchObject({ code: 'too_costly', bundle: 'main' });
  const harmless = writeTarGzip([{ name: 'data.json', content: '{"a":1}' }]);
  expect((await verifier.open(harmless)).data).toEqual({ a: 1 });
});

test('a bundle that takes more time than there is is refused', async () => {
  const hurried = new Verifier(config, { milliseconds: 1, megabytes: 512 });
  const long = writeTarGzip([{ name: 'data.json', content: `{"a":[${'{"b":{}},'.repeat(100_000)}1]}` }]);
  await expect(hurried.open(long)).rejects.toMatchObject({ code: 'too_costly' });
  await hurried.close();
});

test('what is being verified when everything ends is refused at once', async () => {
  const long = writeTarGzip([{ name: 'data.json', content: `{"a":[${'{"b":{}},'.repeat(100_000)}1]}` }]);
  const opening = expect(verifier.open(long)).rejects.toBeInstanceOf(BundleRefused);
  await verifier.close();
  await opening;
});

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
