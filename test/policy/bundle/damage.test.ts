// Whatever happens to the bytes of a signed bundle, it is refused by name or its content is what was signed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BundleRefused, openBundle, type VerifiedBundle } from '../../../gateway/policy/index.ts';
import { buildBundle, createSigningKey, type SigningKey } from '../../support/build-bundle.ts';
import fc from '../../support/properties.ts';
import { signedWith, unsigned } from './opened.ts';

let folder: string;
let key: SigningKey;
let bundle: Buffer;
let content: unknown;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damage-'));
  key = await createSigningKey(folder, 'ES256');
  // Data alone: a small file, so that most damage hits something that matters.
  bundle = await buildBundle({
    files: { 'shop/data.json': '{"limit": 10, "roles": ["a", "b"]}', '.manifest': '{"roots": ["shop"]}' },
    revision: 'r1',
    signing: { key },
  });
  content = contentOf(await openBundle(bundle, signedWith(key)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Refused, or the same as what was signed. */
async function checkSafe(bytes: Buffer): Promise<void> {
  const outcome = await openBundle(bytes, signedWith(key)).catch((thrown: unknown) => thrown);
  if (outcome instanceof BundleRefused) expect(outcome.code).not.toBe('unforeseen');
  else expect(contentOf(outcome as VerifiedBundle)).toEqual(content);
}

test('a truncated bundle', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bundle.length - 1 }), async (length) => {
      const outcome = await openBundle(bundle.subarray(0, length), signedWith(key)).catch((thrown) => thrown);
      expect(outcome).toBeInstanceOf(BundleRefused);
    }),
  );
});

test('a bundle with flipped bits', async () => {
  const flips = fc.array(fc.nat({ max: bundle.length * 8 - 1 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(flips, async (bits) => {
      await checkSafe(flip(bundle, bits));
    }),
    { numRuns: 500 },
  );
});

test('an archive with flipped bits under a whole gzip', async () => {
  const archive = gunzipSync(bundle);
  const flips = fc.array(fc.nat({ max: archive.length * 8 - 1 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(flips, async (bits) => {
      await checkSafe(gzipSync(flip(archive, bits)));
    }),
    { numRuns: 500 },
  );
});

test('bytes that never were a bundle', async () => {
  const bytes = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array));
  await fc.assert(
    fc.asyncProperty(bytes, fc.boolean(), async (random, packed) => {
      const outcome = await openBundle(packed ? gzipSync(random) : random, unsigned).catch(
        (thrown) => thrown,
      );
      expect(outcome).toBeInstanceOf(BundleRefused);
      expect(outcome.code).not.toBe('unforeseen');
    }),
    { numRuns: 300 },
  );
});

function contentOf({ revision, roots, data, metadata, wasm, entrypoints }: VerifiedBundle): unknown {
  return JSON.parse(JSON.stringify({ revision, roots, data, metadata, wasm, entrypoints }));
}

function flip(bytes: Buffer, bits: readonly number[]): Buffer {
  const flipped = Buffer.from(bytes);
  for (const bit of bits) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
