// Files of data are hashed as OPA hashes them, and read as JSON.parse reads them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCanonicalJson } from '../../../gateway/policy/bundle/canonical-json.ts';
import { openBundle } from '../../../gateway/policy/index.ts';
import { createSigningKey, type SigningKey, signFiles } from '../../support/build-bundle.ts';
import fc from '../../support/properties.ts';
import { writeTarGzip } from '../../support/write-tar.ts';
import { signedWith } from './opened.ts';

let folder: string;
let key: SigningKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canonical-'));
  key = await createSigningKey(folder, 'ES256');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const documents: readonly { name: string; file?: string; content: string }[] = [
  {
    name: 'numbers as they are written',
    content: '{"a":[1, 1.0, 1e3, 1E+3, -0, 0.10, 1e-7, 100000000000000000000.0]}',
  },
  { name: 'text that HTML would escape', content: '{"<a>&":"<b>&\\u2028\\u2029\u2028\u2029\\/"}' },
  { name: 'control characters', content: '{"a":"\\u0000\\u0001\\b\\f\\n\\r\\t\\u001f\\u007f\u007f"}' },
  {
    name: 'keys in the order of bytes',
    content: '{"\uffee":1,"\u{10000}":2,"b":3,"a":4,"":5,"B":6,"é":7,"\\ud83d\\ude00":8}',
  },
  { name: 'half a surrogate pair', content: '{"a":"\\ud800","b":"x\\udc00y"}' },
  {
    name: 'space everywhere',
    content: ' {\n\t"a" : [ ] ,\r\n "b" : { } , "c" : [ true , false , null ] }\n',
  },
  {
    name: 'YAML',
    file: 'data.yaml',
    content: 'b: [1, 1.0, 1.50, 0x10, 1e3]\na: {on: yes, "n": null, t: "x: y"}\n1: one\n',
  },
  { name: 'JSON in a file of YAML', file: 'data.yaml', content: '{"a": 1.0}' },
  { name: 'YAML with aliases', file: 'data.yaml', content: 'a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  l: 2\n' },
  { name: 'YAML under its other name', file: 'data.yml', content: 'a:   1\n' },
];

test.for(documents)('a signature of OPA holds over $name', async ({ file = 'data.json', content }) => {
  const path = `x/${file}`;
  const signatures = await signFiles({ [path]: content }, { key });
  const bundle = writeTarGzip([
    { name: path, content },
    { name: '.signatures.json', content: signatures },
  ]);
  expect((await openBundle(bundle, signedWith(key))).data.x).toBeDefined();
});

describe('JSON', () => {
  test('is read as JSON.parse reads it, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const read = readCanonicalJson(text);
        expect(JSON.stringify(read.value)).toBe(JSON.stringify(JSON.parse(text)));
        // Its canonical text is its own canonical text.
        expect(readCanonicalJson(read.canonical).canonical).toBe(read.canonical);
      }),
    );
  });

  test('that JSON.parse refuses is refused', () => {
    const damage = fc.tuple(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom('', ',', '}', '"', '\\', '-', '\n', 'e', '0'),
    );
    fc.assert(
      fc.property(damage, ([value, at, put]) => {
        const text = JSON.stringify(value);
        const broken = text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1);
        if (!parses(() => JSON.parse(broken))) expect(parses(() => readCanonicalJson(broken))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
