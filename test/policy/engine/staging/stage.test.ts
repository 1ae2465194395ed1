import { describe, expect, test } from 'vitest';
import {
  BundleRefused,
  Policy,
  type PolicyOptions,
  type VerifiedBundle,
} from '../../../../gateway/policy/index.ts';
import { ask } from '../asks.ts';
import { ample, bundleOf, verified } from '../bundle.ts';

const entrypoint = '# METADATA\n# entrypoint: true\n';
const byTag = `${entrypoint}decision := {"effect": "deny", "rule": input.statement.tag}`;
const labels = `${entrypoint}decision := {"effect": "deny", "rule": concat(",", data.catalog.columns["public.a.b"])}`;
const input = (tag: string) => ({ ...{ request: { phase: 'statement' } }, statement: { tag } });
const testInput = (tag: string, rule: string) => ({
  entrypoint: 'gateway/statement/decision',
  input: input(tag),
  result: { effect: 'deny', rule },
});
const withTests = (...test_inputs: unknown[]) => ({ metadata: { portcullis: { test_inputs } } });
const withModule = (wasm: Uint8Array): VerifiedBundle => verified(Buffer.from(wasm), [], {});

type Case = Readonly<{
  name: string;
  bundles: () => Promise<readonly VerifiedBundle[]>;
  options?: Partial<PolicyOptions>;
  code: string;
  message: RegExp;
}>;

const refused: readonly Case[] = [
  { name: 'no bundle at all', bundles: async () => [], code: 'wasm_missing', message: /opa build -t wasm/ },
  {
    name: 'data alone',
    bundles: async () => [verified(undefined, [], { data: { a: 1 } })],
    code: 'wasm_missing',
    message: /no bundle has rules/,
  },
  {
    name: 'two bundles with rules',
    bundles: async () => [await bundleOf({}), await bundleOf({}, { name: 'second' })],
    code: 'wasm_several',
    message: /"main" and "second"/,
  },
  {
    name: 'data of two bundles in one place',
    bundles: async () => [
      await bundleOf({}, { data: { catalog: { columns: {} } } }),
      verified(undefined, [], { name: 'labels', data: { catalog: { columns: [] } } }),
    ],
    code: 'data_conflict',
    message: /data\.catalog\.columns/,
  },
  {
    name: 'no WASM module',
    bundles: async () => [withModule(Buffer.from('package gateway'))],
    code: 'wasm_malformed',
    message: /not a WASM module/,
  },
  {
    name: 'a module that OPA did not compile',
    bundles: async () => [
      withModule(
        Uint8Array.from([
          ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
          ...[2, 15, 1, 3, ...Buffer.from('env'), 6, ...Buffer.from('memory'), 2, 0, 1],
        ]),
      ),
    ],
    code: 'wasm_malformed',
    message: /does not export opa_eval/,
  },
  {
    name: 'a module that is cut off',
    bundles: async () => {
      const { wasm } = await bundleOf({});
      return [withModule((wasm as Buffer).subarray(0, 60_000))];
    },
    code: 'wasm_malformed',
    message: /ends in the middle/,
  },
  {
    name: 'built-ins that the gateway does not have',
    bundles: async () => [
      await bundleOf({
        'gateway.statement': `${entrypoint}decision := {"effect": "deny", "rule": "x"} if { time.now_ns() > 0; regex.split("a", input.x) }`,
      }),
    ],
    code: 'builtin_unknown',
    message: /regex\.split, time\.now_ns/,
  },
  {
    name: 'no entry point for logins',
    bundles: async () => [await bundleOf({ 'gateway.connect': '' })],
    code: 'entrypoints_missing',
    message: /gateway\/connect\/decision/,
  },
  {
    name: 'rules that fail for an ordinary statement',
    bundles: async () => [
      await bundleOf({
        'gateway.statement': `${entrypoint}decision := {"effect": "deny", "rule": "x"} if count(numbers.range(1, 1000000000)) > 1`,
      }),
    ],
    code: 'evaluation_failed',
    message: /ordinary input of gateway\/statement\/decision: the policy took more steps/,
  },
  {
    name: 'a malformed decision for an ordinary statement',
    bundles: async () => [
      await bundleOf({ 'gateway.statement': `${entrypoint}decision := {"effect": "allow"}` }),
    ],
    code: 'decision_malformed',
    message: /'rule'/,
  },
  {
    name: 'data that needs more memory than there is',
    bundles: async () => [await bundleOf({}, { data: { big: 'x'.repeat(4_000_000) } })],
    options: { memoryBytes: 4_000_000 },
    code: 'data_too_large',
    message: /memory_bytes/,
  },
  {
    name: 'a test input that is decided otherwise',
    bundles: async () => [
      await bundleOf({ 'gateway.statement': byTag }, withTests(testInput('A', 'A'), testInput('B', 'C'))),
    ],
    code: 'tests_differ',
    message: /test input 2 .*\/rule differs/,
  },
  {
    name: 'a test input that is decided though it should not be',
    bundles: async () => [
      await bundleOf(
        { 'gateway.statement': byTag },
        withTests({ ...testInput('A', 'A'), result: undefined }),
      ),
    ],
    code: 'tests_differ',
    message: /the whole result differs/,
  },
  {
    name: 'a test input of an entry point that is not there',
    bundles: async () => [
      await bundleOf(
        { 'gateway.statement': byTag },
        withTests({ ...testInput('A', 'A'), entrypoint: 'a/b' }),
      ),
    ],
    code: 'tests_differ',
    message: /no entry point/,
  },
  {
    name: 'test inputs that are none',
    bundles: async () => [await bundleOf({}, withTests('select 1'))],
    code: 'metadata_malformed',
    message: /test_inputs/,
  },
];

describe('staging refuses', () => {
  test.each(refused)('$name', async ({ bundles, options = {}, code, message }) => {
    const set = await bundles();
    const failure = await Policy.stage(set, { ...ample, ...options }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BundleRefused);
    expect(failure).toMatchObject({ code });
    expect((failure as BundleRefused).message).toMatch(message);
  });
});

describe('staging takes', () => {
  test('test inputs that are decided alike', async () => {
    const bundle = await bundleOf(
      { 'gateway.statement': byTag },
      withTests(testInput('A', 'A'), testInput('B', 'B')),
    );
    const policy = await Policy.stage([bundle], ample);
    expect(policy.statement(ask()).decision.rule).toBe('SELECT');
  });

  test('data from other bundles, and names all of them in its revision', async () => {
    const rules = await bundleOf(
      { 'gateway.statement': labels },
      { revision: '', data: { catalog: { columns: {} } } },
    );
    const data = verified(undefined, [], {
      name: 'labels',
      revision: 'r7',
      data: { catalog: { columns: { 'public.a.b': ['pii', 'gdpr'] } } },
    });
    const policy = await Policy.stage([rules, data], ample);
    expect(policy.statement(ask()).decision.rule).toBe('pii,gdpr');
    expect(policy.revision).toBe(`main=${rules.digest.slice(0, 12)} labels=r7`);
    // What was staged belongs to the bundles, and not to the policy.
    expect(rules.data).toEqual({ catalog: { columns: {} } });
  });

  test('data with names that mean something to JavaScript', async () => {
    const columns = JSON.parse('{"__proto__": ["a"], "constructor": ["b"], "public.a.b": ["c"]}');
    const rules = `${entrypoint}decision := {"effect": "deny", "rule": concat(",", sort([label | some name, of in data.catalog.columns; some label in of; name != input.nothing]))} if not input.nothing`;
    const counting = rules.replace('name != input.nothing', 'name != ""');
    const policy = await Policy.stage(
      [await bundleOf({ 'gateway.statement': counting }, { data: { catalog: { columns } } })],
      ample,
    );
    expect(policy.statement(ask()).decision.rule).toBe('a,b,c');
  });
});
