import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { PolicyInstance } from '../../../../gateway/policy/engine/instance/policy-instance.ts';
import { meterModule, stepsExport } from '../../../../gateway/policy/engine/metering/meter-module.ts';
import { ModuleRefused } from '../../../../gateway/policy/engine/metering/module-refused.ts';
import fc from '../../../support/properties.ts';
import { ampleLimits, compileRego, startInstance, toInput, toJson } from '../compile.ts';

type OpaWasm = typeof import('@open-policy-agent/opa-wasm');
const opaWasm = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as OpaWasm;

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const text = (value: string) => [value.length, ...Buffer.from(value)];
/** A number below 2^14. */
const u14 = (value: number) => (value < 128 ? [value] : [(value % 128) + 128, value >> 7]);
const section = (id: number, content: readonly number[]) => [id, ...u14(content.length), ...content];
const memoryImport = [...text('env'), ...text('memory'), 0x02, 0x00, 0x01];

/** A module with one exported function `run(i32, i32)` with these instructions, and the memory that it imports. */
function moduleOf(instructions: readonly number[], imports = [1, ...memoryImport]): Uint8Array<ArrayBuffer> {
  const body = [0x00, ...instructions, 0x0b];
  return Uint8Array.from([
    ...header,
    ...section(1, [1, 0x60, 2, 0x7f, 0x7f, 0]),
    ...section(2, imports),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0x00, 0]),
    ...section(10, [1, ...u14(body.length), ...body]),
  ]);
}

type Exports = Readonly<{
  run(a: number, b: number): void;
  [stepsExport]: WebAssembly.Global;
}>;

async function instantiate(bytes: Uint8Array): Promise<Exports> {
  const metered = meterModule(bytes);
  const memory = new WebAssembly.Memory({ initial: metered.memoryPages, maximum: 100 });
  const module = await WebAssembly.compile(metered.bytes);
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

function stepsOf(exports: Exports, a: number, b: number): number {
  exports[stepsExport].value = 1_000_000;
  exports.run(a, b);
  return 1_000_000 - exports[stepsExport].value;
}

describe('a metered module', () => {
  test('takes a step for a call, and one for each pass of a loop', async () => {
    // loop: a = a - 1; while a goes on
    const loop = [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
    const exports = await instantiate(moduleOf(loop));
    expect(stepsOf(exports, 1, 0)).toBe(2);
    expect(stepsOf(exports, 100, 0)).toBe(101);
  });

  test('takes more for a long body, and none of it for the loops inside', async () => {
    const nops = (count: number) => new Array<number>(count).fill(0x01);
    expect(stepsOf(await instantiate(moduleOf(nops(50))), 0, 0)).toBe(1);
    expect(stepsOf(await instantiate(moduleOf(nops(128))), 0, 0)).toBe(3);
    expect(stepsOf(await instantiate(moduleOf([0x03, 0x40, ...nops(100), 0x0b])), 0, 0)).toBe(1 + 2);
    expect(stepsOf(await instantiate(moduleOf([0x02, 0x40, ...nops(80), 0x0b])), 0, 0)).toBe(2);
  });

  test('takes steps by the number of bytes that one instruction copies or fills', async () => {
    const fill = [0x41, 0, 0x41, 0, 0x20, 0, 0xfc, 11, 0];
    const copy = [0x41, 0, 0x41, 0, 0x20, 0, 0xfc, 10, 0, 0];
    for (const instructions of [fill, copy]) {
      const exports = await instantiate(moduleOf(instructions));
      expect(stepsOf(exports, 6400, 0)).toBe(1 + 100);
      exports[stepsExport].value = 50;
      expect(() => exports.run(6400, 0)).toThrow('unreachable');
    }
  });

  test('takes steps for memory that grows, and stops at the maximum', async () => {
    const grow = [0x20, 0, 0x40, 0, 0x1a];
    const exports = await instantiate(moduleOf(grow));
    expect(stepsOf(exports, 1, 0)).toBeGreaterThan(1000);
  });

  test('traps below zero', async () => {
    const exports = await instantiate(moduleOf([0x03, 0x40, 0x0c, 0, 0x0b]));
    exports[stepsExport].value = 1_000_000;
    expect(() => exports.run(0, 0)).toThrow('unreachable');
    expect(exports[stepsExport].value).toBeLessThan(0);
  });
});

const refused: readonly { name: string; bytes: Uint8Array; want: RegExp }[] = [
  { name: 'what is no module', bytes: Buffer.from('package gateway'), want: /not a WASM module/ },
  { name: 'an empty file', bytes: new Uint8Array(), want: /not a WASM module/ },
  { name: 'one that ends in the middle', bytes: moduleOf([0x01]).slice(0, -3), want: /ends in the middle/ },
  { name: 'a vector instruction', bytes: moduleOf([0xfd, 12, 0x1a]), want: /0xfd/ },
  { name: 'an atomic instruction', bytes: moduleOf([0xfe, 3, 0]), want: /0xfe/ },
  { name: 'a tail call', bytes: moduleOf([0x12, 0]), want: /0x12/ },
  { name: 'an exception', bytes: moduleOf([0x06, 0x40, 0x0b]), want: /0x6/ },
  { name: 'a table that grows', bytes: moduleOf([0xfc, 15, 0]), want: /0xfc f/ },
  { name: 'an instruction that nobody knows', bytes: moduleOf([0xfc, 99]), want: /0xfc 63/ },
  {
    name: 'a second memory',
    bytes: moduleOf([0x41, 0, 0x28, 0x42, 1, 0, 0x1a]),
    want: /more than one memory/,
  },
  { name: 'no imported memory', bytes: moduleOf([0x01], [0]), want: /imports no memory/ },
  {
    name: 'a shared memory',
    bytes: moduleOf([0x01], [1, ...text('env'), ...text('memory'), 0x02, 0x03, 1, 1]),
    want: /of a kind that is not known/,
  },
  {
    name: 'a memory of its own',
    bytes: Uint8Array.from([...header, ...section(2, [1, ...memoryImport]), ...section(5, [1, 0, 1])]),
    want: /its own memory/,
  },
  {
    name: 'sections out of order',
    bytes: Uint8Array.from([...header, ...section(3, [0]), ...section(1, [0])]),
    want: /section 1 where none belongs/,
  },
  {
    name: 'a section that nobody knows',
    bytes: Uint8Array.from([...header, ...section(13, [0])]),
    want: /section 13/,
  },
  { name: 'a function that goes on after its end', bytes: moduleOf([0x0b, 0x01]), want: /after its end/ },
];

describe('refuses', () => {
  test.each(refused)('$name', ({ bytes, want }) => {
    expect(() => meterModule(bytes)).toThrow(ModuleRefused);
    expect(() => meterModule(bytes)).toThrow(want);
  });

  test('or else hands back a module, whatever the bytes are', () => {
    const valid = moduleOf([0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b]);
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = valid.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          meterModule(bytes);
        } catch (error) {
          if (!(error instanceof ModuleRefused)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a policy that is metered', () => {
  const rules = `import rego.v1
numbers contains n if { some n in input.numbers; n % 3 == 0 }
names contains upper(name) if { some name in input.names; regex.match("^[a-m]+[0-9]{0,3}$", name) }
globs contains name if { some name in input.names; glob.match("a*", [], name) }
paths contains concat("/", [sprintf("%v", [p]) | some p in path]) if { walk(input.tree, [path, leaf]); is_number(leaf) }
split_ := [split(name, input.separator) | some name in input.names]
sums := {"sum": sum(input.numbers), "max": max(input.numbers), "sorted": sort(input.numbers)}
labels := [label | some name in input.names; some label in data.labels[name]]
# METADATA
# entrypoint: true
decision := {"numbers": numbers, "names": names, "globs": globs, "paths": paths, "split": split_, "sums": sums, "labels": labels, "json": json.marshal(input.tree), "base64": base64.encode(concat(",", input.names))}`;
  const data = { labels: { a: ['x'], b: ['y', 'z'], a1: [] } };
  let module: Buffer<ArrayBuffer>;
  beforeAll(async () => {
    module = await compileRego(rules);
  });

  test('is a valid module, also where its functions have names for debuggers', async () => {
    expect(WebAssembly.validate(meterModule(module).bytes)).toBe(true);
    expect(() => meterModule(meterModule(module).bytes)).not.toThrow();
    expect(WebAssembly.validate(meterModule(meterModule(module).bytes).bytes)).toBe(false);
  });

  test('decides as it does without', async () => {
    const plain = await opaWasm.loadPolicy(module, { initial: 10 });
    plain.setData(data);
    const { bytes, memoryPages } = meterModule(module);
    const compiled = { module: await WebAssembly.compile(bytes), memoryPages };
    const metered = new PolicyInstance(compiled, { data: toJson(data) }, ampleLimits);
    const name = fc.oneof(
      fc.constantFrom('a', 'b', 'a1'),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.integer({ min: -1000, max: 1000 }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    const input = fc.record({
      numbers: fc.array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 6 }),
      names: fc.array(name, { maxLength: 5 }),
      separator: fc.string({ maxLength: 2 }),
      tree,
    });
    fc.assert(
      fc.property(input, (value) => {
        const bytesOf = () => toInput(value);
        expect(metered.evaluate(0, bytesOf())).toEqual(plain.evaluate(bytesOf()));
      }),
      { numRuns: 500 },
    );
  });

  test('needs no more memory after a hundred thousand evaluations than after the first', async () => {
    const instance = await startInstance(
      `# METADATA
# entrypoint: true
decision := {"names": {upper(name) | some name in input.names}, "labels": data.labels[input.names[_]]}`,
      data,
    );
    const entrypoint = instance.entrypoints['gateway/statement/decision'] as number;
    const input = (at: number) => toInput({ names: ['a', `b${at % 1000}`, 'c'.repeat(at % 100)] });
    for (let at = 0; at < 100; at++) instance.evaluate(entrypoint, input(at));
    const before = instance.memoryBytes;
    for (let at = 0; at < 100_000; at++) instance.evaluate(entrypoint, input(at));
    expect(instance.memoryBytes).toBe(before);
  }, 120_000);
});
