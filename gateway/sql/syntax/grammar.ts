// PostgreSQL's own grammar in WebAssembly, in instances that are thrown away once one of them was left in the middle.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { outOfMemory, refusalOfGrammar, SyntaxRefusal, tooDeep } from './refusal.ts';

/** What Emscripten makes of libpg_query's C, as far as it is used here. */
type Instance = {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  _wasm_scan(text: number): number;
  _wasm_free_string(text: number): void;
  getValue(pointer: number, type: 'i32'): number;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, bytes: number): void;
  UTF8ToString(pointer: number): string;
};
type WasmHook = (imports: object, done: (instance: object) => void) => unknown;
type Factory = (options: { instantiateWasm: WasmHook }) => Promise<Instance>;

/** The types of Node don't have it, and those of the browser would bring everything else of a browser. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  Instance: new (compiled: object, imports: object) => object;
  RuntimeError: new (message: string) => Error;
};

/** An instance's memory never shrinks: one that a huge statement has blown up to this much is replaced. */
const MEMORY_MAX = 512 * 1024 * 1024;

let loading: Promise<void> | undefined;
let instantiate: (() => Promise<Instance>) | undefined;
let current: Instance | undefined;
let spare: Instance | undefined;

/** Compiles the grammar; once is enough, and parsing is synchronous afterwards. */
export function loadGrammar(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const require = createRequire(import.meta.url);
  const factory = require('libpg-query/wasm/libpg-query.js') as Factory;
  const compiled = await WebAssembly.compile(
    await readFile(require.resolve('libpg-query/wasm/libpg-query.wasm')),
  );
  instantiate = () =>
    factory({ instantiateWasm: (imports, done) => done(new WebAssembly.Instance(compiled, imports)) });
  [current, spare] = await Promise.all([instantiate(), instantiate()]);
}

/** The JSON text of the parse tree. */
export function parseToJson(text: string): string {
  return withText(text, (instance, pointer) => {
    const result = instance._wasm_parse_query_raw(pointer);
    if (result === 0) throw new WebAssembly.RuntimeError('no result');
    try {
      const error = instance.getValue(result + 8, 'i32');
      if (error !== 0) {
        const message = instance.UTF8ToString(instance.getValue(error, 'i32'));
        const cursor = instance.getValue(error + 16, 'i32');
        const file = instance.getValue(error + 8, 'i32');
        throw refusalOfGrammar(
          message,
          cursor > 0 ? cursor - 1 : undefined,
          file === 0 ? undefined : instance.UTF8ToString(file),
        );
      }
      return instance.UTF8ToString(instance.getValue(result, 'i32'));
    } finally {
      instance._wasm_free_parse_result(result);
    }
  });
}

/** The JSON text of the tokens. */
export function scanToJson(text: string): string {
  return withText(text, (instance, pointer) => {
    const result = instance._wasm_scan(pointer);
    if (result === 0) throw new WebAssembly.RuntimeError('no result');
    try {
      const json = instance.UTF8ToString(result);
      // Anything that isn't an object is the message of an error.
      if (!json.startsWith('{')) throw refusalOfGrammar(json);
      return json;
    } finally {
      instance._wasm_free_string(result);
    }
  });
}

function withText<T>(text: string, use: (instance: Instance, pointer: number) => T): T {
  const instance = current;
  if (instance === undefined) {
    if (instantiate === undefined) throw new Error('loadGrammar() comes before parsing');
    throw new SyntaxRefusal('grammar_unavailable', '53000', 'the SQL parser is being restarted; try again');
  }
  try {
    const bytes = instance.lengthBytesUTF8(text) + 1;
    const pointer = instance._malloc(bytes);
    if (pointer === 0) throw outOfMemory();
    instance.stringToUTF8(text, pointer, bytes);
    try {
      return use(instance, pointer);
    } finally {
      instance._free(pointer);
      if (instance.HEAPU8.length > MEMORY_MAX) replace(instance);
    }
  } catch (error) {
    if (!isWhole(error)) replace(instance);
    throw refusalOf(error);
  }
}

/**
 * An error that the grammar reports leaves it whole. A JavaScript exception that went through its frames doesn't:
 * its stack pointer stays where it was and its memory isn't freed, so that two dozen of them make it write over its
 * own data, and then nothing that it says can be believed.
 */
const isWhole = (error: unknown): boolean => error instanceof SyntaxRefusal && error.code !== 'out_of_memory';

function refusalOf(error: unknown): unknown {
  if (error instanceof RangeError) return tooDeep();
  if (error instanceof WebAssembly.RuntimeError) return outOfMemory();
  return error;
}

/** The spare takes over at once; the next spare is ready before the next event of the event loop is. */
function replace(used: Instance): void {
  if (current !== used) return;
  current = spare;
  spare = undefined;
  void instantiate?.().then((fresh) => {
    if (current === undefined) current = fresh;
    else spare = fresh;
  });
}
