// Each way that a bundle's archive, manifest and content can be wrong is refused under a name of its own.
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBundle } from '../../../gateway/policy/index.ts';
import { anyEntrypoint, anyPolicy, buildBundle } from '../../support/build-bundle.ts';
import { paxRecord, type TarEntry, writeEntry, writeTar, writeTarGzip } from '../../support/write-tar.ts';
import { limits, refusalOf, unsigned } from './opened.ts';

let plain: Buffer;
beforeAll(async () => {
  plain = await buildBundle({ files: anyPolicy, entrypoints: [anyEntrypoint] });
});

const data = (content: string): TarEntry => ({ name: 'data.json', content });
const manifest = (content: string): TarEntry => ({ name: '.manifest', content });
const wasm: TarEntry = { name: 'policy.wasm', content: Buffer.from('\0asm\x01\0\0\0', 'latin1') };
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const resolvers = '{"wasm":[{"entrypoint":"a/b","module":"/policy.wasm"}]}';

const contentCases: readonly { name: string; code: string; bundle: () => Buffer }[] = [
  { name: 'no bytes', code: 'empty', bundle: () => Buffer.alloc(0) },
  { name: 'an empty archive', code: 'nothing_in_it', bundle: () => writeTarGzip([]) },
  { name: 'empty data', code: 'nothing_in_it', bundle: () => writeTarGzip([data('{}')]) },
  { name: 'a page of HTML', code: 'not_gzip', bundle: () => Buffer.from('<html>log in</html>') },
  { name: 'a plain tar', code: 'not_gzip', bundle: () => writeTar([data('{"a":1}')]) },
  { name: 'half a file', code: 'gzip_damaged', bundle: () => plain.subarray(0, plain.length / 2) },
  { name: 'gzip of text', code: 'archive_damaged', bundle: () => gzipSync('x'.repeat(2000)) },
  { name: 'gzip in gzip', code: 'archive_damaged', bundle: () => gzipSync(plain) },
  {
    name: 'an archive without its end',
    code: 'archive_damaged',
    bundle: () => gzipSync(writeEntry(data('{"a":1}'))),
  },
  {
    name: 'a file that is longer than the archive',
    code: 'archive_damaged',
    bundle: () => writeTarGzip([{ ...data('{"a":1}'), size: 1_000_000 }]),
  },
  {
    name: 'something behind the end',
    code: 'archive_damaged',
    bundle: () => gzipSync(Buffer.concat([writeTar([data('{"a":1}')]), writeTar([data('{"a":2}')])])),
  },
  {
    name: 'a header whose checksum is wrong',
    code: 'archive_damaged',
    bundle: () => {
      const archive = writeTar([data('{"a":1}')]);
      archive[0] = 0x65;
      return gzipSync(archive);
    },
  },
  {
    name: 'a pax record without an end',
    code: 'archive_damaged',
    bundle: () => writeTarGzip([{ name: 'x', type: 'x', content: '999 path=a\n' }, data('{"a":1}')]),
  },
  {
    name: 'a name without its file',
    code: 'archive_damaged',
    bundle: () => writeTarGzip([{ name: 'x', type: 'x', content: paxRecord('path', 'a') }]),
  },
  {
    name: 'one name for all files',
    code: 'archive_damaged',
    bundle: () => writeTarGzip([{ name: 'x', type: 'g', content: paxRecord('path', 'a') }]),
  },
  ...[
    ['a symbolic link', '2'],
    ['a hard link', '1'],
    ['a device', '3'],
    ['a pipe', '6'],
    ['a sparse file', 'S'],
  ].map(([name = '', type = '']) => ({
    name,
    code: 'archive_entry_refused',
    bundle: () => writeTarGzip([{ name: 'data.json', type }]),
  })),
  {
    name: 'a sparse file by pax',
    code: 'archive_entry_refused',
    bundle: () => writeTarGzip([{ name: 'x', type: 'x', content: paxRecord('GNU.sparse.major', '1') }]),
  },
  ...[
    '../data.json',
    'a/../data.json',
    'a//data.json',
    'a/./data.json',
    'a\\data.json',
    'a/\ndata.json',
    '/',
  ].map((path) => ({
    name: `the path ${JSON.stringify(path)}`,
    code: 'path_refused',
    bundle: () => writeTarGzip([{ name: path, content: '{"a":1}' }]),
  })),
  {
    name: 'data in a hidden folder',
    code: 'path_refused',
    bundle: () => writeTarGzip([{ name: '.git/data.json', content: '{"a":1}' }]),
  },
  {
    name: 'a second manifest',
    code: 'path_refused',
    bundle: () => writeTarGzip([{ name: 'a/.manifest', content: '{}' }]),
  },
  {
    name: 'a file twice',
    code: 'file_twice',
    bundle: () => writeTarGzip([data('{"a":1}'), { ...data('{"a":2}'), name: '/data.json' }]),
  },
  {
    name: 'too many files',
    code: 'too_many_files',
    bundle: () => writeTarGzip(Array.from({ length: 10_050 }, (_, at) => ({ name: `f${at}` }))),
  },
  {
    name: 'a delta',
    code: 'delta_bundle',
    bundle: () => writeTarGzip([{ name: '/patch.json', content: '{"data":[]}' }]),
  },
  {
    name: 'a manifest in protobuf',
    code: 'manifest_protobuf',
    bundle: () => writeTarGzip([{ name: '/.manifest.pb' }]),
  },
  {
    name: 'a manifest that is no JSON',
    code: 'manifest_malformed',
    bundle: () => writeTarGzip([manifest('{')]),
  },
  ...[
    '[]',
    '{"roots":"a"}',
    '{"roots":[1]}',
    '{"revision":7}',
    '{"wasm":{}}',
    '{"metadata":[]}',
    '{"rego_version":3}',
  ].map((content) => ({
    name: `the manifest ${content}`,
    code: 'manifest_malformed',
    bundle: () => writeTarGzip([manifest(content), data('{"a":1}')]),
  })),
  {
    name: 'overlapping roots',
    code: 'roots_overlap',
    bundle: () => writeTarGzip([manifest('{"roots":["a/b","a"]}'), data('{"a":1}')]),
  },
  {
    name: 'data outside the roots',
    code: 'data_outside_roots',
    bundle: () => writeTarGzip([manifest('{"roots":["a/b"]}'), data('{"a":{"b":1,"c":2}}')]),
  },
  {
    name: 'data where a root would be below',
    code: 'data_outside_roots',
    bundle: () => writeTarGzip([manifest('{"roots":["a/b"]}'), data('{"a":1}')]),
  },
  {
    name: 'an entry point outside the roots',
    code: 'entrypoint_outside_roots',
    bundle: () =>
      writeTarGzip([wasm, manifest('{"roots":["c"],"wasm":[{"entrypoint":"a/b","module":"/policy.wasm"}]}')]),
  },
  { name: 'data that is no JSON', code: 'data_malformed', bundle: () => writeTarGzip([data('{"a":}')]) },
  { name: 'data that is a list', code: 'data_malformed', bundle: () => writeTarGzip([data('[1]')]) },
  {
    name: 'data in another encoding',
    code: 'data_malformed',
    bundle: () => writeTarGzip([{ name: 'data.json', content: Buffer.from('{"a":"\xff"}', 'latin1') }]),
  },
  {
    name: 'data with a key twice',
    code: 'data_malformed',
    bundle: () => writeTarGzip([data('{"a":1,"a":2}')]),
  },
  {
    name: 'data that is nested too deep',
    code: 'data_malformed',
    bundle: () => writeTarGzip([data(deep(100_000))]),
  },
  {
    name: 'YAML that contains itself',
    code: 'data_malformed',
    bundle: () => writeTarGzip([{ name: 'data.yaml', content: 'a: &a [*a]' }]),
  },
  {
    name: 'YAML that explodes',
    code: 'data_malformed',
    bundle: () => {
      const lines = Array.from(
        { length: 30 },
        (_, at) => `k${at + 1}: &k${at + 1} [*k${at}, *k${at}, *k${at}]`,
      );
      return writeTarGzip([{ name: 'data.yaml', content: ['k0: &k0 [1, 2]', ...lines].join('\n') }]);
    },
  },
  {
    name: 'YAML with a tag of its own',
    code: 'data_malformed',
    bundle: () => writeTarGzip([{ name: 'data.yaml', content: 'a: !thing 1' }]),
  },
  {
    name: 'a whole number that would be rounded',
    code: 'number_not_exact',
    bundle: () => writeTarGzip([data('{"id":9007199254740993}')]),
  },
  {
    name: 'two values for one place',
    code: 'data_conflict',
    bundle: () => writeTarGzip([data('{"a":{"b":1}}'), { name: 'a/data.json', content: '{"b":2}' }]),
  },
  {
    name: 'rules in Rego alone',
    code: 'wasm_missing',
    bundle: () => writeTarGzip([{ name: 'a.rego', content: 'package a' }, data('{"a":1}')]),
  },
  {
    name: 'a manifest whose WASM is not there',
    code: 'wasm_missing',
    bundle: () => writeTarGzip([manifest(resolvers)]),
  },
  { name: 'WASM without entry points', code: 'entrypoints_missing', bundle: () => writeTarGzip([wasm]) },
  {
    name: 'two WASM modules',
    code: 'wasm_several',
    bundle: () => writeTarGzip([wasm, { ...wasm, name: 'b/policy.wasm' }, manifest(resolvers)]),
  },
  {
    name: 'WASM that is none',
    code: 'wasm_malformed',
    bundle: () => writeTarGzip([{ ...wasm, content: 'wasm' }, manifest(resolvers)]),
  },
];

test.for(contentCases)('refused: $name: $code', async ({ code, bundle }) => {
  expect(await refusalOf(bundle(), unsigned)).toMatchObject({ code, bundle: 'main' });
});

test('each refusal says what to do', async () => {
  for (const { bundle } of contentCases) {
    // What is wrong, a semicolon, and what to do.
    expect((await refusalOf(bundle(), unsigned)).message).toMatch(/.{10,}; .{10,}/);
  }
});

describe('limits', () => {
  test('a file that is too large is refused unread', async () => {
    const bytes = plain.length - 1;
    expect(await refusalOf(plain, { ...unsigned, limits: { ...limits, bytes } })).toMatchObject({
      code: 'too_large',
    });
  });

  test('a bomb is refused once it passes the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const before = process.resourceUsage().maxRSS;
    const options = { ...unsigned, limits: { ...limits, unpackedBytes: 1024 * 1024 } };
    expect(await refusalOf(bomb, options)).toMatchObject({ code: 'unpacked_too_large' });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024);
  });

  test('what fits exactly is opened', async () => {
    const bundle = writeTarGzip([data('{"a":1}')]);
    const exact = { bytes: bundle.length, unpackedBytes: 2048 };
    await expect(openBundle(bundle, { ...unsigned, limits: exact })).resolves.toBeDefined();
  });
});
