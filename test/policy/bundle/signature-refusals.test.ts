// Each way that a signature can be wrong is refused under a name of its own, and OPA refuses the same bundles.

import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  anyEntrypoint,
  anyPolicy,
  buildBundle,
  createSigningKey,
  filesOf,
  refusalOfOpa,
  repack,
  type SigningKey,
} from '../../support/build-bundle.ts';
import { limits, refusalOf, signedWith, unsigned } from './opened.ts';

let folder: string;
let key: SigningKey;
let otherKey: SigningKey;
let signed: Buffer;
let plain: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refusals-'));
  [key, otherKey] = await Promise.all([
    createSigningKey(folder, 'ES256'),
    createSigningKey(folder, 'ES256', 'other'),
  ]);
  const request = { files: anyPolicy, entrypoints: [anyEntrypoint], revision: 'r1' };
  [signed, plain] = await Promise.all([
    buildBundle({ ...request, signing: { key, scope: 'write' } }),
    buildBundle(request),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rules = { scope: 'write' };

/** The signed bundle with another payload under the same key. */
async function signedAgain(
  change: (payload: { files: Record<string, string>[] } & Record<string, unknown>) => void,
) {
  const { signatures } = JSON.parse(String(filesOf(signed).get('/.signatures.json')));
  const payload = JSON.parse(Buffer.from(signatures[0].split('.')[1], 'base64url').toString());
  change(payload);
  const token = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256' })
    .sign(createPrivateKey(await readFile(key.privateFile)));
  return repack(signed, { '/.signatures.json': JSON.stringify({ signatures: [token] }) });
}

const signatureCases: readonly {
  name: string;
  code: string;
  bundle: () => Buffer | Promise<Buffer>;
  /** OPA knows no such rule, or reads such a bundle and lives with it. */
  opaTakesIt?: true;
}[] = [
  { name: 'changed data', code: 'digest_mismatch', bundle: () => repack(signed, { '/data.json': '{}' }) },
  {
    name: 'a number written in another way',
    code: 'digest_mismatch',
    bundle: () => {
      const data = String(filesOf(signed).get('/data.json'));
      expect(data).toContain('1e3');
      return repack(signed, { '/data.json': data.replace('1e3', '1000') });
    },
  },
  {
    name: 'changed rules',
    code: 'digest_mismatch',
    bundle: () => repack(signed, { '/policy.wasm': filesOf(signed).get('/policy.wasm')?.subarray(1) }),
  },
  {
    name: 'a changed manifest',
    code: 'digest_mismatch',
    bundle: () => {
      const manifest = String(filesOf(signed).get('/.manifest'));
      return repack(signed, { '/.manifest': manifest.replace('"r1"', '"r2"') });
    },
  },
  {
    name: 'a file more',
    code: 'file_not_signed',
    bundle: () => repack(signed, { '/shop/extra/data.json': '{"x": 1}' }),
  },
  { name: 'a file less', code: 'file_missing', bundle: () => repack(signed, { '/data.json': undefined }) },
  {
    name: 'a signature in a hidden second place',
    code: 'path_refused',
    bundle: () =>
      repack(signed, { '/x/signatures.json': filesOf(signed).get('/.signatures.json'), '/data.json': '{}' }),
  },
  {
    name: 'another scope',
    code: 'scope_mismatch',
    bundle: () =>
      signedAgain((payload) => {
        payload.scope = 'read';
      }),
  },
  {
    name: 'no scope',
    code: 'scope_mismatch',
    bundle: () =>
      signedAgain((payload) => {
        delete payload.scope;
      }),
  },
  {
    name: 'a hash that is broken',
    code: 'hash_algorithm_refused',
    bundle: () =>
      signedAgain(({ files }) => {
        for (const file of files) file.algorithm = 'MD5';
      }),
  },
  {
    name: 'a file signed twice',
    code: 'signature_malformed',
    bundle: () =>
      signedAgain(({ files }) => {
        files.push({ ...files[0] });
      }),
    opaTakesIt: true,
  },
  {
    name: 'a token that lists nothing',
    code: 'signature_malformed',
    bundle: () =>
      signedAgain((payload) => {
        payload.files = 'all' as never;
      }),
  },
  {
    name: 'a token of random text',
    code: 'signature_malformed',
    bundle: () => repack(signed, { '/.signatures.json': '{"signatures": ["abc"]}' }),
  },
  {
    name: 'no token',
    code: 'signature_malformed',
    bundle: () => repack(signed, { '/.signatures.json': '{"signatures": []}' }),
  },
  {
    name: 'two tokens',
    code: 'signature_malformed',
    bundle: () => {
      const { signatures } = JSON.parse(String(filesOf(signed).get('/.signatures.json')));
      return repack(signed, {
        '/.signatures.json': JSON.stringify({ signatures: [...signatures, ...signatures] }),
      });
    },
  },
  {
    name: 'signatures that are no JSON',
    code: 'signature_malformed',
    bundle: () => repack(signed, { '/.signatures.json': 'yes' }),
  },
  {
    name: 'a signing plugin',
    code: 'signature_plugin_refused',
    bundle: () => {
      const content = JSON.parse(String(filesOf(signed).get('/.signatures.json')));
      return repack(signed, { '/.signatures.json': JSON.stringify({ ...content, plugin: 'ours' }) });
    },
  },
  {
    name: 'a token whose payload was changed',
    code: 'signature_wrong',
    bundle: () => {
      const { signatures } = JSON.parse(String(filesOf(signed).get('/.signatures.json')));
      const [header, , signature] = signatures[0].split('.');
      const payload = Buffer.from('{"files":[],"keyid":"default","scope":"write"}').toString('base64url');
      return repack(signed, {
        '/.signatures.json': JSON.stringify({ signatures: [`${header}.${payload}.${signature}`] }),
      });
    },
  },
  {
    name: 'the algorithm "none"',
    code: 'algorithm_mismatch',
    bundle: () => {
      const { signatures } = JSON.parse(String(filesOf(signed).get('/.signatures.json')));
      const header = Buffer.from('{"alg":"none"}').toString('base64url');
      return repack(signed, {
        '/.signatures.json': JSON.stringify({ signatures: [`${header}.${signatures[0].split('.')[1]}.`] }),
      });
    },
  },
  { name: 'no signature', code: 'signature_missing', bundle: () => plain },
];

describe('a signed bundle is refused, here and by OPA, for', () => {
  test.for(signatureCases)('$name: $code', async ({ code, bundle, opaTakesIt }) => {
    const bytes = await bundle();
    const refusal = await refusalOf(bytes, signedWith(key, rules));
    expect(refusal).toMatchObject({ code, bundle: 'main' });
    const opa = await refusalOfOpa(bytes, { key, ...rules });
    if (opaTakesIt) expect(opa).toBeUndefined();
    else expect(opa).toContain('error');
  });

  test('the key of somebody else: signature_wrong', async () => {
    expect(await refusalOf(signed, signedWith(otherKey, rules))).toMatchObject({ code: 'signature_wrong' });
    expect(await refusalOfOpa(signed, { key: otherKey, ...rules })).toContain('signature');
  });

  test('a scope that is not configured: scope_mismatch', async () => {
    expect(await refusalOf(signed, signedWith(key))).toMatchObject({ code: 'scope_mismatch' });
    expect(await refusalOfOpa(signed, { key })).toContain('scope mismatch');
  });
});

describe('a signed bundle is refused where', () => {
  test('the configured key id is not the one that signed', async () => {
    const options = signedWith(key, { ...rules, key_id: 'team-b' });
    expect(await refusalOf(signed, options)).toMatchObject({ code: 'key_id_mismatch' });
  });

  test('the configuration says that it is unsigned', async () => {
    expect(await refusalOf(signed, unsigned)).toMatchObject({ code: 'signature_unexpected' });
  });

  const keys: readonly {
    name: string;
    algorithm: 'ES256' | 'ES384' | 'RS256' | 'HS256';
    content: () => string | Promise<string>;
    code?: string;
  }[] = [
    { name: 'the key is private', algorithm: 'ES256', content: () => readFile(key.privateFile, 'utf8') },
    {
      name: 'the key is of another curve',
      algorithm: 'ES384',
      content: () => readFile(key.publicFile, 'utf8'),
    },
    {
      name: 'the key is of another kind',
      algorithm: 'RS256',
      content: () => readFile(key.publicFile, 'utf8'),
    },
    { name: 'the key is no key', algorithm: 'ES256', content: () => 'secret text' },
    { name: 'the secret is empty', algorithm: 'HS256', content: () => '' },
    {
      // The public key as a shared secret: the attack that pinning the algorithm ends.
      name: 'the algorithm is another one than the signature names',
      algorithm: 'HS256',
      content: () => readFile(key.publicFile, 'utf8'),
      code: 'algorithm_mismatch',
    },
  ];
  test.for(keys)('$name', async ({ algorithm, content, code = 'signing_key_unusable' }) => {
    const file = join(folder, 'some.pem');
    await writeFile(file, await content());
    const signing = { key: file, algorithm, ...rules };
    const refusal = await refusalOf(signed, { name: 'main', signing, limits });
    expect(refusal.code).toBe(code);
    expect(refusal.message).not.toContain('secret text');
  });

  test('the key file is not there', async () => {
    const signing = { key: join(folder, 'absent.pem'), algorithm: 'ES256' as const };
    const refusal = await refusalOf(signed, { name: 'main', signing, limits });
    expect(refusal).toMatchObject({ code: 'signing_key_unusable' });
    expect(refusal.message).toContain('ENOENT');
  });
});
