// Bundles that OPA built and signed are opened, under every algorithm that OPA signs with.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBundle } from '../../../gateway/policy/index.ts';
import {
  type Algorithm,
  anyEntrypoint,
  anyPolicy,
  buildBundle,
  createSigningKey,
  filesOf,
  refusalOfOpa,
  signFiles,
} from '../../support/build-bundle.ts';
import { paxRecord, writeTarGzip } from '../../support/write-tar.ts';
import { signedWith, unsigned } from './opened.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const algorithms: readonly Algorithm[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'HS256', 'HS384', 'HS512'] as const),
];

describe('a bundle that OPA built', () => {
  test.for(algorithms)('and signed with %s is opened', async (algorithm) => {
    const key = await createSigningKey(folder, algorithm);
    const signing = { key, scope: 'write', keyId: 'team' };
    const bytes = await buildBundle({
      files: anyPolicy,
      entrypoints: [anyEntrypoint],
      revision: 'r1',
      signing,
    });
    const bundle = await openBundle(bytes, signedWith(key, { scope: 'write', key_id: 'team' }));
    expect(bundle).toMatchObject({
      name: 'main',
      revision: 'r1',
      roots: ['gateway', 'shop'],
      entrypoints: [anyEntrypoint],
      metadata: { team: 'security' },
      signedBy: 'team',
      bytes: bytes.length,
      digest: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(JSON.parse(JSON.stringify(bundle.data))).toEqual({
      shop: { reason: 'she works <here> & now', limit: 1, factors: [1000, 0, 0.1] },
    });
    expect(bundle.wasm?.equals(filesOf(bytes).get('/policy.wasm') ?? Buffer.alloc(0))).toBe(true);
    await expect(WebAssembly.compile(new Uint8Array(bundle.wasm ?? []))).resolves.toBeDefined();
    expect(await refusalOfOpa(bytes, signing)).toBeUndefined();
  });

  test('and did not sign is opened where the configuration says so', async () => {
    const bytes = await buildBundle({ files: anyPolicy, entrypoints: [anyEntrypoint] });
    expect(await openBundle(bytes, unsigned)).toMatchObject({ revision: '', signedBy: undefined });
  });

  test('from data alone has no WASM and no entry points', async () => {
    const bytes = await buildBundle({
      files: { 'catalog/data.json': '{"columns": {}}', '.manifest': '{"roots": ["catalog"]}' },
    });
    expect(await openBundle(bytes, unsigned)).toMatchObject({
      wasm: undefined,
      entrypoints: [],
      roots: ['catalog'],
    });
  });

  test('without a manifest owns all of data', async () => {
    const bytes = await buildBundle({ files: { 'catalog/data.json': '{"columns": {"a": []}}' } });
    expect((await openBundle(bytes, unsigned)).roots).toEqual(['']);
  });

  test('is opened whatever a key of its data is called', async () => {
    const data = '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {"x": 1}}}';
    const bytes = writeTarGzip([{ name: 'a/b/data.json', content: data }]);
    const bundle = await openBundle(bytes, unsigned);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect(JSON.stringify(bundle.data)).toBe(`{"a":{"b":${data.replaceAll(' ', '')}}}`);
  });
});

describe('a bundle that tar packed', () => {
  const deep = `${'a-long-folder-name/'.repeat(16)}data.json`;
  const files = {
    '.manifest': '{"roots": ["catalog", "a-long-folder-name"]}',
    'catalog/data.yaml':
      'columns:\n  public.a.b: [pii.name]\n  ratio: 1.50\n  enabled: yes\n  day: 2024-01-01\n  at: 1:30\n',
    [deep]: '{"x": 1}',
  };

  test.for(['gnu', 'pax'])('in the format %s is opened, with long names and YAML', async (format) => {
    const key = await createSigningKey(folder, 'ES256', format);
    const source = join(folder, `source-${format}`);
    const signatures = await signFiles(files, { key });
    for (const [path, content] of Object.entries({ ...files, '.signatures.json': signatures })) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await writeFile(join(source, path), content);
    }
    const archive = join(folder, `${format}.tar.gz`);
    await run('tar', [`--format=${format}`, '-czf', archive, '-C', source, '.']);
    const { data } = await openBundle(await readFile(archive), signedWith(key));
    expect(data.catalog).toEqual({
      columns: { 'public.a.b': ['pii.name'], ratio: 1.5, enabled: true, day: '2024-01-01', at: '1:30' },
    });
    expect(JSON.stringify(data['a-long-folder-name'])).toContain('{"x":1}');
  });

  test('may name its files by ustar prefixes, pax records and GNU long names, and hold folders', async () => {
    const bytes = writeTarGzip([
      { name: 'catalog/', type: '5' },
      { name: 'pax_global_header', type: 'g', content: paxRecord('comment', 'of git archive') },
      { name: 'data.json', prefix: 'by-prefix', content: '{"x": 1}' },
      {
        name: 'PaxHeaders/1',
        type: 'x',
        content: paxRecord('mtime', '1.5') + paxRecord('path', 'by-pax/data.json'),
      },
      { name: 'short', content: '{"x": 2}' },
      { name: '././@LongLink', type: 'L', content: 'by-gnu/data.json\0', magic: 'ustar  \0' },
      { name: 'short', content: '{"x": 3}', magic: 'ustar  \0' },
    ]);
    expect((await openBundle(bytes, unsigned)).data).toEqual({
      'by-prefix': { x: 1 },
      'by-pax': { x: 2 },
      'by-gnu': { x: 3 },
    });
  });
});
